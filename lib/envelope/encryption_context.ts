// The encryption context as bytes: the AWS Encryption SDK's serialization (docs/format.md).
// Injective and independent of the order of the pairs, so that two contexts give the same bytes
// exactly when they hold the same pairs. An empty context is zero bytes. Contexts that cannot be
// written without loss are refused.

import { isUtf8 } from 'node:buffer';
import { KmsError } from '../errors.js';
import { allocateCiphertext } from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';

/** The longest serialized encryption context. With it no entry can outgrow its 16-bit length. */
export const encryptionContextSizeBytesMax = 8192;

const countSizeBytes = 2;
const entryLengthSizeBytes = 2;
const pairOverheadBytes = 2 * entryLengthSizeBytes;
/** Up to here an insertion sort beats the built-in one, and its square stays small. */
const shortContextPairsMax = 16;

/**
 * Reads every value once, so that a getter cannot show one context to the policy and another to the
 * cipher.
 *
 * @param context - pairs of well-formed strings; absent, null and `{}` are the same
 * @returns the serialized context, or undefined for an empty one
 * @throws KmsError SerializationException for anything but a plain object of strings;
 * ValidationException for lone surrogates and for more than 8192 bytes
 */
export function serializeEncryptionContext(
  context: EncryptionContext | null | undefined,
): Uint8Array | undefined {
  if (context === undefined || context === null) return undefined;
  if (!isPlainObject(context)) throw notAMap();
  const keys = Object.keys(context);
  if (keys.length === 0) return undefined;
  const values = new Array<string>(keys.length);
  let length = countSizeBytes;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const value = context[key];
    if (typeof value !== 'string') throw notAString();
    values[i] = value;
    length += pairOverheadBytes + key.length + value.length;
  }
  // UTF-8 needs at least a byte for each UTF-16 code unit.
  if (length > encryptionContextSizeBytesMax) throw tooLong();
  if (keys.length > shortContextPairsMax) return serializeUtf8(keys, values);
  sortByCodeUnits(keys, values);
  return serializeAscii(keys, values, length) ?? serializeUtf8(keys, values);
}

/**
 * The pairs of a serialized encryption context, in the order of their keys' bytes.
 *
 * @param bytes - as {@link serializeEncryptionContext} made them
 */
export function parseEncryptionContext(
  bytes: Uint8Array | undefined,
): Readonly<Record<string, string>> {
  if (bytes === undefined) return {};
  return pairsOf(bytes, (buffer, start, end) => buffer.toString('utf8', start, end));
}

/**
 * The pairs of a serialized encryption context that somebody else wrote: in any order, each key
 * once, of bytes that need not be UTF-8.
 *
 * @param bytes - with lengths that fit
 * @returns undefined when an entry is not UTF-8: it cannot be written as a string without loss
 */
export function parseForeignEncryptionContext(
  bytes: Uint8Array,
): Readonly<Record<string, string>> | undefined {
  let isLossless = true;
  const pairs = pairsOf(bytes, (buffer, start, end) => {
    isLossless &&= isUtf8(buffer.subarray(start, end));
    return buffer.toString('utf8', start, end);
  });
  return isLossless ? pairs : undefined;
}

function pairsOf(
  bytes: Uint8Array,
  read: (buffer: Buffer, start: number, end: number) => string,
): Readonly<Record<string, string>> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: string[] = [];
  for (let at = countSizeBytes; at < buffer.length; ) {
    const start = at + entryLengthSizeBytes;
    at = start + buffer.readUInt16BE(start - entryLengthSizeBytes);
    entries.push(read(buffer, start, at));
  }
  const names = entries.filter((_, i) => i % 2 === 0);
  return Object.fromEntries(names.map((name, i) => [name, entries[i * 2 + 1] as string]));
}

/**
 * Objects of another realm count; class instances, arrays and Maps, whose pairs would be lost, do
 * not.
 */
export function isPlainObject(value: object): boolean {
  if (typeof value !== 'object') return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

function sortByCodeUnits(keys: string[], values: string[]): void {
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] as string;
    const value = values[i] as string;
    let j = i - 1;
    for (; j >= 0 && (keys[j] as string) > key; j--) {
      keys[j + 1] = keys[j] as string;
      values[j + 1] = values[j] as string;
    }
    keys[j + 1] = key;
    values[j + 1] = value;
  }
}

/**
 * In ASCII the order of code units is the order of UTF-8 bytes. Gives up at the first other
 * character.
 */
function serializeAscii(keys: string[], values: string[], length: number): Uint8Array | undefined {
  const bytes = allocateCiphertext(length);
  let at = writeUint16(bytes, 0, keys.length);
  for (let i = 0; i < keys.length; i++) {
    at = writeAscii(bytes, at, keys[i] as string);
    if (at > 0) at = writeAscii(bytes, at, values[i] as string);
    if (at < 0) return undefined;
  }
  return bytes;
}

function writeAscii(bytes: Uint8Array, start: number, text: string): number {
  const length = text.length;
  const at = writeUint16(bytes, start, length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return -1;
    bytes[at + i] = code;
  }
  return at + length;
}

function serializeUtf8(keys: string[], values: string[]): Uint8Array {
  const pairs = keys.map((key, i) => [utf8(key), utf8(values[i] as string)] as const);
  // Code units sort surrogates below U+E000 to U+FFFF, bytes sort them above: the bytes decide.
  pairs.sort((a, b) => Buffer.compare(a[0], b[0]));
  const length = pairs.reduce(
    (sum, [key, value]) => sum + pairOverheadBytes + key.length + value.length,
    2,
  );
  if (length > encryptionContextSizeBytesMax) throw tooLong();
  const bytes = allocateCiphertext(length);
  let at = writeUint16(bytes, 0, pairs.length);
  for (const pair of pairs) for (const entry of pair) at = writeEntry(bytes, at, entry);
  return bytes;
}

function writeEntry(bytes: Uint8Array, start: number, entry: Uint8Array): number {
  const at = writeUint16(bytes, start, entry.length);
  bytes.set(entry, at);
  return at + entry.length;
}

function writeUint16(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
  return at + 2;
}

function utf8(text: string): Buffer {
  // A lone surrogate would be encoded as U+FFFD, and two different contexts would become one.
  if (/\p{Surrogate}/u.test(text)) {
    throw new KmsError('ValidationException', 'encryption context contains a lone surrogate');
  }
  return Buffer.from(text, 'utf8');
}

function notAMap(): KmsError {
  return new KmsError(
    'SerializationException',
    'encryption context must be a map of strings to strings',
  );
}

function notAString(): KmsError {
  return new KmsError('SerializationException', 'encryption context values must be strings');
}

function tooLong(): KmsError {
  const message = `encryption context is longer than ${encryptionContextSizeBytesMax} bytes`;
  return new KmsError('ValidationException', message);
}
