// The engine against the reference of test/reference, which is written from the format's
// description over node:crypto alone: each reads what the other writes.

import { afterAll, describe, expect, it } from 'vitest';
import {
  DataKey,
  decryptMessage,
  MessageWriter,
  parseMessageHeader,
  SigningKey,
} from '../../lib/hsm/index.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { readMessage } from '../reference/message_read.js';
import { referenceSuite, referenceSuites } from '../reference/message_suite.js';
import { FileForms, oneShot, oneShotAsync, stream } from './support/forms.js';
import { allSamples, importKey, makeSample, sampleBytes } from './support/samples.js';

const files = new FileForms();
afterAll(() => files.remove());

const encryptedDataKeys = [
  { providerId: 'aws-kms', providerInfo: sampleBytes(75), ciphertext: sampleBytes(144) },
  { providerId: 'other', providerInfo: new Uint8Array(), ciphertext: sampleBytes(1) },
];
const keyBytes = sampleBytes(32);
const dataKey = DataKey.import(keyBytes);

const frameLengths = [1, 2, 15, 16, 17, 100, 4096, 65_536, 2 ** 32 - 1];
/** Around the boundaries of frames. */
function sizesFor(frameLength: number): number[] {
  const whole = [0, 1, 2, 3].map((count) => count * frameLength);
  const sizes = whole.flatMap((size) => [size - 1, size, size + 1]);
  return sizes.filter((size) => size >= 0 && size <= 300_000);
}

function writerFor(frameLengthBytes: number, signed: boolean): MessageWriter {
  const signingKey = signed ? SigningKey.generate() : undefined;
  const pairs: [string, string][] = [['purpose', 'tëst 𝄞']];
  if (signingKey !== undefined) pairs.push(['aws-crypto-public-key', signingKey.publicKey]);
  const encryptionContext = serializeEncryptionContext(pairs);
  return new MessageWriter({
    dataKey,
    encryptedDataKeys,
    encryptionContext,
    frameLengthBytes,
    signingKey,
  });
}

describe.each([false, true])('written (signed: %s)', (signed) => {
  it.each(frameLengths)('in frames of %i bytes, read by the reference and by us', (frameLength) => {
    const writer = writerFor(frameLength, signed);
    for (const size of sizesFor(frameLength)) {
      const plaintext = sampleBytes(size);
      const message = writer.encrypt(plaintext);
      expect(Buffer.compare(readMessage(message, keyBytes), plaintext)).toBe(0);
      const limits = { maxFrameLengthBytes: frameLength };
      expect(Buffer.compare(decryptMessage(dataKey, message, { limits }), plaintext)).toBe(0);
    }
  });

  it('with a header that says what was asked for', () => {
    const writer = writerFor(100, signed);
    const header = parseMessageHeader(writer.encrypt(sampleBytes(3)));
    expect(header).toMatchObject({
      formatVersion: 2,
      suite: signed ? 0x0578 : 0x0478,
      dataKeyBytes: 32,
      isCommitting: true,
      isSigned: signed,
      isFramed: true,
      frameLengthBytes: 100,
      encryptedDataKeyCount: 2,
    });
    expect(header?.messageId).toHaveLength(32);
    expect(header?.encryptedDataKeys).toEqual(encryptedDataKeys);
  });
});

// Results of this size are not zeroed before they are written (docs/decisions/0016), and their
// frames go in runs of up to 512 KiB.
describe.each([false, true])('in large memory (signed: %s)', (signed) => {
  const run = 512 * 1024;
  it.each([4096, 65_536, 100_000, run, 600_000])('in frames of %i bytes', (frameLength) => {
    const writer = writerFor(frameLength, signed);
    const all = sampleBytes(5_000_000 + frameLength);
    for (const threads of [1, 4]) {
      for (const base of [65_536, run, 2 * run, 5_000_000]) {
        for (const more of [-1, 0, 1, frameLength]) {
          const plaintext = all.subarray(0, base + more);
          const message = writer.encrypt(plaintext, threads);
          const read = decryptMessage(dataKey, message, { threads });
          expect(Buffer.compare(read, plaintext), `${base + more} bytes`).toBe(0);
        }
      }
    }
  });
});

