// Which C library the prebuilt binaries are made against: that of an old Debian, so that they load
// on the servers people have. Nothing else names the release.

import { BuildError } from '../openssl/build_error.mjs';

/** Debian 11: glibc 2.31, libstdc++ and libgcc of GCC 10. */
export const release = { suite: 'bullseye', gccSeries: '10' };

/** Headers and libraries to link with, and the C++ run time to try a program of that age on. */
export const packages = [
  'libc6',
  'libc6-dev',
  'linux-libc-dev',
  `libgcc-${release.gccSeries}-dev`,
  `libstdc++-${release.gccSeries}-dev`,
  'libgcc-s1',
  'libstdc++6',
];

const machines = {
  x64: { architecture: 'amd64', triplet: 'x86_64-linux-gnu' },
  arm64: { architecture: 'arm64', triplet: 'aarch64-linux-gnu' },
};

/** How Debian calls the machine this runs on. */
export function machine() {
  const known = machines[process.arch];
  if (known !== undefined) return known;
  throw new BuildError(`prebuilt binaries are made for x64 and arm64, not for ${process.arch}.`);
}
