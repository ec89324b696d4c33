// The algorithm suites of AWS Encryption SDK messages and their key derivation, over node:crypto.

import { createHmac, hkdfSync } from 'node:crypto';
import { ascii, concat, u16be } from './bytes.js';

interface Signature {
  readonly curve: 'prime256v1' | 'secp384r1';
  readonly hash: 'sha256' | 'sha384';
}

export interface ReferenceSuite {
  readonly id: number;
  readonly format: 1 | 2;
  readonly keyBytes: 16 | 24 | 32;
  /** The hash of HKDF; none: the data key encrypts. */
  readonly kdf: 'sha256' | 'sha384' | 'sha512' | undefined;
  readonly signature: Signature | undefined;
}

const p256: Signature = { curve: 'prime256v1', hash: 'sha256' };
const p384: Signature = { curve: 'secp384r1', hash: 'sha384' };

function suite(
  id: number,
  keyBytes: ReferenceSuite['keyBytes'],
  kdf?: ReferenceSuite['kdf'],
  signature?: Signature,
): ReferenceSuite {
  return { id, format: kdf === 'sha512' ? 2 : 1, keyBytes, kdf, signature };
}

export const referenceSuites: readonly ReferenceSuite[] = [
  suite(0x0014, 16),
  suite(0x0046, 24),
  suite(0x0078, 32),
  suite(0x0114, 16, 'sha256'),
  suite(0x0146, 24, 'sha256'),
  suite(0x0178, 32, 'sha256'),
  suite(0x0214, 16, 'sha256', p256),
  suite(0x0346, 24, 'sha384', p384),
  suite(0x0378, 32, 'sha384', p384),
  suite(0x0478, 32, 'sha512'),
  suite(0x0578, 32, 'sha512', p384),
];

export function referenceSuite(id: number): ReferenceSuite {
  const found = referenceSuites.find((each) => each.id === id);
  if (found === undefined) throw new RangeError(`no suite ${id}`);
  return found;
}

export interface DerivedKeys {
  readonly key: Uint8Array;
  /** Empty for suites that do not commit. */
  readonly commitment: Uint8Array;
}

function hmac(hash: string, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHmac(hash, key)
      .update(concat(...parts))
      .digest(),
  );
}

export function deriveKeys(
  { id, kdf, keyBytes }: ReferenceSuite,
  dataKey: Uint8Array,
  messageId: Uint8Array,
): DerivedKeys {
  const none = new Uint8Array();
  if (kdf === undefined) return { key: dataKey, commitment: none };
  if (kdf !== 'sha512') {
    const info = concat(u16be(id), messageId);
    return { key: new Uint8Array(hkdfSync(kdf, dataKey, none, info, keyBytes)), commitment: none };
  }
  // RFC 5869 by hand: one block of output is longer than either key.
  const extracted = hmac(kdf, messageId, dataKey);
  const expand = (info: Uint8Array): Uint8Array =>
    hmac(kdf, extracted, info, Uint8Array.of(1)).slice(0, 32);
  return {
    key: expand(concat(u16be(id), ascii('DERIVEKEY'))),
    commitment: expand(ascii('COMMITKEY')),
  };
}
