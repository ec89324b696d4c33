// The header of a message of the AWS Encryption SDK, taken apart by the addon: what a reader must
// know before it can ask for the data key. Nothing in it is authenticated until a key is there.

import { KeysteadError } from '../errors.js';
import { addon } from './native_addon.js';
import { requireOptions } from './options.js';

/** What a reader accepts; beyond it, `ERR_MESSAGE_LIMIT`. */
export interface MessageLimits {
  /** Encrypted data keys in a message: 1 to 65,535 (the default, the format's own limit). */
  readonly maxEncryptedDataKeys?: number;
  /**
   * Longest frame, and longest non-framed content of a stream, in bytes: 1 to 2^32 - 1, by default
   * 64 MiB. A stream and each thread of a file job hold one frame in memory.
   */
  readonly maxFrameLengthBytes?: number;
  /** Longest header, in bytes: 1 to 2^31 - 1, by default 1 MiB. */
  readonly maxHeaderBytes?: number;
}

/** One wrapped form of the data key. */
export interface EncryptedDataKey {
  /** Who wrapped it: `aws-kms`, or the name space of a raw keyring. */
  readonly providerId: string;
  /** For `aws-kms` the key ARN, in UTF-8. */
  readonly providerInfo: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export const defaultMessageLimits = {
  maxEncryptedDataKeys: 65_535,
  maxFrameLengthBytes: 64 * 1024 * 1024,
  maxHeaderBytes: 1024 * 1024,
} as const satisfies Required<MessageLimits>;

const limitNames = Object.keys(defaultMessageLimits);

type LimitArguments = [number, number, number];

/** The same object comes with each message of an Envelope. */
const readLimits = new WeakMap<MessageLimits, LimitArguments>();

/** The three limits in the order in which the addon takes them. An object is read once. */
export function limitArguments(limits: MessageLimits | undefined): LimitArguments {
  if (limits === undefined) return defaultLimits;
  const known = readLimits.get(limits);
  if (known !== undefined) return known;
  const read = readLimitArguments(limits);
  readLimits.set(limits, read);
  return read;
}

function readLimitArguments(limits: MessageLimits): LimitArguments {
  requireOptions(limits, limitNames);
  const {
    maxEncryptedDataKeys = defaultMessageLimits.maxEncryptedDataKeys,
    maxFrameLengthBytes = defaultMessageLimits.maxFrameLengthBytes,
    maxHeaderBytes = defaultMessageLimits.maxHeaderBytes,
  } = limits;
  return [maxEncryptedDataKeys, maxFrameLengthBytes, maxHeaderBytes];
}

const defaultLimits = Object.values(defaultMessageLimits) as LimitArguments;

const committingFlag = 1;
const signedFlag = 2;
const framedFlag = 4;

/**
 * A header, whole and well formed, but not authenticated. Its views share the memory of the message.
 */
export class MessageHeader {
  readonly #message: Uint8Array;
  readonly #fields: readonly number[];

  /** @internal @param message - begins with the header */
  constructor(message: Uint8Array, fields: readonly number[]) {
    this.#message = message;
    this.#fields = fields;
  }

  /** The header's own bytes, tag included. */
  get bytes(): Uint8Array {
    return this.#message.subarray(0, this.lengthBytes);
  }

  /** The same header in memory of its own: nobody changes it while a key is asked for. */
  copy(): MessageHeader {
    return new MessageHeader(Uint8Array.from(this.bytes), this.#fields);
  }

  #field(index: number): number {
    return this.#fields[index] as number;
  }

  /** Message format: 1 or 2. */
  get formatVersion(): number {
    return this.#field(0);
  }

  /** Algorithm suite, e.g. 0x0478. */
  get suite(): number {
    return this.#field(1);
  }

  /** Bytes of the data key that opens the message: 16, 24 or 32. */
  get dataKeyBytes(): number {
    return this.#field(2);
  }

