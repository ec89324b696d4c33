// The encryption context of messages: what callers may give, what a header says, and what a caller
// expects of it.

import { KeysteadError, KmsError } from '../errors.js';
import type { MessageHeader } from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';
import type { ContextOptions } from './call_options.js';
import {
  isPlainObject,
  parseForeignEncryptionContext,
  serializeEncryptionContext,
} from './encryption_context.js';

/** The Encryption SDK's own pairs begin so. */
const reservedPrefix = 'aws-crypto-';
/** The pair that names the key of a signature. */
const publicKeyName = 'aws-crypto-public-key';

/** An encryption context, read once: as pairs and as bytes. */
export interface MessageContext {
  readonly pairs: EncryptionContext;
  /** Undefined when it is empty. */
  readonly bytes: Uint8Array | undefined;
}

const empty: MessageContext = { pairs: Object.freeze({}), bytes: undefined };
/** Many messages in a row have the same context: it is read once. */
let latest: RecentContext | undefined;

/**
 * The context that a caller gives.
 *
 * @throws KeysteadError ERR_INVALID_ARGUMENT for anything but pairs of well-formed strings, for
 * more than 8192 bytes, and for keys that begin with `aws-crypto-`
 */
export function readContext(context: EncryptionContext | undefined): MessageContext {
  if (context === undefined || context === null) return empty;
  // A getter may read another context meanwhile.
  const recent = latest;
  if (recent?.equals(context)) return recent.read;
  const bytes = serialize(context);
  // What was serialized is what counts: a getter may answer differently now.
  const pairs = bytes === undefined ? undefined : parseForeignEncryptionContext(bytes);
  if (pairs === undefined) return empty;
  if (Object.keys(pairs).some(isReserved)) {
    throw invalid(`keys that begin with '${reservedPrefix}' are reserved`);
  }
  const read = { pairs: Object.freeze(pairs), bytes };
  latest = new RecentContext(read);
  return read;
}

/** A context that was read, told when it is given again. */
class RecentContext {
  readonly read: MessageContext;
  readonly #size: number;

  constructor(read: MessageContext) {
    this.read = read;
    this.#size = Object.keys(read.pairs).length;
  }

  /** Only of plain objects, which alone would be read. */
  equals(given: EncryptionContext): boolean {
    if (!isPlainObject(given)) return false;
    const { pairs } = this.read;
    const names = Object.keys(given);
    if (names.length !== this.#size) return false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      if (!Object.hasOwn(pairs, name) || given[name] !== pairs[name]) return false;
    }
    return true;
  }
}

/** The context with the pair that names the key of a signature. */
export function withPublicKey({ pairs }: MessageContext, publicKey: string): MessageContext {
  const all = { ...pairs, [publicKeyName]: publicKey };
  return { pairs: all, bytes: serialize(all) };
}

/**
 * The context that a header says it was bound to, for the KMS: nothing in it is authenticated yet.
 *
 * @throws KeysteadError ERR_INVALID_MESSAGE when it is not UTF-8
 */
export function contextOfHeader(header: MessageHeader): EncryptionContext {
  const pairs = parseForeignEncryptionContext(header.encryptionContext);
  if (pairs !== undefined) return pairs;
  throw new KeysteadError('ERR_INVALID_MESSAGE', 'the encryption context is not UTF-8');
}

/** What a caller says of the context of a message. */
export interface ExpectedContext {
  /** Pairs that the message must be bound to. */
  readonly pairs: EncryptionContext;
  /** Pairs that it is bound to, stored in it or not. */
  readonly unstored: EncryptionContext;
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function readExpected(options: ContextOptions): ExpectedContext {
  return {
    pairs: readContext(options.encryptionContext).pairs,
    unstored: readContext(options.unstoredEncryptionContext).pairs,
  };
}

/** What a message is bound to: the pairs that it holds, and those that it does not. */
export interface BoundContext {
  readonly pairs: EncryptionContext;
  /** The pairs that it does not hold, serialized; undefined when there are none. */
  readonly unstored: Uint8Array | undefined;
}

/**
 * @throws KeysteadError ERR_INVALID_MESSAGE; ERR_ENCRYPTION_CONTEXT when the message is not bound to
 * what is expected
 */
export function boundContext(header: MessageHeader, expected: ExpectedContext): BoundContext {
  const stored = contextOfHeader(header);
  if (!hasPairs(expected.unstored)) {
    requirePairs(stored, expected.pairs);
    return { pairs: stored, unstored: undefined };
  }
  const others = Object.entries(expected.unstored).filter(([name]) => !Object.hasOwn(stored, name));
  const pairs = Object.fromEntries([...Object.entries(stored), ...others]);
  requirePairs(pairs, expected.unstored);
  requirePairs(pairs, expected.pairs);
  return { pairs, unstored: readContext(Object.fromEntries(others)).bytes };
}

/**
 * Every pair that the caller expects must be in the message; the message may have more.
 *
 * @throws KeysteadError ERR_ENCRYPTION_CONTEXT
 */
export function requirePairs(pairs: EncryptionContext, expected: EncryptionContext): void {
  for (const [name, value] of Object.entries(expected)) {
    if (Object.hasOwn(pairs, name) && pairs[name] === value) continue;
    throw new KeysteadError(
      'ERR_ENCRYPTION_CONTEXT',
      'the message was not bound to the encryption context that is expected',
    );
  }
}

/** What callers are told, to have for themselves: their own pairs, without those of the format. */
export function callersPairs(pairs: EncryptionContext): EncryptionContext {
  if (!Object.keys(pairs).some(isReserved)) return { ...pairs };
  return Object.fromEntries(Object.entries(pairs).filter(([name]) => !isReserved(name)));
}

export function hasPairs(context: EncryptionContext): boolean {
  return Object.keys(context).length > 0;
}

function isReserved(name: string): boolean {
  return name.startsWith(reservedPrefix);
}

/** An encryption context that no operation was asked with is misuse, not an operation's failure. */
function serialize(context: EncryptionContext): Uint8Array | undefined {
  try {
    return serializeEncryptionContext(context);
  } catch (error) {
    throw error instanceof KmsError ? invalid(error.message) : error;
  }
}

function invalid(message: string): KeysteadError {
  return new KeysteadError('ERR_INVALID_ARGUMENT', message);
}
