// The reference XAES-256-GCM against C2SP's published values (c2sp.org/XAES-256-GCM, test vectors).

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { ascii, hex, unhex } from '../reference/bytes.js';
import { deriveXaes, xaesDecrypt, xaesEncrypt } from '../reference/xaes.js';

const nonce = ascii('ABCDEFGHIJKLMNOPQRSTUVWX');
const plaintext = ascii('XAES-256-GCM');

const published = [
  {
    name: 'first bit of L zero, no AAD',
    key: '01'.repeat(32),
    aad: '',
    L: '7298caa565031eadc6ce23d23ea66378',
    K1: 'e531954aca063d5b8d9c47a47d4cc6f0',
    Kx: 'c8612c9ed53fe43e8e005b828a1631a0bbcb6ab2f46514ec4f439fcfd0fa969b',
    sealed: 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271',
  },
  {
    name: 'first bit of L one, with AAD',
    key: '03'.repeat(32),
    aad: 'c2sp.org/XAES-256-GCM',
    L: '91c08762876dccf9ba204a33768fa5fe',
    K1: '23810ec50edb99f374409466ed1f4b7b',
    Kx: 'e9c621d4cdd9b11b00a6427ad7e559aeedd66b3857646677748f8ca796cb3fd8',
    sealed: '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
  },
];

it.each(published)('derives and encrypts: $name', ({ key, aad, L, K1, Kx, sealed }) => {
  const derived = deriveXaes(unhex(key), nonce);
  expect(hex(derived.L)).toBe(L);
  expect(hex(derived.K1)).toBe(K1);
  expect(hex(derived.M1)).toBe('000158004142434445464748494a4b4c');
  expect(hex(derived.M2)).toBe('000258004142434445464748494a4b4c');
  expect(hex(derived.Kx)).toBe(Kx);
  expect(hex(derived.Nx)).toBe('4d4e4f505152535455565758');
  expect(hex(xaesEncrypt(unhex(key), nonce, ascii(aad), plaintext))).toBe(sealed);
});

// Inputs are read one after the other from SHAKE-128 of the empty string; the outputs are hashed by SHAKE-128.
it('accumulates to the published hash over 10,000 random messages', () => {
  const stream = createHash('shake128', { outputLength: 1 << 22 }).digest();
  let offset = 0;
  const take = (size: number) => {
    offset += size;
    return stream.subarray(offset - size, offset);
  };
  const takePrefixed = () => take(take(1).readUInt8());
  const outputs = createHash('shake128', { outputLength: 32 });
  for (let i = 0; i < 10_000; i += 1) {
    const [key, random] = [take(32), take(24)];
    const [message, aad] = [takePrefixed(), takePrefixed()];
    const sealed = xaesEncrypt(key, random, aad, message);
    expect(hex(xaesDecrypt(key, random, aad, sealed))).toBe(hex(message));
    outputs.update(sealed);
  }
  const expected = 'e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939';
  expect(outputs.digest('hex')).toBe(expected);
});
