// DataKey as its users know it. Wrong arguments and their like are in test/misuse.

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { boxOverheadBytes, DataKey } from '../../lib/hsm/index.js';
import { xaesDecrypt, xaesEncrypt } from '../reference/xaes.js';
import { codeOf } from './support/thrown.js';

const keyBytes = crypto.getRandomValues(new Uint8Array(32));
const aad = new TextEncoder().encode('who may read this');
// Around the AES block, V8's on-heap arrays, pooled results, the asynchronous threshold and its
// slice.
const sizes = [
  0, 1, 15, 16, 17, 63, 64, 65, 1024, 4055, 4056, 4057, 4095, 4096, 4097, 65_535, 65_536, 65_537,
  4_194_303, 4_194_304, 4_194_305, 9_000_000,
];

function pattern(size: number): Uint8Array {
  return new Uint8Array(size).map((_, i) => (i * 31) >>> 3);
}

function readByReference(box: Uint8Array, associated: Uint8Array): Uint8Array {
  return xaesDecrypt(keyBytes, box.subarray(0, 24), associated, box.subarray(24));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe('boxes', () => {
  const key = DataKey.import(keyBytes);

  it.each(sizes)('of %d bytes are written and read by every form alike', async (size) => {
    const plaintext = pattern(size);
    const into = new Uint8Array(size + boxOverheadBytes);
    expect(key.encryptInto(plaintext, into, aad)).toBe(into.length);
    const boxes = [key.encrypt(plaintext, aad), into, await key.encryptAsync(plaintext, aad)];
    for (const box of boxes) {
      expect(box).toHaveLength(size + boxOverheadBytes);
      const out = new Uint8Array(size);
      expect(key.decryptInto(box, out, aad)).toBe(size);
      const texts = [out, key.decrypt(box, aad), await key.decryptAsync(box, aad)];
      expect([...texts, readByReference(box, aad)].every((t) => isSame(t, plaintext))).toBe(true);
    }
  });

  it('of the reference are read', () => {
    const nonce = crypto.getRandomValues(new Uint8Array(24));
    const sealed = xaesEncrypt(keyBytes, nonce, aad, pattern(100));
    expect(key.decrypt(Buffer.concat([nonce, sealed]), aad)).toEqual(pattern(100));
  });

  it('treat missing and empty associated data alike', () => {
    const box = key.encrypt(pattern(10));
    expect(key.decrypt(box, new Uint8Array())).toEqual(pattern(10));
  });

  it('have a nonce of their own each', () => {
    const nonces = Array.from({ length: 10_000 }, () =>
      Buffer.from(key.encrypt(new Uint8Array()).subarray(0, 24)).toString('hex'),
    );
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it('may be written at the beginning of larger memory, the rest of which stays', () => {
    const out = new Uint8Array(100).fill(0xee);
    const size = key.encryptInto(pattern(20), out.subarray(10));
    expect(key.decrypt(out.subarray(10, 10 + size))).toEqual(pattern(20));
    expect(new Set([...out.subarray(0, 10), ...out.subarray(10 + size)])).toEqual(new Set([0xee]));
  });

  it('come in memory that no other result shares, when it holds plaintext', async () => {
    const box = key.encrypt(pattern(10));
    for (const text of [key.decrypt(box), await key.decryptAsync(box), key.exportPlaintext()]) {
      expect(text.buffer.byteLength).toBe(text.length);
      expect(text.byteOffset).toBe(0);
    }
  });
});

describe('a data key', () => {
  it('is random', () => {
    const [a, b] = [DataKey.generate(), DataKey.generate()];
    expect(a.exportPlaintext()).not.toEqual(b.exportPlaintext());
    expect(a.exportPlaintext()).toHaveLength(32);
  });

  it('is what was imported, which is wiped on demand only', () => {
    const bytes = new Uint8Array(keyBytes);
    expect(DataKey.import(bytes).exportPlaintext()).toEqual(keyBytes);
    expect(bytes).toEqual(keyBytes);
    expect(DataKey.import(bytes, { wipe: true }).exportPlaintext()).toEqual(keyBytes);
    expect(bytes).toEqual(new Uint8Array(32));
  });

  it('is not touched by what is done to its exported bytes', () => {
    const key = DataKey.import(keyBytes);
    key.exportPlaintext().fill(0);
    expect(key.exportPlaintext()).toEqual(keyBytes);
  });

  it('is disposed of once and for all, by dispose and by Symbol.dispose', () => {
    for (const dispose of ['dispose', Symbol.dispose] as const) {
      const key = DataKey.generate();
      expect(key.disposed).toBe(false);
      key[dispose]();
      key[dispose]();
      expect(key.disposed).toBe(true);
      expect(codeOf(() => key.encrypt(new Uint8Array()))).toBe('ERR_DISPOSED');
    }
  });

  it('shows no key in any form of text', () => {
    const key = DataKey.import(keyBytes);
    const hex = Buffer.from(keyBytes).toString('hex');
    const base64 = Buffer.from(keyBytes).toString('base64');
    const forms = [
      String(key),
      JSON.stringify({ key }),
      inspect(key),
      inspect(key, { showHidden: true, depth: null, customInspect: false, getters: true }),
      inspect({ key }, { depth: 0 }),
      JSON.stringify(Object.entries(key)),
    ];
    for (const form of forms) {
      expect(form).not.toContain(hex);
      expect(form).not.toContain(base64);
      expect(form).not.toContain([...keyBytes.subarray(0, 4)].join(', '));
    }
    expect(inspect(key)).toBe('DataKey { disposed: false }');
    expect(JSON.stringify(key)).toBe('{}');
  });
});
