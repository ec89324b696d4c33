// Messages that are cut, changed, shuffled or lengthened: refused in every form, and nothing
// reaches the caller but, from streams, frames that verified.

import { describe, expect, test } from 'vitest';
import { DataKeyCache } from '../../lib/envelope/data_key_cache.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import { parseMessageHeader } from '../../lib/hsm/index.js';
import { type Form, forms, signedForms, streamForms } from './support/forms.js';
import { patternBytes } from './support/test_bytes.js';
import { openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
// With a cache, thousands of refusals cost no thousands of openings.
const cache = new DataKeyCache();
const frameLength = 16;
const envelope = new Envelope({ kms: client, keyId, frameLength, cache });
const signing = new Envelope({ kms: client, keyId, frameLength, cache, suite: 0x0578 });
const plaintext = patternBytes(40);
const encryptionContext = { tenant: 'alice' };
const message = Buffer.from(await envelope.encrypt(plaintext, { encryptionContext }));
const signed = Buffer.from(await signing.encrypt(plaintext, { encryptionContext }));
const headerLength = parseMessageHeader(message)?.lengthBytes as number;

const refusals = [
  'ERR_DECRYPTION_FAILED',
  'ERR_INVALID_MESSAGE',
  'ERR_MESSAGE_LIMIT',
  'ERR_NOT_COMMITTING',
  'ERR_SIGNED_MESSAGE',
];

/** Refused; from a stream, no more than a true beginning of the plaintext came. */
async function expectRefused(name: string, form: Form, bytes: Uint8Array): Promise<void> {
  const { released, code } = await form(envelope, bytes);
  expect(refusals).toContain(code);
  if (streamForms.has(name)) {
    expect(released.length).toBeLessThan(plaintext.length);
    expect(released.equals(plaintext.subarray(0, released.length))).toBe(true);
  } else {
    expect(released).toHaveLength(0);
  }
}

describe.each(forms)('%s', (name, form) => {
  test('the message itself is accepted', async () => {
    const { released, code } = await form(envelope, message);
    expect(code).toBeUndefined();
    expect(released.equals(plaintext)).toBe(true);
  });

  test('a message that ends at any byte before its end is refused', async () => {
    for (let end = 0; end < message.length; end++) {
      await expectRefused(name, form, message.subarray(0, end));
    }
  });

  test('a message with any byte changed is refused', async () => {
    for (let i = 0; i < message.length; i++) {
      const changed = Buffer.from(message);
      changed[i] = (changed[i] as number) ^ (1 << (i % 8));
      await expectRefused(name, form, changed);
    }
  });

  test.each([
    ['a byte after the end', Buffer.concat([message, Buffer.of(0)])],
    ['itself after the end', Buffer.concat([message, message])],
    ['much after the end', Buffer.concat([message, Buffer.alloc(100_000)])],
    ['its first two frames swapped', shuffled([1, 0, 2])],
    ['its first frame twice', shuffled([0, 0, 1, 2])],
    ['no first frame', shuffled([1, 2])],
    ['no second frame', shuffled([0, 2])],
    ['its final frame first', shuffled([2, 0, 1])],
    ['its final frame only', shuffled([2])],
    ['its final frame twice', shuffled([0, 1, 2, 2])],
    ['a suite of the other format', withBytes(1, 0x03, 0x78)],
    ['a suite that signs', withBytes(1, 0x05, 0x78)],
    ['an unknown suite', withBytes(1, 0xff, 0xff)],
    ['the other format', withBytes(0, 1)],
    ['an unknown format', withBytes(0, 3)],
    ['the letter A, as base64 begins', withBytes(0, 0x41)],
    ['a longer final frame than its frames', withBytes(message.length - 16 - 8 - 4, 0, 0, 0, 17)],
    ['a frame length of nothing', withBytes(headerLength - 16 - 32 - 4, 0, 0, 0, 0)],
    ['a content type that is none', withBytes(headerLength - 16 - 32 - 5, 3)],
    ['content that is not framed', withBytes(headerLength - 16 - 32 - 5, 1)],
    ['another commitment', withBytes(headerLength - 16 - 32, 1, 2, 3, 4)],
  ])('a message with %s is refused', async (_, bytes) => {
    await expectRefused(name, form, bytes);
  });

  test('bytes that are no message are refused', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(500), Buffer.alloc(500, 0xff)]) {
      await expectRefused(name, form, bytes);
    }
  });

  test('a message whose frames are longer than allowed is refused', async () => {
    const strict = new Envelope({ kms: client, keyId, maxFrameLength: 15 });
    const { released, code } = await form(strict, message);
    expect([released.length, code]).toEqual([0, 'ERR_MESSAGE_LIMIT']);
  });
});

describe.each(forms.filter(([name]) => signedForms.has(name)))('signed, %s', (_name, form) => {
  test('the message itself is accepted', async () => {
    const { released, code } = await form(envelope, signed);
    expect(code).toBeUndefined();
    expect(released.equals(plaintext)).toBe(true);
  });

  test('without its signature, or with another, it is refused', async () => {
    const footer = signed.length - signed.readUInt16BE(bodyEnd(signed)) - 2;
    const other = Buffer.from(await signing.encrypt(plaintext, { encryptionContext }));
    const cuts = [footer, footer + 1, footer + 2, footer + 20, signed.length - 1];
    const bad = [
      ...cuts.map((end) => signed.subarray(0, end)),
      Buffer.concat([signed, Buffer.of(0)]),
      Buffer.concat([signed.subarray(0, footer), other.subarray(bodyEnd(other))]),
      changedAt(signed, footer + 10),
      changedAt(signed, signed.length - 1),
      changedAt(signed, footer + 1),
    ];
    for (const bytes of bad) {
      const { released, code } = await form(envelope, bytes);
      expect(refusals).toContain(code);
      expect(released).toHaveLength(0);
    }
  });
});

/** Where the frames of a message of `plaintext` end. */
function bodyEnd(bytes: Buffer): number {
  const header = parseMessageHeader(bytes)?.lengthBytes as number;
  return header + 2 * (frameLength + 32) + (plaintext.length - 2 * frameLength) + 40;
}

/** The message with its frames (0 and 1 regular, 2 final) in another order. */
function shuffled(order: readonly number[]): Buffer {
  const regular = frameLength + 32;
  const starts = [0, regular, 2 * regular, message.length - headerLength];
  const frames = [0, 1, 2].map((i) =>
    message.subarray(
      headerLength + (starts[i] as number),
      headerLength + (starts[i + 1] as number),
    ),
  );
  return Buffer.concat([
    message.subarray(0, headerLength),
    ...order.map((i) => frames[i] as Buffer),
  ]);
}

function withBytes(at: number, ...bytes: readonly number[]): Buffer {
  const changed = Buffer.from(message);
  changed.set(bytes, at);
  return changed;
}

function changedAt(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] as number) ^ 1;
  return changed;
}
