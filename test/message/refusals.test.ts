// What no reader lets pass, in any form: one-shot, on threads, in pieces, to a file, as a range.
// Nothing is released but verified frames of a stream, in order.

import { afterAll, describe, expect, it } from 'vitest';
import { decryptMessage, MessageDecryptor, parseMessageHeader } from '../../lib/hsm/index.js';
import { concat, u16be, u32be } from '../reference/bytes.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { referenceSuite } from '../reference/message_suite.js';
import { type ReferenceParts, writeMessage, writeParts } from '../reference/message_write.js';
import { isSoaking } from '../soak/support/scale.js';
import { FileForms, oneShot, oneShotAsync, stream } from './support/forms.js';
import {
  expectNothing,
  expectPrefix,
  expectRefused,
  expectRefusedByFiles,
} from './support/refused.js';
import { allSamples, importKey, makeSample, sampleBytes } from './support/samples.js';

const files = new FileForms();
afterAll(() => files.remove());

const samples = allSamples();
const newest = samples.filter(({ suite }) => suite.format === 2);
/** Files are slow: every so many-th position in the small form, every one in the long runs. */
const fileStep = isSoaking ? 1 : 7;

describe('cut short at every byte', () => {
  it.each(samples)('$name', async (sample) => {
    const key = importKey(sample.dataKey);
    for (let size = 0; size < sample.message.length; size++) {
      await expectRefused(key, sample.message.subarray(0, size), sample);
    }
  });

  it.each(newest)('$name, as files', async ({ message, dataKey, suite }) => {
    const key = importKey(dataKey);
    for (let size = 0; size < message.length; size += fileStep) {
      await expectRefusedByFiles(
        files,
        key,
        message.subarray(0, size),
        suite.signature !== undefined,
      );
    }
  });
});

describe('with any byte changed', () => {
  const changes = isSoaking ? Array.from({ length: 255 }, (_, i) => i + 1) : [0x80];

  it.each(samples)('$name', async (sample) => {
    const key = importKey(sample.dataKey);
    const message = Uint8Array.from(sample.message);
    for (let at = 0; at < message.length; at++) {
      for (const change of changes) {
        message[at] = (sample.message[at] as number) ^ change;
        await expectRefused(key, message, sample);
      }
      message[at] = sample.message[at] as number;
    }
  });

  it('to every other value', () => {
    const sample = makeSample(referenceSuite(0x0478));
    const key = importKey(sample.dataKey);
    const message = Uint8Array.from(sample.message);
    const accepted: string[] = [];
    for (let at = 0; at < message.length; at++) {
      for (let change = 1; change <= 255; change++) {
        message[at] = (sample.message[at] as number) ^ change;
        try {
          decryptMessage(key, message);
          accepted.push(`${at} ^ ${change}`);
        } catch {}
      }
      message[at] = sample.message[at] as number;
    }
    expect(accepted).toEqual([]);
    expect(decryptMessage(key, message)).toEqual(sample.plaintext);
  });

  it.each(newest)('$name, as files', async ({ message: whole, dataKey, suite }) => {
    const key = importKey(dataKey);
    const message = Uint8Array.from(whole);
    for (let at = 0; at < message.length; at += fileStep) {
      message[at] = (whole[at] as number) ^ 0x80;
      await expectRefusedByFiles(files, key, message, suite.signature !== undefined);
      message[at] = whole[at] as number;
    }
  });
});

describe('with other bytes behind it', () => {
  const tails = [[0], [0xff], [0xff, 0xff, 0xff, 0xff], [...sampleBytes(60)]];
  it.each(samples)('$name', async (sample) => {
    const key = importKey(sample.dataKey);
    for (const tail of [...tails, [...sample.message]]) {
      const message = concat(sample.message, Uint8Array.from(tail));
      expectNothing(await oneShot(key, message));
      expectPrefix(await stream(key, message, 1), sample.plaintext);
      expectNothing(await stream(key, message, message.length));
      await expectRefusedByFiles(files, key, message, sample.suite.signature !== undefined);
    }
  });
});

/** The message with its frames in another order. */
type Rearrange = (frames: Uint8Array[]) => Uint8Array[];
const arrangements: [string, Rearrange][] = [
  ['the first two frames swapped', ([a, b, ...rest]) => [b, a, ...rest] as Uint8Array[]],
  ['the last two frames swapped', ([a, b, c]) => [a, c, b] as Uint8Array[]],
  ['a frame repeated', ([a, ...rest]) => [a, a, ...rest] as Uint8Array[]],
  ['the final frame repeated', ([a, b, c]) => [a, b, c, c] as Uint8Array[]],
  ['the first frame missing', ([, ...rest]) => rest],
  ['a middle frame missing', ([a, , c]) => [a, c] as Uint8Array[]],
  ['the final frame missing', ([a, b]) => [a, b] as Uint8Array[]],
  ['the final frame alone', ([, , c]) => [c] as Uint8Array[]],
  ['no frames', () => []],
];
describe.each(arrangements)('with %s', (_, rearrange) => {
  it.each(samples.filter(({ parts }) => parts.frameLength))('$name', async (sample) => {
    const { header, body, footer } = writeParts(sample.parts);
    const message = concat(header, ...rearrange([...body]), footer);
    const key = importKey(sample.dataKey);
    await expectRefused(key, message, sample);
    await expectRefusedByFiles(files, key, message, sample.suite.signature !== undefined);
  });
});

