// A reader of AWS Encryption SDK messages over node:crypto: any suite, framed or not. Strict: it
// knows one failure.

import { createPublicKey, createVerify, ECDH } from 'node:crypto';
import { concat } from './bytes.js';
import { bodyAad, open } from './message_cipher.js';
import { deriveKeys, type ReferenceSuite, referenceSuites } from './message_suite.js';
import { accept } from './rejected.js';

const tagBytes = 16;
const ivBytes = 12;
const finalFrameMark = 0xffffffff;

class Cursor {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(size: number): Uint8Array {
    accept(size <= this.#bytes.length - this.at);
    this.at += size;
    return new Uint8Array(this.#bytes.subarray(this.at - size, this.at));
  }
  number(size: 1 | 2 | 4): number {
    return Buffer.from(this.take(size)).readUIntBE(0, size);
  }
  length64(): number {
    return Number(Buffer.from(this.take(8)).readBigUInt64BE());
  }
  field(): Uint8Array {
    return this.take(this.number(2));
  }
  peek32(): number {
    accept(this.at + 4 <= this.#bytes.length);
    return this.#bytes.readUInt32BE(this.at);
  }
  since(start: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(start, this.at));
  }
  get ended(): boolean {
    return this.at === this.#bytes.length;
  }
}

function readPairs(context: Uint8Array): Map<string, string> {
  const pairs = new Map<string, string>();
  if (context.length === 0) return pairs;
  const cursor = new Cursor(context);
  const count = cursor.number(2);
  const text = (): string => Buffer.from(cursor.field()).toString();
  for (let i = 0; i < count; i++) pairs.set(text(), text());
  accept(count > 0 && pairs.size === count && cursor.ended);
  return pairs;
}

interface Header {
  readonly suite: ReferenceSuite;
  readonly id: Uint8Array;
  readonly key: Uint8Array;
  readonly frameLength: number;
  readonly publicKey: string | undefined;
}

function readSuite(cursor: Cursor): ReferenceSuite {
  const format = cursor.number(1);
  if (format === 1) accept(cursor.number(1) === 0x80);
  const id = cursor.number(2);
  const suite = referenceSuites.find((each) => each.id === id && each.format === format);
  accept(suite !== undefined);
  return suite;
}

function readFrameLength(cursor: Cursor, suite: ReferenceSuite): number {
  const type = cursor.number(1);
  if (suite.format === 1) accept(cursor.number(4) === 0 && cursor.number(1) === ivBytes);
  const frameLength = cursor.number(4);
  accept(type === 2 ? frameLength > 0 : type === 1 && frameLength === 0);
  return frameLength;
}

function readHeader(cursor: Cursor, dataKey: Uint8Array): Header {
  const suite = readSuite(cursor);
  const id = cursor.take(suite.format === 1 ? 16 : 32);
  const publicKey = readPairs(cursor.field()).get('aws-crypto-public-key');
  accept((publicKey !== undefined) === (suite.signature !== undefined));
  const fields = cursor.number(2) * 3;
  accept(fields > 0);
  for (let i = 0; i < fields; i++) cursor.field();
  const frameLength = readFrameLength(cursor, suite);
  const { key, commitment } = deriveKeys(suite, dataKey, id);
  if (suite.format === 2) accept(Buffer.compare(cursor.take(32), commitment) === 0);
  const body = cursor.since(0);
  const iv = suite.format === 1 ? cursor.take(ivBytes) : new Uint8Array(ivBytes);
  open(key, iv, body, cursor.take(tagBytes));
  return { suite, id, key, frameLength, publicKey };
}

function readBlock(cursor: Cursor, { key, id }: Header): Uint8Array {
  const iv = cursor.take(ivBytes);
  const length = cursor.length64();
  return open(key, iv, bodyAad(id, 'Single Block', 1, length), cursor.take(length + tagBytes));
}

function readFrames(cursor: Cursor, { key, id, frameLength }: Header): Uint8Array {
  const texts: Uint8Array[] = [];
  for (let sequence = 1; ; sequence++) {
    const isFinal = cursor.peek32() === finalFrameMark;
    if (isFinal) cursor.take(4);
    accept(cursor.number(4) === sequence);
    const iv = cursor.take(ivBytes);
    const length = isFinal ? cursor.number(4) : frameLength;
    accept(length <= frameLength);
    const aad = bodyAad(id, isFinal ? 'Final Frame' : 'Frame', sequence, length);
    texts.push(open(key, iv, aad, cursor.take(length + tagBytes)));
    if (isFinal) return concat(...texts);
  }
}

function checkSignature(cursor: Cursor, { suite, publicKey = '' }: Header): void {
  if (suite.signature === undefined) return;
  const { curve, hash } = suite.signature;
  const signed = cursor.since(0);
  const point = ECDH.convertKey(publicKey, curve, 'base64', 'base64url', 'uncompressed') as string;
  const bytes = Buffer.from(point, 'base64url');
  const half = (bytes.length - 1) / 2;
  const crv = curve === 'secp384r1' ? 'P-384' : 'P-256';
  const [x, y] = [bytes.subarray(1, 1 + half), bytes.subarray(1 + half)].map((each) =>
    each.toString('base64url'),
  );
  const key = createPublicKey({ key: { kty: 'EC', crv, x, y } as JsonWebKey, format: 'jwk' });
  accept(createVerify(hash).update(signed).verify(key, cursor.field()));
}

type JsonWebKey = { kty: string; crv: string; x: string; y: string };

/** @throws Rejected */
export function readMessage(message: Uint8Array, dataKey: Uint8Array): Uint8Array {
  const cursor = new Cursor(message);
  const header = readHeader(cursor, dataKey);
  const text = header.frameLength === 0 ? readBlock(cursor, header) : readFrames(cursor, header);
  checkSignature(cursor, header);
  accept(cursor.ended);
  return text;
}
