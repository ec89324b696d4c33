// Results in memory of the caller's: the same results, nothing beside them, and nothing of them when
// the call fails.

import { describe, expect, test } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
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

describe('refused', () => {
  const plaintext = patternBytes(100);
  const message = envelope.encrypt(plaintext);

  test.each(noBytes.filter(([, value]) => value !== undefined))('%s', async (_, value) => {
    const out = value as Uint8Array;
    await expect(envelope.encrypt(plaintext, { out })).rejects.toMatchObject(invalid);
    await expect(envelope.decrypt(await message, { out })).rejects.toMatchObject(invalid);
  });

  test.each(badBuffers(10_000))('%s', async (_, out) => {
    await expect(envelope.encrypt(plaintext, { out })).rejects.toMatchObject(invalid);
    await expect(envelope.decrypt(await message, { out })).rejects.toMatchObject(invalid);
  });

  test("the input's own memory", async () => {
    const both = memory(10_000);
    const text = both.subarray(100, 200);
    for (const start of [0, 101, 150, 199]) {
      const out = both.subarray(start);
      await expect(envelope.encrypt(text, { out })).rejects.toMatchObject(invalid);
    }
    const beside = await envelope.encrypt(text, { out: both.subarray(200) });
    for (const out of [beside, both.subarray(101), beside.subarray(beside.length - 1)]) {
      await expect(envelope.decrypt(beside, { out })).rejects.toMatchObject(invalid);
    }
    const { plaintext: read } = await envelope.decrypt(beside, { out: both.subarray(0, 200) });
    expect(read).toEqual(text);
  });

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