it('every message gets an id of its own, and thereby other bytes throughout', () => {
  const writer = writerFor(100, false);
  const [a, b] = [writer.encrypt(sampleBytes(50)), writer.encrypt(sampleBytes(50))];
  const [idA, idB] = [a, b].map((message) => parseMessageHeader(message)?.messageId);
  expect(idA).not.toEqual(idB);
  const body = parseMessageHeader(a)?.lengthBytes as number;
  expect(a.subarray(body + 24, body + 74)).not.toEqual(b.subarray(body + 24, body + 74));
});

describe('read, of the reference:', () => {
  it.each(allSamples())('$name', async ({ suite, message, dataKey: bytes, plaintext }) => {
    const key = importKey(bytes);
    const whole = { released: Buffer.from(plaintext), code: undefined };
    const all = [await oneShot(key, message), await oneShotAsync(key, message)];
    for (const pieceBytes of [1, 3, 1000]) all.push(await stream(key, message, pieceBytes));
    all.push(await files.toFile(key, message));
    if (suite.signature === undefined) all.push(await files.range(key, message, 0, 1000));
    for (const { released, code } of all) {
      expect({ released: Buffer.from(released), code }).toEqual(whole);
    }
    const header = parseMessageHeader(message);
    expect(header).toMatchObject({
      formatVersion: suite.format,
      suite: suite.id,
      dataKeyBytes: suite.keyBytes,
      isCommitting: suite.format === 2,
      isSigned: suite.signature !== undefined,
    });
  });

  it.each([0, 1, 7, 14, 20])('%i bytes, ending with an empty final frame or not', async (size) => {
    for (const emptyFinalFrame of [false, true]) {
      const plaintext = sampleBytes(size);
      const sample = makeSample(referenceSuite(0x0478), { plaintext, emptyFinalFrame });
      const key = importKey(sample.dataKey);
      const all = [
        await oneShot(key, sample.message),
        await stream(key, sample.message, 5),
        await files.toFile(key, sample.message),
        await files.range(key, sample.message, 0, size),
      ];
      for (const { released, code } of all) {
        expect({ released: Buffer.from(released), code }).toEqual({
          released: Buffer.from(plaintext),
          code: undefined,
        });
      }
    }
  });

  it('IVs are what the message says they are', async () => {
    const frameIv = Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 1]);
    for (const suite of referenceSuites) {
      const sample = makeSample(suite, { frameIv, plaintext: sampleBytes(5) });
      expect(await oneShot(importKey(sample.dataKey), sample.message)).toEqual({
        released: sample.plaintext,
        code: undefined,
      });
    }
  });

  it('pairs that are authenticated and not stored are asked for', () => {
    const unstored = serializeEncryptionContext([['tenant', 'a']]);
    const { message, dataKey: bytes, plaintext } = makeSample(referenceSuite(0x0478), { unstored });
    const key = importKey(bytes);
    expect(decryptMessage(key, message, { unstoredContext: unstored })).toEqual(plaintext);
    const wrong = serializeEncryptionContext([['tenant', 'b']]);
    for (const unstoredContext of [undefined, wrong]) {
      expect(() => decryptMessage(key, message, { unstoredContext })).toThrow(
        expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' }),
      );
    }
  });

  it('contexts need not be sorted', () => {
    const entry = (text: string) => [0, text.length, ...Buffer.from(text)];
    const context = Uint8Array.from([
      0,
      2,
      ...entry('b'),
      ...entry('1'),
      ...entry('a'),
      ...entry('2'),
    ]);
    const { message, dataKey: bytes } = makeSample(referenceSuite(0x0478), { context });
    expect(decryptMessage(importKey(bytes), message)).toHaveLength(20);
    expect(parseMessageHeader(message)?.encryptionContext).toEqual(context);
  });
});
