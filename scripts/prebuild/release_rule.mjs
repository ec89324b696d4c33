// Which OpenSSL a binary that others will run may be made from: the newest pin, so that no release
// carries a flaw that a later patch mended. KEYSTEAD_PREBUILD_ALLOW_OLDER=1 lifts the rule for
// tests, on machines where only an older one can be had; what is made so is never published.

import { BuildError } from '../../native/openssl/build_error.mjs';
import { pins, tarballUrl } from '../../native/openssl/pins.mjs';

export const override = 'KEYSTEAD_PREBUILD_ALLOW_OLDER';

export function olderIsAllowed(environment = process.env) {
  return environment[override] === '1';
}

/** Says which OpenSSL a binary is made from, before anything is fetched. */
export function announceRule() {
  const rule = `prebuilt binaries are made from OpenSSL ${pins[0].version} only`;
  const lifted = `${override}=1: from an older OpenSSL too, for a trial and not for publishing`;
  process.stderr.write(`${olderIsAllowed() ? lifted : `${rule} (${override}=1 lifts that)`}\n`);
}

/** Throws a BuildError when the environment names a library that no rule could judge. */
export function refuseOwnLibrary(environment = process.env) {
  if (!environment.KEYSTEAD_OPENSSL_DIR) return;
  throw new BuildError(
    'prebuilt binaries are not made from KEYSTEAD_OPENSSL_DIR, of which neither the source nor the ' +
      'C library it was built against is known: unset it.',
  );
}

/** Throws a BuildError unless this version may go into a binary that others will run. */
export function requireNewestPin(version, environment = process.env) {
  if (version === pins[0].version || olderIsAllowed(environment)) return;
  throw new BuildError(
    `binaries for others are made from OpenSSL ${pins[0].version} only, not from ${version}: set ` +
      `KEYSTEAD_OPENSSL_TARBALL to a copy of ${tarballUrl(pins[0])} and run npm run prebuild.`,
  );
}
