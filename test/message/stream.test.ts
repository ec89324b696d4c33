// Messages in pieces: any cutting gives what one call gives.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DataKey,
  decryptMessage,
  MessageDecryptor,
  type MessageEncryptor,
  MessageWriter,
  parseMessageHeader,
  SigningKey,
} from '../../lib/hsm/index.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { soakCount } from '../soak/support/scale.js';
import { codeOf } from './support/forms.js';
import { sampleBytes } from './support/samples.js';

const dataKey = DataKey.import(sampleBytes(32));
const encryptedDataKeys = [
  { providerId: 'test', providerInfo: sampleBytes(1), ciphertext: sampleBytes(1) },
];

function writerFor(frameLengthBytes: number, signed = false): MessageWriter {
  const signingKey = signed ? SigningKey.generate() : undefined;
  const pairs: [string, string][] = signingKey
    ? [['aws-crypto-public-key', signingKey.publicKey]]
    : [];
  return new MessageWriter({
    dataKey,
    encryptedDataKeys,
    frameLengthBytes,
    signingKey,
    encryptionContext: serializeEncryptionContext(pairs),
  });
}

/** Cuts `bytes` into pieces of the given sizes, over and over; 0 gives an empty piece once. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size =
      i < sizes.length ? (sizes[i] as number) : Math.max(1, sizes[i % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

async function encryptPieces(encryptor: MessageEncryptor, pieces: Uint8Array[]): Promise<Buffer> {
  const parts: Uint8Array[] = [encryptor.header];
  for (const piece of pieces) parts.push(await encryptor.update(piece));
  parts.push(encryptor.finish());
  return Buffer.concat(parts);
}

function decryptorFor(message: Uint8Array): [MessageDecryptor, Uint8Array] {
  const header = parseMessageHeader(message);
  if (header === undefined) throw new Error('no header');
  const decryptor = new MessageDecryptor(dataKey, header, { allowUnverifiedRelease: true });
  return [decryptor, message.subarray(header.lengthBytes)];
}

async function decryptPieces(message: Uint8Array, sizes: readonly number[]): Promise<Buffer> {
  const [decryptor, body] = decryptorFor(message);
  const parts: Uint8Array[] = [];
  for (const piece of cut(body, sizes)) parts.push(await decryptor.update(piece));
  decryptor.finish();
  return Buffer.concat(parts);
}

const arbitrarySizes = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 20 });
const runs = { numRuns: soakCount(200, 5000) };

it('any cutting of the plaintext gives a message of the same size that opens to it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 1000 }),
      fc.integer({ min: 1, max: 300 }),
      arbitrarySizes,
      async (plaintext, frameLength, sizes) => {
        const writer = writerFor(frameLength);
        const message = await encryptPieces(writer.encryptor(), cut(plaintext, sizes));
        expect(message).toHaveLength(writer.encrypt(plaintext).length);
        expect(Buffer.compare(decryptMessage(dataKey, message), plaintext)).toBe(0);
      },
    ),
    runs,
  ));

it('any cutting of a message gives its plaintext', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 1000 }),
      fc.integer({ min: 1, max: 300 }),
      arbitrarySizes,
      async (plaintext, frameLength, sizes) => {
        const message = writerFor(frameLength).encrypt(plaintext);
        expect(Buffer.compare(await decryptPieces(message, sizes), plaintext)).toBe(0);
      },
    ),
    runs,
  ));

it('signed messages too', async () => {
  const writer = writerFor(10, true);
  for (const size of [0, 1, 9, 10, 11, 35]) {
    const plaintext = sampleBytes(size);
    const message = await encryptPieces(writer.encryptor(), cut(plaintext, [3, 4]));
    expect(message).toHaveLength(writer.encrypt(plaintext).length);
    for (const sizes of [[1], [7], [1000]]) {
      expect(Buffer.compare(await decryptPieces(message, sizes), plaintext)).toBe(0);
    }
  }
});

it('pieces of more than 1 MiB are worked on elsewhere, with the same result', async () => {
  const plaintext = sampleBytes(3 * 1024 * 1024 + 5);
  const writer = writerFor(100_000);
  const sizes = [1, 1024 * 1024 + 7, 100, 1024 * 1024 + 1];
  const encryptor = writer.encryptor();
  expect(encryptor.update(new Uint8Array(1024 * 1024))).toBeInstanceOf(Uint8Array);
  const working = encryptor.update(new Uint8Array(1024 * 1024 + 1));
  expect(working).toBeInstanceOf(Promise);
  await working;
  encryptor.dispose();
  const message = await encryptPieces(writer.encryptor(), cut(plaintext, sizes));
  expect(Buffer.compare(decryptMessage(dataKey, message), plaintext)).toBe(0);
  expect(Buffer.compare(await decryptPieces(message, sizes), plaintext)).toBe(0);
});

it('a short piece that completes a long frame is, too', async () => {
  const plaintext = sampleBytes(5 * 1024 * 1024);
  const writer = writerFor(3 * 1024 * 1024);
  const pieces = cut(plaintext, [500_000]);
  const encryptor = writer.encryptor();
  const parts: (Uint8Array | Promise<Uint8Array>)[] = [encryptor.header];
  for (const piece of pieces) {
    parts.push(encryptor.update(piece));
    await parts.at(-1);
  }
  parts.push(encryptor.finish());
  expect(parts.filter((part) => part instanceof Promise)).toHaveLength(1);
  const message = Buffer.concat(await Promise.all(parts));
  const [decryptor, body] = decryptorFor(message);
  const texts: (Uint8Array | Promise<Uint8Array>)[] = [];
  for (const piece of cut(body, [500_000])) {
    texts.push(decryptor.update(piece));
    await texts.at(-1);
  }
  decryptor.finish();
  expect(texts.filter((text) => text instanceof Promise)).toHaveLength(1);
  expect(Buffer.compare(Buffer.concat(await Promise.all(texts)), plaintext)).toBe(0);
});

it('a piece may be changed as soon as the call has returned', async () => {
  const plaintext = sampleBytes(2 * 1024 * 1024);
  const piece = Uint8Array.from(plaintext);
  const encryptor = writerFor(50_000).encryptor();
  const first = encryptor.update(piece);
  piece.fill(0);
  structuredClone(piece.buffer, { transfer: [piece.buffer] });
  const message = Buffer.concat([encryptor.header, await first, encryptor.finish()]);
  expect(Buffer.compare(decryptMessage(dataKey, message), plaintext)).toBe(0);
});

it('gives out a frame when it is complete, not before and not later', () => {
  const message = writerFor(10).encrypt(sampleBytes(25));
  const [decryptor, body] = decryptorFor(message);
  const sizes = Array.from(body, (byte) => decryptor.update(Uint8Array.of(byte)) as Uint8Array);
  const released = sizes.flatMap((part, at) => (part.length > 0 ? [[at, part.length]] : []));
  expect(released).toEqual([
    [41, 10],
    [83, 10],
    [128, 5],
  ]);
  decryptor.finish();
});

describe('one call at a time', () => {
  const megabytes = new Uint8Array(2 * 1024 * 1024);

  it('an encryptor that works is not to be called', async () => {
    const encryptor = writerFor(1000).encryptor();
    const working = encryptor.update(megabytes);
    for (const call of [() => encryptor.update(megabytes), () => encryptor.finish()]) {
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
    }
    await working;
    encryptor.finish();
  });

  it('a decryptor neither', async () => {
    const [decryptor, body] = decryptorFor(writerFor(1000).encrypt(megabytes));
    const working = decryptor.update(body);
    for (const call of [() => decryptor.update(body), () => decryptor.finish()]) {
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
    }
    expect(await working).toHaveLength(megabytes.length);
    decryptor.finish();
  });

  it('disposal in the middle of work lets the work end', async () => {
    const encryptor = writerFor(1000).encryptor();
    const working = encryptor.update(megabytes);
    encryptor.dispose();
    encryptor.dispose();
    expect((await working).length).toBeGreaterThan(megabytes.length);
    expect(() => encryptor.finish()).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }));
  });
});

describe('after its end', () => {
  it('an encryptor is of no use', () => {
    const encryptor = writerFor(10).encryptor();
    encryptor.finish();
    for (const call of [() => encryptor.update(sampleBytes(1)), () => encryptor.finish()]) {
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }));
    }
  });

  it('a decryptor that failed neither, whatever comes', async () => {
    for (const size of [20, 2 * 1024 * 1024]) {
      const [decryptor, body] = decryptorFor(writerFor(1000).encrypt(sampleBytes(size)));
      body[30] = (body[30] as number) ^ 1;
      const failure = await Promise.resolve()
        .then(() => decryptor.update(body))
        .catch(codeOf);
      expect(failure).toBe('ERR_DECRYPTION_FAILED');
      for (const call of [() => decryptor.update(sampleBytes(1)), () => decryptor.finish()]) {
        expect(call).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }));
      }
    }
  });

  it('a decryptor takes no more bytes', () => {
    const [decryptor, body] = decryptorFor(writerFor(10).encrypt(sampleBytes(5)));
    expect(decryptor.update(body)).toHaveLength(5);
    expect(decryptor.update(new Uint8Array())).toHaveLength(0);
    expect(() => decryptor.update(Uint8Array.of(0))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
    );
  });
});
