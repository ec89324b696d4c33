// Results in memory of the caller's: the same results, nothing beside them, and nothing of them when
// the call fails.

import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
import { addon } from '../../lib/hsm/index.js';
import type { StartedJob } from '../../lib/hsm/message_addon.js';
import { badBuffers, noBytes } from '../misuse/support/bad_buffers.js';
import { patternBytes } from './support/test_bytes.js';
import { openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const envelope = new Envelope({ kms: client, keyId });
const signing = new Envelope({ kms: client, keyId, suite: 0x0578 });
const invalid = { code: 'ERR_INVALID_ARGUMENT' };
const before = 0xee;
const room = 10_000;

function memory(size: number): Buffer {
  return Buffer.alloc(size, before);
}

function rest(out: Uint8Array, from: number): Uint8Array {
  return out.subarray(from).filter((byte) => byte !== before);
}

const mebibyte = 1024 * 1024;
const sizes = [0, 1, 4096, 4097, 65_535, 65_536, 65_537, 200_000, 5 * mebibyte + 3];
const ways = [
  ['on the calling thread', envelope, {}],
  ['with a second thread', envelope, { threads: 2 }],
  ['watched', envelope, { onProgress: () => {} }],
  ['signed', signing, {}],
] as const;

describe.each(ways)('%s', (_, writer, options) => {
  test.each(sizes)('%i bytes', async (size) => {
    const plaintext = patternBytes(size);
    const out = memory(size + room);
    const message = await writer.encrypt(plaintext, { ...options, out });
    expect([message.buffer, message.byteOffset]).toEqual([out.buffer, out.byteOffset]);
    expect(rest(out, message.length)).toHaveLength(0);

    const exact = memory(size);
    const read = await writer.decrypt(message, { ...options, out: exact });
    expect(read.plaintext).toHaveLength(size);
    expect(read.plaintext.buffer).toBe(exact.buffer);
    expect(Buffer.compare(exact, plaintext)).toBe(0);

    const wide = memory(size + 1);
    await writer.decrypt(message, { ...options, out: wide });
    expect(Buffer.compare(wide.subarray(0, size), plaintext)).toBe(0);
    expect(wide[size]).toBe(before);
  });

  test.each([10, 3 * mebibyte])('too short for %i bytes', async (size) => {
    const plaintext = patternBytes(size);
    const message = await writer.encrypt(plaintext, options);
    const short = memory(message.length - 1);
    await expect(writer.encrypt(plaintext, { ...options, out: short })).rejects.toMatchObject({
      ...invalid,
      message: expect.stringMatching(/`out` must have at least \d+ bytes, got \d+/),
    });
    expect(rest(short, 0)).toHaveLength(0);
    const out = memory(size - 1);
    await expect(writer.decrypt(message, { ...options, out })).rejects.toMatchObject({
      ...invalid,
      message: `\`out\` must have at least ${size} bytes, got ${size - 1}`,
    });
    expect(rest(out, 0)).toHaveLength(0);
  });

  test.each([0, 70_000, 3 * mebibyte])(
    'a message of %i bytes that does not verify leaves nothing there',
    async (size) => {
      const message = Buffer.from(await writer.encrypt(patternBytes(size), options));
      const last = message.length - 1;
      message[last] = (message[last] as number) ^ 1;
      const out = memory(size + 1);
      const work = writer.decrypt(message, { ...options, out });
      await expect(work).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
      expect(out.filter((byte) => byte !== 0 && byte !== before)).toHaveLength(0);
      expect(out[size]).toBe(before);
    },
  );
});

const lengths = [100, 2 * mebibyte];

describe.each(ways)('refused, %s', (_, writer, options) => {
  describe.each(lengths)('%i bytes', (size) => {
    const plaintext = patternBytes(size);
    const message = writer.encrypt(plaintext, options);
    const refuse = async (out: Uint8Array) => {
      const all = { ...options, out };
      await expect(writer.encrypt(plaintext, all)).rejects.toMatchObject(invalid);
      await expect(writer.decrypt(await message, all)).rejects.toMatchObject(invalid);
    };

    test.each(noBytes.filter(([, value]) => value !== undefined))('%s', async (_, value) => {
      await refuse(value as Uint8Array);
    });

    test.each(badBuffers(size + room))('%s', async (_, out) => {
      await refuse(out);
    });

    test("the input's own memory", async () => {
      const both = memory(2 * size + 2 * room);
      const text = both.subarray(100, 100 + size);
      for (const start of [0, 101, 100 + size / 2, 99 + size]) {
        const out = both.subarray(start);
        await expect(writer.encrypt(text, { ...options, out })).rejects.toMatchObject(invalid);
      }
      const out = both.subarray(100 + size);
      const beside = await writer.encrypt(text, { ...options, out });
      for (const start of [101, 100 + size, 99 + size + beside.length]) {
        const all = { ...options, out: both.subarray(start) };
        await expect(writer.decrypt(beside, all)).rejects.toMatchObject(invalid);
      }
      const read = await writer.decrypt(beside, { ...options, out: both.subarray(0, 100 + size) });
      expect(Buffer.compare(read.plaintext, text)).toBe(0);
    });
  });
});

describe('refused', () => {
  test('where results are files, streams or ranges', async () => {
    const options = { out: memory(1000) } as object;
    await expect(envelope.encryptFile('a', 'b', options)).rejects.toMatchObject(invalid);
    await expect(envelope.decryptFile('a', 'b', options)).rejects.toMatchObject(invalid);
    await expect(envelope.decryptRange('a', 0, 1, options)).rejects.toMatchObject(invalid);
    for (const start of ['encryptStream', 'decryptStream', 'encryptWebStream'] as const) {
      expect(() => envelope[start](options)).toThrow(expect.objectContaining(invalid));
    }
  });
});

test('a view is of no class of the caller, whose code would run with the plaintext in hand', async () => {
  class Failing extends Uint8Array {
    static get [Symbol.species](): never {
      throw new Error('the code of a program');
    }
  }
  const plaintext = patternBytes(3 * mebibyte);
  for (const options of [{}, { onProgress: () => {} }]) {
    const message = await envelope.encrypt(plaintext, options);
    const out = new Failing(plaintext.length + 1);
    const read = await envelope.decrypt(message, { ...options, out });
    expect(Object.getPrototypeOf(read.plaintext)).toBe(Uint8Array.prototype);
    expect(Buffer.compare(read.plaintext, plaintext)).toBe(0);
  }
});

test.each([1000, 2 * mebibyte])(
  '%i bytes that the caller fails to take are wiped',
  async (size) => {
    const message = await envelope.encrypt(patternBytes(size));
    const start = vi.spyOn(addon(), 'messageDecryptAsync');
    const out = memory(size);
    const failure = new Error('the code of a program');
    const onProgress = () => {
      throw failure;
    };
    await expect(envelope.decrypt(message, { out, onProgress })).rejects.toBe(failure);
    expect(out.filter((byte) => byte !== 0 && byte !== before)).toHaveLength(0);
    const started = start.mock.results.map(({ value }) => value as StartedJob<Uint8Array>);
    start.mockRestore();
    expect(started).toHaveLength(size > mebibyte ? 1 : 0);
    for (const [result] of started) {
      expect((await result).every((byte) => byte === 0)).toBe(true);
    }
  },
);

test('that is transferred while another thread is at work', async () => {
  const plaintext = patternBytes(2 * mebibyte);
  const options = { onProgress: () => {} };
  const message = await envelope.encrypt(plaintext, options);
  for (const start of [
    (out: Uint8Array) => envelope.encrypt(plaintext, { ...options, out }),
    (out: Uint8Array) => envelope.decrypt(message, { ...options, out }),
  ]) {
    const out = new Uint8Array(plaintext.length + room);
    const work = start(out);
    const isLost = expect(work).rejects.toMatchObject(invalid);
    // The key is asked for, and the work begun.
    await tick();
    structuredClone(out.buffer, { transfer: [out.buffer] });
    await isLost;
  }
});
