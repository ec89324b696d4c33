// What holds for every plaintext, frame length, chunking and range.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
import { parseMessageHeader } from '../../lib/hsm/index.js';
import { soakCount } from '../soak/support/scale.js';
import { sdk, sdkKeyring } from './support/client_node.js';
import { drain } from './support/forms.js';
import { seededBytes } from './support/test_bytes.js';
import { openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const folder = mkdtempSync(join(tmpdir(), 'keystead-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));
const runs = (small: number) => ({ numRuns: soakCount(small, 50 * small) });

const plaintext = fc
  .record({ size: fc.oneof(fc.nat(100), fc.nat(20_000)), seed: fc.nat() })
  .map(({ size, seed }) => seededBytes(size, seed));
const frameLength = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 100, max: 5000 }),
  fc.constant(65_536),
);
const suite = fc.constantFrom(0x0478 as const, 0x0578 as const);
const encryptionContext = fc.dictionary(
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((name) => !name.startsWith('aws-crypto-')),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  { maxKeys: 6 },
);
/** Sizes of the chunks, used over and over. */
const chunking = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3000 })),
  {
    minLength: 1,
    maxLength: 10,
  },
);

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function through(
  stream: NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>,
  chunks: Iterable<Uint8Array>,
): Promise<Buffer> {
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  const { released, code } = await drain(stream);
  expect(code).toBeUndefined();
  return released;
}

test('a message decrypts to its plaintext, here and in the SDK, with its context', async () => {
  await fc.assert(
    fc.asyncProperty(
      plaintext,
      frameLength,
      suite,
      encryptionContext,
      async (bytes, frameLength, suite, encryptionContext) => {
        fc.pre(bytes.length / frameLength < 500);
        const envelope = new Envelope({ kms: client, keyId, frameLength, suite });
        const message = await envelope.encrypt(bytes, { encryptionContext });
        const read = await envelope.decrypt(message, { encryptionContext });
        expect(Buffer.compare(read.plaintext, bytes)).toBe(0);
        expect({ ...read.encryptionContext }).toEqual({ ...encryptionContext });
        const theirs = await sdk.decrypt(sdkKeyring(client, keyId), message);
        expect(theirs.plaintext.equals(bytes)).toBe(true);
      },
    ),
    runs(60),
  );
});

test('any chunking of a stream gives what one call gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      plaintext,
      frameLength,
      chunking,
      chunking,
      async (bytes, frameLength, ins, outs) => {
        const envelope = new Envelope({ kms: client, keyId, frameLength });
        const message = await through(envelope.encryptStream(), cut(bytes, ins));
        const whole = await envelope.encrypt(bytes);
        // But for the random parts they are the same: header, frames, final frame.
        expect(message.length).toBe(whole.length);
        expect(parseMessageHeader(message)?.lengthBytes).toBe(
          parseMessageHeader(whole)?.lengthBytes,
        );
        expect(Buffer.compare((await envelope.decrypt(message)).plaintext, bytes)).toBe(0);
        for (const one of [message, whole]) {
          const back = await through(envelope.decryptStream(), cut(one, outs));
          expect(back.equals(bytes)).toBe(true);
        }
      },
    ),
    runs(60),
  );
});

test('a range equals the slice', async () => {
  const file = join(folder, 'message');
  await fc.assert(
    fc.asyncProperty(
      plaintext,
      frameLength,
      fc.array(fc.tuple(fc.nat(25_000), fc.nat(25_000)), { minLength: 1, maxLength: 8 }),
      async (bytes, frameLength, ranges) => {
        const envelope = new Envelope({ kms: client, keyId, frameLength });
        writeFileSync(file, await envelope.encrypt(bytes));
        for (const range of ranges) {
          const [start, end] = range.sort((a, b) => a - b) as [number, number];
          const { plaintext } = await envelope.decryptRange(file, start, end);
          expect(Buffer.compare(plaintext, bytes.subarray(start, end))).toBe(0);
        }
      },
    ),
    runs(60),
  );
});

test('a change anywhere is found in every form', async () => {
  const envelope = new Envelope({ kms: client, keyId, frameLength: 50 });
  await fc.assert(
    fc.asyncProperty(
      plaintext,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (bytes, at, mask) => {
        const message = await envelope.encrypt(bytes.subarray(0, 300));
        const i = at % message.length;
        message[i] = (message[i] as number) ^ mask;
        await expect(envelope.decrypt(message)).rejects.toThrow();
        const stream = envelope.decryptStream();
        stream.end(message);
        const { released, code } = await drain(stream);
        expect(code).toBeDefined();
        expect(released.equals(bytes.subarray(0, released.length))).toBe(true);
        writeFileSync(join(folder, 'message'), message);
        const range = envelope.decryptRange(join(folder, 'message'), 0, 300);
        await expect(range).rejects.toThrow();
      },
    ),
    runs(100),
  );
});
