// What no reader lets pass, in any form: one-shot, on threads, in pieces, to a file, as a range.
// Nothing is released but verified frames of a stream, in order.

import { afterAll, describe, expect, it } from 'vitest';
import {
  decryptMessage,
  MessageDecryptor,
  type MessageLimits,
  parseMessageHeader,
} from '../../lib/hsm/index.js';
import { concat, u16be, u32be } from '../reference/bytes.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { referenceSuite, referenceSuites } from '../reference/message_suite.js';
import { type ReferenceParts, writeMessage, writeParts } from '../reference/message_write.js';
import { isSoaking } from '../soak/support/scale.js';
import {
  FileForms,
  type Key,
  type Outcome,
  oneShot,
  oneShotAsync,
  stream,
} from './support/forms.js';
import { allSamples, importKey, makeSample, type Sample, sampleBytes } from './support/samples.js';

const files = new FileForms();
afterAll(() => files.remove());

const refusals = ['ERR_INVALID_MESSAGE', 'ERR_DECRYPTION_FAILED', 'ERR_MESSAGE_LIMIT'];

function expectNothing({ released, code }: Outcome): void {
  expect(refusals).toContain(code);
  expect(released).toHaveLength(0);
}

/** Whole frames from the beginning: what had verified before the fault was met. */
function expectPrefix({ released, code }: Outcome, plaintext: Uint8Array): void {
  expect(refusals).toContain(code);
  expect(Buffer.compare(released, plaintext.subarray(0, released.length))).toBe(0);
}

async function expectRefused(key: Key, message: Uint8Array, sample: Sample): Promise<void> {
  expectNothing(await oneShot(key, message));
  expectPrefix(await stream(key, message, message.length + 1), sample.plaintext);
  expectPrefix(await stream(key, message, 11), sample.plaintext);
}

async function expectRefusedByFiles(key: Key, message: Uint8Array, signed: boolean): Promise<void> {
  expectNothing(await oneShotAsync(key, message));
  expectNothing(await files.toFile(key, message));
  if (!signed) expectNothing(await files.range(key, message, 0, 1000));
  expect(files.leftovers).toEqual([]);
}

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
      await expectRefusedByFiles(key, message.subarray(0, size), suite.signature !== undefined);
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
      await expectRefusedByFiles(key, message, suite.signature !== undefined);
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
      await expectRefusedByFiles(key, message, sample.suite.signature !== undefined);
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
    await expectRefusedByFiles(key, message, sample.suite.signature !== undefined);
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
    await expectRefusedByFiles(key, message, false);
  }
});