  /** The suite commits to the data key. */
  get isCommitting(): boolean {
    return (this.#field(3) & committingFlag) !== 0;
  }

  /** The message ends in a signature. */
  get isSigned(): boolean {
    return (this.#field(3) & signedFlag) !== 0;
  }

  get isFramed(): boolean {
    return (this.#field(3) & framedFlag) !== 0;
  }

  /** Plaintext bytes of every frame but the last, which has at most as many; 0 when not framed. */
  get frameLengthBytes(): number {
    return this.#field(4);
  }

  /** Where the body starts. */
  get lengthBytes(): number {
    return this.#field(5);
  }

  /** 16 bytes in format 1, 32 in format 2. */
  get messageId(): Uint8Array {
    return this.#view(6);
  }

  /**
   * The encryption context in its serialized form, without duplicates but not necessarily sorted
   * (old writers sorted otherwise) nor in valid UTF-8; no bytes when it is empty.
   */
  get encryptionContext(): Uint8Array {
    return this.#view(8);
  }

  /**
   * The encryption context and the encrypted data keys, each with its count, as they stand in the
   * header: equal for messages under one data key.
   */
  get dataKeyFields(): Uint8Array {
    const start = this.#field(7) + this.#field(6);
    return this.#message.subarray(start, this.#field(10) + this.#field(11));
  }

  get encryptedDataKeyCount(): number {
    return this.#field(12);
  }

  /** At least one. */
  get encryptedDataKeys(): EncryptedDataKey[] {
    return parseEncryptedDataKeys(this.#view(10));
  }

  #view(index: number): Uint8Array {
    const start = this.#field(index);
    return this.#message.subarray(start, start + this.#field(index + 1));
  }
}

/**
 * Takes the header at the start of a message apart.
 *
 * @param message - the message or its beginning
 * @returns undefined when `message` ends within the header
 * @throws KeysteadError `ERR_INVALID_MESSAGE` when this cannot become a header, however it goes on;
 * `ERR_MESSAGE_LIMIT`; `ERR_INVALID_ARGUMENT`
 */
export function parseMessageHeader(
  message: Uint8Array,
  limits?: MessageLimits,
): MessageHeader | undefined {
  const most = limitArguments(limits);
  // One by one: a spread costs as much as the parsing.
  if (!addon().messageParseHeader(message, parsedFields, most[0], most[1], most[2])) {
    return undefined;
  }
  const fields: number[] = [];
  for (let i = 0; i < parsedFields.length; i++) fields.push(parsedFields[i] as number);
  return new MessageHeader(message, fields);
}

/** The addon writes here: an array of its own making costs it more than the parsing. */
const parsedFields = new Float64Array(13);

const lengthSizeBytes = 2;

/** The addon has checked the lengths. */
function parseEncryptedDataKeys(bytes: Uint8Array): EncryptedDataKey[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = lengthSizeBytes;
  const text = (field: Uint8Array): string => {
    const start = field.byteOffset - bytes.byteOffset;
    // A TextDecoder would drop a byte order mark.
    return buffer.toString('utf8', start, start + field.byteLength);
  };
  const field = (): Uint8Array => {
    const start = at + lengthSizeBytes;
    at = start + buffer.readUInt16BE(at);
    return bytes.subarray(start, at);
  };
  return Array.from({ length: buffer.readUInt16BE(0) }, () => ({
    providerId: text(field()),
    providerInfo: field(),
    ciphertext: field(),
  }));
}

/**
 * The wire form: their count, then the three fields of each with 16-bit lengths.
 *
 * @throws KeysteadError `ERR_INVALID_ARGUMENT` for none, for more than 65,535, and for fields over
 * 65,535 bytes
 */
export function serializeEncryptedDataKeys(keys: readonly EncryptedDataKey[]): Uint8Array {
  const parts = keys.flatMap((key) => [
    Buffer.from(key.providerId, 'utf8'),
    key.providerInfo,
    key.ciphertext,
  ]);
  const tooLong = parts.some((part) => part.byteLength > 0xffff);
  if (tooLong || keys.length === 0 || keys.length > 0xffff) {
    throw new KeysteadError(
      'ERR_INVALID_ARGUMENT',
      'a message has 1 to 65535 encrypted data keys, with fields of at most 65535 bytes',
    );
  }
  const size = parts.reduce((sum, part) => sum + lengthSizeBytes + part.byteLength, 0);
  const bytes = Buffer.alloc(lengthSizeBytes + size);
  let at = bytes.writeUInt16BE(keys.length, 0);
  for (const part of parts) {
    at = bytes.writeUInt16BE(part.byteLength, at);
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
