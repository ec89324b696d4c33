// What a caller may do to its buffers and keys while asynchronous work is under way: anything, with
// the result of before.

import { describe, expect, it } from 'vitest';
import { DataKey, nativeInfo } from '../../lib/hsm/index.js';
import { rejectionCodeOf } from '../hsm/support/thrown.js';

// The types of Node know no WebAssembly.
declare const WebAssembly: {
  readonly Memory: new (limits: {
    initial: number;
    maximum: number;
  }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
};

const size = 6_000_000;
const key = DataKey.generate();

function filled(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size).fill(value);
}

function isFilled(bytes: Uint8Array, value: number): boolean {
  return bytes.length === size && bytes.every((byte) => byte === value);
}

const tricks: readonly (readonly [string, (bytes: Uint8Array<ArrayBuffer>) => void])[] = [
  ['overwritten', (bytes) => bytes.fill(0xff)],
  ['transferred', (bytes) => structuredClone(bytes.buffer, { transfer: [bytes.buffer] })],
  [
    'transferred and overwritten there',
    (bytes) => new Uint8Array(structuredClone(bytes.buffer, { transfer: [bytes.buffer] })).fill(9),
  ],
];

describe.each(tricks)('a buffer that is %s in flight', (_, trick) => {
  it('does not change what encryptAsync encrypts', async () => {
    const plaintext = filled(7);
    const work = key.encryptAsync(plaintext);
    trick(plaintext);
    expect(isFilled(key.decrypt(await work), 7)).toBe(true);
  });

  it('does not change what decryptAsync decrypts', async () => {
    const box = new Uint8Array(key.encrypt(filled(8)));
    const work = key.decryptAsync(box);
    trick(box);
    expect(isFilled(await work, 8)).toBe(true);
  });

  it('does not change associated data', async () => {
    const aad = filled(1);
    const work = key.encryptAsync(filled(9), aad);
    trick(aad);
    expect(isFilled(key.decrypt(await work, filled(1)), 9)).toBe(true);
  });
});

describe('WebAssembly memory', () => {
  it('may grow, which detaches its buffer, while work is under way', async () => {
    const memory = new WebAssembly.Memory({ initial: 100, maximum: 200 });
    const plaintext = new Uint8Array(memory.buffer).subarray(0, size).fill(5);
    const work = key.encryptAsync(plaintext);
    memory.grow(50);
    expect(plaintext.length).toBe(0);
    expect(isFilled(key.decrypt(await work), 5)).toBe(true);
    expect(await rejectionCodeOf(key.encryptAsync(plaintext))).toBe('ERR_INVALID_ARGUMENT');
  });
});

describe('a key that is disposed of in flight', () => {
  it('serves the work under way, and is wiped after it', async () => {
    const passing = DataKey.generate();
    const copy = DataKey.import(passing.exportPlaintext());
    const before = nativeInfo().memory.bytesInUse;
    const works = [1, 2, 3, 4].map((value) => passing.encryptAsync(filled(value)));
    passing.dispose();
    expect(await rejectionCodeOf(passing.encryptAsync(filled(1)))).toBe('ERR_DISPOSED');
    const boxes = await Promise.all(works);
    boxes.forEach((box, i) => {
      expect(isFilled(copy.decrypt(box), i + 1)).toBe(true);
    });
    await new Promise(setImmediate);
    // Threads of the pool may have started meanwhile: fewer bytes would be found if the key alone
    // had counted.
    copy.dispose();
    expect(nativeInfo().memory.bytesInUse).toBeLessThan(before + 4 * 16 * 1024);
  });
});

describe('many works at once', () => {
  it('give each its own result, failures among them', async () => {
    const works = Array.from({ length: 40 }, async (_, i) => {
      const plaintext = new Uint8Array(100_000 + i * 50_000).fill(i);
      const box = await key.encryptAsync(plaintext, Uint8Array.of(i));
      const wrong = await rejectionCodeOf(key.decryptAsync(box, Uint8Array.of(i + 1)));
      const text = await key.decryptAsync(box, Uint8Array.of(i));
      return wrong === 'ERR_DECRYPTION_FAILED' && Buffer.compare(text, plaintext) === 0;
    });
    expect(await Promise.all(works)).toEqual(Array.from({ length: 40 }, () => true));
  });
});