it.each([0, 1, 15, 16, 17, 100])('a block that claims %i bytes and holds 20', async (length) => {
  const sample = makeSample(referenceSuite(0x0478), { frameLength: 0 });
  const { header, body } = writeParts(sample.parts);
  const block = Uint8Array.from(body[0] as Uint8Array);
  block.set(u32be(length), 16);
  const key = importKey(sample.dataKey);
  await expectRefused(key, concat(header, block), sample);
  await expectRefusedByFiles(key, concat(header, block), false);
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
      await expectRefusedByFiles(importKey(sample.dataKey), message, true);
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

describe('headers', () => {
  const entry = (text: string) => [0, text.length, ...Buffer.from(text)];
  const contexts: [string, number[]][] = [
    [
      'with a key twice, next to each other',
      [0, 2, ...entry('a'), ...entry('1'), ...entry('a'), ...entry('2')],
    ],
    [
      'with a key twice, apart',
      [
        0,
        3,
        ...entry('a'),
        ...entry('1'),
        ...entry('b'),
        ...entry('1'),
        ...entry('a'),
        ...entry('2'),
      ],
    ],
    ['with a count of none', [0, 0]],
    ['with a count too large', [0, 2, ...entry('a'), ...entry('1')]],
    ['with a count too small', [0, 1, ...entry('a'), ...entry('1'), ...entry('b'), ...entry('2')]],
    ['of one byte', [0]],
    ['with a value that is cut off', [0, 1, ...entry('a'), 0, 9, 1]],
  ];
  it.each(contexts)('contexts %s', async (_, context) => {
    for (const suite of [referenceSuite(0x0478), referenceSuite(0x0178)]) {
      const sample = makeSample(suite, { context: Uint8Array.from(context) });
      await expectRefused(importKey(sample.dataKey), sample.message, sample);
      expect(() => parseMessageHeader(sample.message)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
      );
    }
  });

  it('no encrypted data keys', async () => {
    const sample = makeSample(referenceSuite(0x0478), { encryptedDataKeys: [] });
    await expectRefused(importKey(sample.dataKey), sample.message, sample);
  });

  it('an unsigned suite with a public key, a signing one without', async () => {
    const context = serializeEncryptionContext([['aws-crypto-public-key', 'A'.repeat(68)]]);
    for (const suite of referenceSuites) {
      const changes = { context: suite.signature ? new Uint8Array() : context };
      const sample = makeSample(suite, changes);
      await expectRefused(importKey(sample.dataKey), sample.message, sample);
    }
  });

  it('frames without a length, a block with one', async () => {
    for (const [frameLength, length] of [
      [7, 0],
      [0, 7],
    ] as const) {
      const sample = makeSample(referenceSuite(0x0478), { frameLength });
      const message = Uint8Array.from(sample.message);
      const header = parseMessageHeader(sample.message)?.lengthBytes as number;
      message.set(u32be(length), header - 16 - 32 - 4);
      await expectRefused(importKey(sample.dataKey), message, sample);
    }
  });

  it('a suite of the other format, and none', async () => {
    const [old, current] = [makeSample(referenceSuite(0x0178)), makeSample(referenceSuite(0x0478))];
    for (const [{ message: whole, dataKey }, at] of [
      [old, 2],
      [current, 1],
    ] as const) {
      for (const suite of [at === 2 ? 0x0478 : 0x0178, 0, 0x0070, 0x6700, 0xffff]) {
        const message = Uint8Array.from(whole);
        message.set(u16be(suite), at);
        expect(() => parseMessageHeader(message)).toThrow(
          expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
        );
        expectNothing(await oneShot(importKey(dataKey), message));
      }
    }
  });

  it('base64 is named', () => {
    for (const suite of [referenceSuite(0x0178), referenceSuite(0x0478)]) {
      const text = Buffer.from(makeSample(suite).message).toString('base64');
      expect(() => parseMessageHeader(Buffer.from(text))).toThrow(/base64/);
    }
  });

  const limits: [MessageLimits, MessageLimits][] = [
    [{ maxEncryptedDataKeys: 2 }, { maxEncryptedDataKeys: 3 }],
    [{ maxFrameLengthBytes: 6 }, { maxFrameLengthBytes: 7 }],
    [{ maxHeaderBytes: 20 }, { maxHeaderBytes: 1000 }],
  ];
  it.each(limits)('beyond %o, and not beyond %o', (beyond, within) => {
    const each = {
      providerId: sampleBytes(2),
      providerInfo: sampleBytes(3),
      ciphertext: sampleBytes(4),
    };
    const { message, dataKey } = makeSample(referenceSuite(0x0478), {
      encryptedDataKeys: [each, each, each],
    });
    const key = importKey(dataKey);
    const tooMuch = expect.objectContaining({ code: 'ERR_MESSAGE_LIMIT' });
    expect(() => parseMessageHeader(message, beyond)).toThrow(tooMuch);
    expect(() => decryptMessage(key, message, { limits: beyond })).toThrow(tooMuch);
    expect(decryptMessage(key, message, { limits: within })).toHaveLength(20);
  });

  it('a block beyond the longest frame, in pieces', () => {
    const { message, dataKey } = makeSample(referenceSuite(0x0478), { frameLength: 0 });
    const header = parseMessageHeader(message);
    if (header === undefined) throw new Error('no header');
    const limits = { maxFrameLengthBytes: 19 };
    const decryptor = new MessageDecryptor(importKey(dataKey), header, { limits });
    expect(() => decryptor.update(message.subarray(header.lengthBytes))).toThrow(
      expect.objectContaining({ code: 'ERR_MESSAGE_LIMIT' }),
    );
  });

  it('limits out of range or of another name', () => {
    for (const wrong of [
      { maxEncryptedDataKeys: 0 },
      { maxFrameLengthBytes: 2 ** 32 },
      { maxHeaderBytes: 1.5 },
      { most: 1 },
    ]) {
      expect(() => parseMessageHeader(new Uint8Array(9), wrong as MessageLimits)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
      );
    }
  });
});
