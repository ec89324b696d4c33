import { expect, test } from 'vitest';
import { inspectCiphertextBlob, isCiphertextBlob } from '../../lib/envelope/ciphertext_blob.js';

function blob(changes: Record<number, number> = {}, length = 144): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([0x4b, 1, 0, 0]);
  for (let i = 0; i < 16; i++) {
    bytes[4 + i] = i;
    bytes[20 + i] = 0xf0 + i;
  }
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

test('tells key, material and format without a key', () => {
  expect(inspectCiphertextBlob(blob())).toEqual({
    format: 0x4b,
    wrapSuite: 1,
    keyId: '00010203-0405-0607-0809-0a0b0c0d0e0f',
    keyMaterialIdPrefix: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
    plaintextSizeBytes: 32,
  });
  expect(inspectCiphertextBlob(blob({ 2: 1 })).keyId).toBe('mrk-000102030405060708090a0b0c0d0e0f');
});

test.each([
  ['format', blob({ 0: 0x4c })],
  ['wrap suite', blob({ 1: 2 })],
  ['key id kind', blob({ 2: 2 })],
  ['reserved byte', blob({ 3: 1 })],
  ['too short', blob({}, 112)],
  ['too long', blob({}, 6145)],
  ['empty', new Uint8Array()],
  ['no bytes', 'SwEAAA' as never],
])('refuses another %s', (_, bytes) => {
  expect(() => inspectCiphertextBlob(bytes)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
  );
});

test('accepts the shortest and the longest', () => {
  expect(isCiphertextBlob(blob({}, 113))).toBe(true);
  expect(isCiphertextBlob(blob({}, 6144))).toBe(true);
});
