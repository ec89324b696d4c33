// ReEncrypt inside the HSM core: what comes out opens under the destination alone, and a failure
// says nothing but that it failed.

import { afterAll, describe, expect, it } from 'vitest';
import { addon, type KmsKeyHandle } from '../../lib/hsm/index.js';
import { codeOf } from './support/thrown.js';

const hsm = addon();
const root = hsm.rootKeyFromBytes(new Uint8Array(32).fill(1), new Uint8Array(16));
const source = hsm.kmsKeyCreate(root, 0, new Uint8Array(16).fill(1)).handle;
const destination = hsm.kmsKeyCreate(root, 0, new Uint8Array(16).fill(2)).handle;
const from = Uint8Array.of(0, 1, 2);
const to = Uint8Array.of(0, 3, 4, 5);
const overheadBytes = 112;

afterAll(() => {
  for (const key of [source, destination]) hsm.kmsKeyDispose(key);
  hsm.rootKeyDispose(root);
});

function textOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i * 3 + size);
}

describe('kmsKeyReEncrypt', () => {
  it.each([1, 16, 32, 2048, 2049, 4096])('moves %d bytes to the other key', (size) => {
    const blob = hsm.kmsKeyEncrypt(source, textOf(size), from);
    const before = blob.slice();
    const moved = hsm.kmsKeyReEncrypt(source, blob, from, destination, to);
    expect(blob).toEqual(before);
    expect(moved).toHaveLength(size + overheadBytes);
    expect(hsm.kmsKeyDecrypt(destination, moved, to)).toEqual(textOf(size));
    expect(codeOf(() => hsm.kmsKeyDecrypt(source, moved, to))).toBe('ERR_DECRYPTION_FAILED');
    expect(codeOf(() => hsm.kmsKeyDecrypt(destination, moved, from))).toBe('ERR_DECRYPTION_FAILED');
  });

  it('changes the context under the same key, and to none', () => {
    const blob = hsm.kmsKeyEncrypt(source, textOf(9), from);
    const moved = hsm.kmsKeyReEncrypt(source, blob, from, source, undefined);
    expect(hsm.kmsKeyDecrypt(source, moved, undefined)).toEqual(textOf(9));
    expect(codeOf(() => hsm.kmsKeyDecrypt(source, moved, from))).toBe('ERR_DECRYPTION_FAILED');
  });

  it('gives another blob each time', () => {
    const blob = hsm.kmsKeyEncrypt(source, textOf(9), from);
    const move = () => hsm.kmsKeyReEncrypt(source, blob, from, destination, to);
    expect(move()).not.toEqual(move());
  });

  const blob = hsm.kmsKeyEncrypt(source, textOf(32), from);
  it.each<readonly [string, KmsKeyHandle, Uint8Array, Uint8Array | undefined]>([
    ['another source', destination, blob, from],
    ['another context', source, blob, to],
    ['no context', source, blob, undefined],
    ['a changed bit', source, blob.map((byte, i) => (i === 100 ? byte ^ 1 : byte)), from],
    ['no plaintext', source, blob.subarray(0, overheadBytes), from],
    ['no bytes', source, new Uint8Array(), from],
    ['too many bytes', source, new Uint8Array(4097 + overheadBytes), from],
  ])('refuses %s', (_, key, bytes, context) => {
    const call = () => hsm.kmsKeyReEncrypt(key, bytes, context, destination, to);
    expect(call).toThrow(
      expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED', message: 'decryption failed' }),
    );
  });

  it('names a destination context that is too long as such', () => {
    const call = () => hsm.kmsKeyReEncrypt(source, blob, from, destination, new Uint8Array(8193));
    expect(codeOf(call)).toBe('ERR_INVALID_ARGUMENT');
  });

  it('leaves nothing in the arena', () => {
    const inUse = () => hsm.nativeInfo().memory.bytesInUse;
    const before = inUse();
    hsm.kmsKeyReEncrypt(source, blob, from, destination, to);
    expect(codeOf(() => hsm.kmsKeyReEncrypt(source, blob, to, destination, to))).not.toBe(
      'nothing',
    );
    expect(inUse()).toBe(before);
  });
});
