// Which OpenSSL: the releases this build accepts, newest first, and where their tarballs are
// published. Nothing else names a version. Prebuilt binaries are made from the first pin only.

export const series = '3.5';

/** Unpinned patch releases at or above this one are accepted from Debian's signed index. */
export const oldestAcceptedPatch = 7;

export const pins = [
  {
    version: '3.5.9',
    sha256: '603f5602e2eef00d77fbd429d34dcd5822bb301757a1bc9cdb24c670f1eb859a',
  },
  {
    version: '3.5.7',
    sha256: 'a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8',
  },
];

export const releasePage =
  process.env.KEYSTEAD_OPENSSL_RELEASES ?? 'https://github.com/openssl/openssl/releases/download';

export function tarballUrl({ version }) {
  return `${releasePage}/openssl-${version}/openssl-${version}.tar.gz`;
}

/** The patch number of `3.5.PATCH`, or NaN for any other version. */
export function patchOf(version) {
  const match = /^3\.5\.(\d+)$/.exec(version);
  return match === null ? Number.NaN : Number(match[1]);
}
