// Headers that no reader takes, and the limits that a caller sets.

import { describe, expect, it } from 'vitest';
import {
  decryptMessage,
  MessageDecryptor,
  type MessageLimits,
  parseMessageHeader,
} from '../../lib/hsm/index.js';
import { u16be, u32be } from '../reference/bytes.js';
import { serializeEncryptionContext } from '../reference/encryption_context.js';
import { referenceSuite, referenceSuites } from '../reference/message_suite.js';
import { oneShot } from './support/forms.js';
import { expectNothing, expectRefused } from './support/refused.js';
import { importKey, makeSample, sampleBytes } from './support/samples.js';

describe('refused', () => {
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

  /** Whatever follows, and whatever the tag says. */
  function expectMalformed(message: Uint8Array): void {
    expect(() => parseMessageHeader(message)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_MESSAGE' }),
    );
  }

  it('frames without a length, a block with one, and a third content type', () => {
    for (const id of [0x0178, 0x0478]) {
      for (const [frameLength, length] of [
        [7, 0],
        [0, 7],
      ] as const) {
        const { message, suite } = makeSample(referenceSuite(id), { frameLength });
        const header = parseMessageHeader(message)?.lengthBytes as number;
        const at = header - 16 - (suite.format === 1 ? 12 : 32) - 4;
        message.set(u32be(length), at);
        expectMalformed(message);
        message.set(u32be(frameLength), at);
        for (const type of [0, 3, 0xff]) {
          message[at - (suite.format === 1 ? 6 : 1)] = type;
          expectMalformed(message);
        }
      }
    }
  });

  it('format 1 with something reserved, with another IV length or another type', () => {
    const { message } = makeSample(referenceSuite(0x0178));
    const header = parseMessageHeader(message)?.lengthBytes as number;
    const afterType = header - 16 - 12 - 4 - 5;
    const changes: [number, number][] = [
      [1, 0x81],
      ...[0, 1, 2, 3].map((i): [number, number] => [afterType + i, 1]),
      [afterType + 4, 11],
      [afterType + 4, 13],
    ];
    for (const [at, value] of changes) {
      const changed = Uint8Array.from(message);
      changed[at] = value;
      expectMalformed(changed);
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

  it('a provider that only looks like another is another', () => {
    const providers = ['aws-kms', '\u{feff}aws-kms', 'aws-kms\0'];
    const encryptedDataKeys = providers.map((providerId) => ({
      providerId: Buffer.from(providerId),
      providerInfo: sampleBytes(3),
      ciphertext: sampleBytes(4),
    }));
    const { message } = makeSample(referenceSuite(0x0478), { encryptedDataKeys });
    const read = parseMessageHeader(message)?.encryptedDataKeys;
    expect(read?.map(({ providerId }) => providerId)).toEqual(providers);
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
