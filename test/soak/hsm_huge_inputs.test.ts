// Inputs of 4 GiB, whose lengths do not fit into 32 bits with their overhead. Needs 9 GB of free
// memory.

import { constants } from 'node:buffer';
import { freemem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { boxOverheadBytes, DataKey } from '../../lib/hsm/index.js';
import { isSoaking } from './support/scale.js';

const neededBytes = 10 * 2 ** 30;
const largestBox = Math.min(constants.MAX_LENGTH, 2 ** 32 + 4096);
const hasMemory = freemem() > neededBytes;

describe.skipIf(!isSoaking || !hasMemory)('4 GiB', () => {
  const key = DataKey.generate();

  it('go through encryptInto and decryptInto, the last byte too', () => {
    const plaintext = new Uint8Array(largestBox - boxOverheadBytes);
    plaintext[plaintext.length - 1] = 7;
    const box = new Uint8Array(largestBox);
    expect(key.encryptInto(plaintext, box)).toBe(box.length);
    plaintext.fill(1, -1000);
    expect(key.decryptInto(box, plaintext)).toBe(plaintext.length);
    expect(plaintext.at(-1)).toBe(7);
    expect(plaintext.at(-2)).toBe(0);
    box[box.length - 17] = (box[box.length - 17] ?? 0) ^ 1;
    expect(() => key.decryptInto(box, plaintext)).toThrow('decryption failed');
    expect(plaintext.at(-1)).toBe(0);
  });

  it('go through the asynchronous form', async () => {
    const plaintext = new Uint8Array(2 ** 31 + 5);
    plaintext[plaintext.length - 1] = 9;
    const text = await key.decryptAsync(await key.encryptAsync(plaintext));
    expect(text.length).toBe(plaintext.length);
    expect(text.at(-1)).toBe(9);
  });

  it('of associated data are authenticated to the last byte', () => {
    const aad = new Uint8Array(largestBox);
    const box = key.encrypt(Uint8Array.of(1), aad);
    expect(key.decrypt(box, aad)).toEqual(Uint8Array.of(1));
    aad[aad.length - 1] = 1;
    expect(() => key.decrypt(box, aad)).toThrow('decryption failed');
  });
});
