// The machine's own gcc and g++ under names of their own that compile and link against the sysroot
// in which they lie. Names, found on PATH, rather than paths and flags: OpenSSL writes into its
// library how its compiler was called, and that is part of the cache key.

import path from 'node:path';
import { machine, release } from './debian_release.mjs';

/** The scripts in a sysroot's `bin`, for a sysroot of this name. */
export function compilers(name) {
  return [
    { name: `${name}-gcc`, script: script('gcc', libraryFlags()) },
    { name: `${name}-g++`, script: script('g++', [...headerFlags(), ...libraryFlags()]) },
  ];
}

/** The environment in which the C and C++ compilers are the sysroot's. */
export function compilerEnvironment(folder, environment = process.env) {
  const name = path.basename(folder);
  const PATH = `${path.join(folder, 'bin')}${path.delimiter}${environment.PATH}`;
  return { ...environment, PATH, CC: `${name}-gcc`, CXX: `${name}-g++` };
}

function script(program, flags) {
  return `#!/bin/sh
root=\${0%/bin/*}
exec ${program} "--sysroot=$root" ${flags.map((flag) => `"${flag}"`).join(' ')} "$@"
`;
}

// The compiler's own C++ headers may name functions that the sysroot's libstdc++.a lacks.
function headerFlags() {
  const { triplet } = machine();
  const folders = [
    `usr/include/c++/${release.gccSeries}`,
    `usr/include/${triplet}/c++/${release.gccSeries}`,
  ];
  return ['-nostdinc++', ...folders.flatMap((name) => ['-isystem', `$root/${name}`])];
}

// A native gcc looks into the folders of its own installation before the sysroot: start files by
// -B, libraries by -L, libgcc and libstdc++ too (libgcc of GCC 12 asks for glibc 2.35).
function libraryFlags() {
  const { triplet } = machine();
  const folders = [
    `usr/lib/gcc/${triplet}/${release.gccSeries}`,
    `usr/lib/${triplet}`,
    `lib/${triplet}`,
  ];
  return [`-B$root/usr/lib/${triplet}`, ...folders.map((name) => `-L$root/${name}`)];
}
