// Which OpenSSL may go into a binary that others will run.

import { describe, expect, it } from 'vitest';
import { pins } from '../../native/openssl/pins.mjs';
import { refuseOwnLibrary, requireNewestPin } from '../../scripts/prebuild/release_rule.mjs';

const [newest, older] = pins.map((pin) => pin.version);
const override = { KEYSTEAD_PREBUILD_ALLOW_OLDER: '1' };

describe('a binary for others', () => {
  it('is made from the newest pin', () => {
    expect(() => requireNewestPin(newest, {})).not.toThrow();
  });

  it('is not made from an older pin, nor from a release that is not pinned', () => {
    for (const version of [older, '3.5.99', undefined]) {
      expect(() => requireNewestPin(version, {})).toThrow(`made from OpenSSL ${newest} only`);
    }
  });

  it('is made from an older one where the override says so, and by no other value of it', () => {
    expect(() => requireNewestPin(older, override)).not.toThrow();
    const other = { KEYSTEAD_PREBUILD_ALLOW_OLDER: 'yes' };
    expect(() => requireNewestPin(older, other)).toThrow();
  });

  it('is never made from a library that somebody built', () => {
    const environment = { ...override, KEYSTEAD_OPENSSL_DIR: '/opt/openssl' };
    expect(() => refuseOwnLibrary(environment)).toThrow('KEYSTEAD_OPENSSL_DIR');
    expect(() => refuseOwnLibrary({})).not.toThrow();
  });
});