describe('with frames of another message under the same data key', () => {
  it.each(samples.filter(({ suite }) => suite.signature === undefined))('$name', async (sample) => {
    const key = importKey(sample.dataKey);
    const [a, b] = [writeParts(sample.parts), writeParts(sample.parts)];
    await expectRefused(key, concat(a.header, ...b.body), sample);
    const [first, ...rest] = a.body;
    if (rest.length === 0) return;
    await expectRefused(key, concat(a.header, b.body[0] as Uint8Array, ...rest), sample);
    expect(decryptMessage(key, concat(a.header, first as Uint8Array, ...rest))).toHaveLength(20);
  });
});

it('a final frame that claims more or less than it holds', async () => {
  const sample = makeSample(referenceSuite(0x0478));
  const { header, body } = writeParts(sample.parts);
  const final = Uint8Array.from(body.at(-1) as Uint8Array);
  const key = importKey(sample.dataKey);
  for (const length of [0, 5, 7, 8, 100, 0xffffffff]) {
    final.set(u32be(length), 20);
    const message = concat(header, ...body.slice(0, -1), final);
    await expectRefused(key, message, sample);
    await expectRefusedByFiles(files, key, message, false);
  }
});

it.each([0, 1, 15, 16, 17, 100])('a block that claims %i bytes and holds 20', async (length) => {
  const sample = makeSample(referenceSuite(0x0478), { frameLength: 0 });
  const { header, body } = writeParts(sample.parts);
  const block = Uint8Array.from(body[0] as Uint8Array);
  block.set(u32be(length), 16);
  const key = importKey(sample.dataKey);
  await expectRefused(key, concat(header, block), sample);
  await expectRefusedByFiles(files, key, concat(header, block), false);
});

describe('signatures', () => {
  const signed = samples.filter(({ suite }) => suite.signature !== undefined);
  const broken: [string, (parts: ReferenceParts) => Uint8Array][] = [
    ['missing', () => new Uint8Array()],
    ['empty', () => u16be(0)],
    ['a byte short', ({ footer }) => concat(u16be(footer.length - 3), footer.subarray(2, -1))],
    [
      'a byte too long',
      ({ footer }) => concat(u16be(footer.length - 1), footer.subarray(2), u16be(0).subarray(1)),
    ],
    ['endless', () => concat(u16be(0xffff), new Uint8Array(0xffff))],
    ['of another message', ({ footer }) => concat(footer.subarray(0, -8), sampleBytes(8))],
  ];
  describe.each(broken)('%s', (_, footerOf) => {
    it.each(signed)('$name', async (sample) => {
      const parts = writeParts(sample.parts);
      const message = concat(parts.header, ...parts.body, footerOf(parts));
      await expectRefused(importKey(sample.dataKey), message, sample);
      await expectRefusedByFiles(files, importKey(sample.dataKey), message, true);
    });
  });

  it.each(signed)('by another key: $name', async (sample) => {
    const other = makeSample(sample.suite);
    const parts = { ...sample.parts, signingKey: other.parts.signingKey as never };
    await expectRefused(importKey(sample.dataKey), writeMessage(parts), sample);
  });

  it.each(signed)('under a public key that is no point: $name', async (sample) => {
    const texts = ['', 'A', '====', 'A'.repeat(68), `${'A'.repeat(67)}!`, 'AA=='];
    for (const text of texts) {
      const context = serializeEncryptionContext([['aws-crypto-public-key', text]]);
      const message = writeMessage({ ...sample.parts, context });
      await expectRefused(importKey(sample.dataKey), message, sample);
    }
  });

  it.each(signed)('keep the final frame back: $name', (sample) => {
    const { header, body, footer } = writeParts(sample.parts);
    const parsed = parseMessageHeader(header);
    if (parsed === undefined) throw new Error('no header');
    const options = { allowUnverifiedRelease: true };
    const decryptor = new MessageDecryptor(importKey(sample.dataKey), parsed, options);
    const withoutFinal = sample.parts.frameLength ? 14 : 0;
    expect(decryptor.update(concat(...body))).toHaveLength(withoutFinal);
    expect(decryptor.update(footer.subarray(0, -1))).toHaveLength(0);
    expect(decryptor.update(footer.subarray(-1))).toHaveLength(20 - withoutFinal);
    decryptor.finish();
  });

  it.each(signed)('are no matter of streams and ranges: $name', async ({ message, dataKey }) => {
    const key = importKey(dataKey);
    const header = parseMessageHeader(message);
    if (header === undefined) throw new Error('no header');
    expect(() => new MessageDecryptor(key, header)).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNED_MESSAGE' }),
    );
    expect(await files.range(key, message, 0, 1)).toEqual({
      released: new Uint8Array(),
      code: 'ERR_SIGNED_MESSAGE',
    });
  });
});

describe('another data key', () => {
  it.each(samples)('$name', async (sample) => {
    const other = Uint8Array.from(sample.dataKey);
    other[0] = (other[0] as number) ^ 1;
    const key = importKey(other);
    for (const outcome of [
      await oneShot(key, sample.message),
      await oneShotAsync(key, sample.message),
      await stream(key, sample.message, 1000),
      await files.toFile(key, sample.message),
    ]) {
      expect(outcome).toEqual({ released: outcome.released, code: 'ERR_DECRYPTION_FAILED' });
      expect(outcome.released).toHaveLength(0);
    }
  });

  it.each(samples)('of another size: $name', async ({ message, suite }) => {
    const key = importKey(sampleBytes(suite.keyBytes === 16 ? 24 : 16));
    expect(await oneShot(key, message)).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    expect(await files.toFile(key, message)).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
  });
});
