// A writer of AWS Encryption SDK messages over node:crypto: any suite, framed or not. It writes
// what it is told, wrong things too, so that readers can be tried.

import { createSign, type KeyObject, randomBytes } from 'node:crypto';
import { concat, u16be, u32be, u64be } from './bytes.js';
import { bodyAad, seal } from './message_cipher.js';
import { deriveKeys, type ReferenceSuite, referenceSuite } from './message_suite.js';

export interface ReferenceDataKey {
  readonly providerId: Uint8Array;
  readonly providerInfo: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface ReferenceMessage {
  readonly suite: number;
  readonly dataKey: Uint8Array;
  readonly plaintext: Uint8Array;
  /** 0 or absent: one block. */
  readonly frameLength?: number;
  /** Serialized. */
  readonly context?: Uint8Array;
  /** Authenticated, not stored. */
  readonly unstored?: Uint8Array;
  readonly encryptedDataKeys?: readonly ReferenceDataKey[];
  readonly signingKey?: KeyObject;
  readonly messageId?: Uint8Array;
  /** End with an empty final frame where the plaintext fills its frames. */
  readonly emptyFinalFrame?: boolean;
  /** Give every frame this IV instead of its sequence. */
  readonly frameIv?: Uint8Array;
}

const zeroIv = new Uint8Array(12);
const finalFrameMark = 0xffffffff;

function prefixed(bytes: Uint8Array): Uint8Array {
  return concat(u16be(bytes.length), bytes);
}

function sequenceIv(sequence: number): Uint8Array {
  return concat(new Uint8Array(8), u32be(sequence));
}

const someDataKey: ReferenceDataKey = {
  providerId: Buffer.from('reference'),
  providerInfo: Buffer.from('key'),
  ciphertext: Buffer.from('ciphertext'),
};

function headerBody(message: ReferenceMessage, suite: ReferenceSuite, id: Uint8Array): Uint8Array {
  const { commitment } = deriveKeys(suite, message.dataKey, id);
  const { frameLength = 0, context = new Uint8Array() } = message;
  const keys = message.encryptedDataKeys ?? [someDataKey];
  const type = Uint8Array.of(frameLength === 0 ? 1 : 2);
  return concat(
    suite.format === 1 ? Uint8Array.of(1, 0x80) : Uint8Array.of(2),
    u16be(suite.id),
    id,
    prefixed(context),
    u16be(keys.length),
    ...keys.flatMap((key) => [key.providerId, key.providerInfo, key.ciphertext].map(prefixed)),
    type,
    suite.format === 1 ? Uint8Array.of(0, 0, 0, 0, 12) : new Uint8Array(),
    u32be(frameLength),
    commitment,
  );
}

function header(message: ReferenceMessage, suite: ReferenceSuite, id: Uint8Array): Uint8Array {
  const body = headerBody(message, suite, id);
  const { key } = deriveKeys(suite, message.dataKey, id);
  const tag = seal(
    key,
    zeroIv,
    concat(body, message.unstored ?? zeroIv.subarray(12)),
    zeroIv.subarray(12),
  );
  return concat(body, suite.format === 1 ? zeroIv : new Uint8Array(), tag);
}

function block(message: ReferenceMessage, key: Uint8Array, id: Uint8Array): Uint8Array {
  const { plaintext } = message;
  const iv = message.frameIv ?? sequenceIv(1);
  const aad = bodyAad(id, 'Single Block', 1, plaintext.length);
  return concat(iv, u64be(BigInt(plaintext.length)), seal(key, iv, aad, plaintext));
}

/** The frames of a message, each by itself. */
function frames(message: ReferenceMessage, key: Uint8Array, id: Uint8Array): Uint8Array[] {
  const { plaintext, frameLength = 0, emptyFinalFrame = false } = message;
  const fills = plaintext.length > 0 && plaintext.length % frameLength === 0;
  const count = Math.max(1, Math.ceil(plaintext.length / frameLength));
  const total = fills && emptyFinalFrame ? count + 1 : count;
  return Array.from({ length: total }, (_, i) => {
    const sequence = i + 1;
    const text = plaintext.subarray(i * frameLength, sequence * frameLength);
    const iv = message.frameIv ?? sequenceIv(sequence);
    const isFinal = sequence === total;
    const aad = bodyAad(id, isFinal ? 'Final Frame' : 'Frame', sequence, text.length);
    const sealed = seal(key, iv, aad, text);
    return isFinal
      ? concat(u32be(finalFrameMark), u32be(sequence), iv, u32be(text.length), sealed)
      : concat(u32be(sequence), iv, sealed);
  });
}

export interface ReferenceParts {
  readonly header: Uint8Array;
  /** Frames, or the one block. */
  readonly body: readonly Uint8Array[];
  readonly footer: Uint8Array;
}

export function writeParts(message: ReferenceMessage): ReferenceParts {
  const suite = referenceSuite(message.suite);
  const id = message.messageId ?? new Uint8Array(randomBytes(suite.format === 1 ? 16 : 32));
  const { key } = deriveKeys(suite, message.dataKey, id);
  const head = header(message, suite, id);
  const body = message.frameLength ? frames(message, key, id) : [block(message, key, id)];
  if (suite.signature === undefined) return { header: head, body, footer: new Uint8Array() };
  if (message.signingKey === undefined) throw new TypeError('a signing suite needs a key');
  const signature = createSign(suite.signature.hash).update(concat(head, ...body));
  return { header: head, body, footer: prefixed(signature.sign(message.signingKey)) };
}

export function writeMessage(message: ReferenceMessage): Uint8Array {
  const { header: head, body, footer } = writeParts(message);
  return concat(head, ...body, footer);
}
