// How OpenSSL is configured: a static libcrypto with hidden symbols that loads nothing and reads no
// configuration. What AWS KMS offers must stay in: AES, SHA-1 to SHA-3, RSA, EC, Ed25519, ML-DSA,
// ML-KEM, SM2 with SM3; and BLAKE2, which Argon2id is made of (RFC 9106).

const onlyTheLibrary = [
  'no-shared',
  'no-module',
  'no-dso',
  'no-pinshared', // the addon is linked with -z nodelete instead
  'no-tests',
  'no-docs',
  'no-apps',
  'no-makedepend',
];

const nothingFromOutside = [
  'no-autoload-config',
  'no-engine',
  'no-legacy',
  'no-afalgeng',
  'no-async',
  'no-sock',
  'no-http',
  'no-ui-console',
  'no-filenames', // no path of the build machine in the binary
];

const noProtocols = [
  'no-ssl',
  'no-tls',
  'no-dtls',
  'no-quic',
  'no-comp',
  'no-cms',
  'no-cmp',
  'no-ts',
  'no-ct',
  'no-ocsp',
  'no-srp',
  'no-srtp',
  'no-rfc3779',
];

const noOldCiphers = [
  ...['no-aria', 'no-bf', 'no-camellia', 'no-cast', 'no-des', 'no-dsa', 'no-ec2m', 'no-gost'],
  ...['no-idea', 'no-md4', 'no-mdc2', 'no-rc2', 'no-rc4', 'no-rmd160', 'no-seed', 'no-siphash'],
  ...['no-sm4', 'no-whirlpool', 'no-scrypt'],
];

export const configureFlags = [
  ...onlyTheLibrary,
  ...nothingFromOutside,
  ...noProtocols,
  ...noOldCiphers,
  'enable-ec_nistp_64_gcc_128',
  '--prefix=/nonexistent/keystead',
  '--openssldir=/nonexistent/keystead/openssl',
  '--libdir=lib',
  '-fPIC',
  '-fvisibility=hidden',
];

// OpenSSL's Configure takes these from the environment; a stray one would change what is cached
// under our flags.
const strayVariables = [
  'CFLAGS',
  'CXXFLAGS',
  'CPPFLAGS',
  'LDFLAGS',
  'LDLIBS',
  'ARFLAGS',
  'CROSS_COMPILE',
  'KERNEL_BITS',
  'MAKEFLAGS',
  'GNUMAKEFLAGS',
];

/** The environment of Configure and make. CC is kept: it is part of the cache key. */
export function configureEnvironment(environment = process.env) {
  const kept = { ...environment };
  for (const name of strayVariables) delete kept[name];
  for (const name of Object.keys(kept)) if (/^(OPENSSL|__CNF)_/.test(name)) delete kept[name];
  return kept;
}
