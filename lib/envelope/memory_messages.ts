// Messages in memory: one call, and nothing is released unless all of it verified.

import { KeysteadError } from '../errors.js';
import {
  decryptMessage,
  decryptMessageAsync,
  decryptMessageInto,
  type MessageHeader,
  type MessageLimits,
  parseMessageHeader,
} from '../hsm/index.js';
import { type MaybePromise, whenThere } from '../maybe_promise.js';
import { demand } from './arguments.js';
import type {
  DecryptedMessage,
  DecryptOptions,
  EncryptOptions,
  WorkOptions,
} from './call_options.js';
import { readContext, readExpected } from './message_context.js';
import type { MessageKeys, WriterLease } from './message_keys.js';
import type { MessageOpener, OpenedMessage } from './message_opener.js';
import { throwIfAborted, watch } from './watched_work.js';

/** Up to here a thread of its own costs more than any work. */
const shortBytesMax = 1024 * 1024;

/**
 * Work on another thread needs copies of what comes and goes, which the calling thread makes: for
 * AES they take it longer than the work itself (docs/decisions/0013). Not so the hash of a
 * signature; and what shall be watched or stopped cannot hold up who watches.
 */
function isForCallingThread(
  sizeBytes: number,
  isSigned: boolean,
  { signal, onProgress }: WorkOptions,
): boolean {
  if (sizeBytes <= shortBytesMax) return true;
  return !isSigned && signal === undefined && onProgress === undefined;
}

/** At once where nothing must be waited for. */
export function encryptInMemory(
  keys: MessageKeys,
  plaintext: Uint8Array,
  options: EncryptOptions,
): MaybePromise<Uint8Array> {
  throwIfAborted(options.signal);
  const context = readContext(options.encryptionContext);
  return whenThere(keys.forEncryption(context, plaintext.byteLength), (lease) =>
    isForCallingThread(plaintext.byteLength, lease.isSigning, options)
      ? encryptHere(lease, plaintext, options)
      : encryptElsewhere(lease, plaintext, options),
  );
}

function encryptHere(
  { writer, release }: WriterLease,
  plaintext: Uint8Array,
  { threads = 1, out, signal, onProgress }: EncryptOptions,
): Uint8Array {
  try {
    throwIfAborted(signal);
    const message =
      out === undefined
        ? writer.encrypt(plaintext, threads)
        : writer.encryptInto(plaintext, out, threads);
    onProgress?.({ bytesDone: plaintext.byteLength, bytesTotal: plaintext.byteLength });
    return message;
  } finally {
    release();
  }
}

async function encryptElsewhere(
  { writer, release }: WriterLease,
  plaintext: Uint8Array,
  options: EncryptOptions,
): Promise<Uint8Array> {
  try {
    throwIfAborted(options.signal);
    const job = writer.encryptAsync(plaintext, options.threads);
    return placed(await watch(job, options), options.out);
  } finally {
    release();
  }
}

/** At once where nothing must be waited for. */
export function decryptInMemory(
  opener: MessageOpener,
  limits: MessageLimits,
  message: Uint8Array,
  options: DecryptOptions,
): MaybePromise<DecryptedMessage> {
  throwIfAborted(options.signal);
  const expected = readExpected(options);
  const header = readHeader(message, limits);
  return whenThere(opener.open(header, expected), (opened) => {
    if (opened.header !== header) requireSameHeader(message, opened);
    return isForCallingThread(message.byteLength, header.isSigned, options)
      ? decryptHere(opened, limits, message, options)
      : decryptElsewhere(opened, limits, message, options);
  });
}

function decryptHere(
  { dataKey, unstoredContext, info, release }: OpenedMessage,
  limits: MessageLimits,
  message: Uint8Array,
  { threads, out, signal, onProgress }: DecryptOptions,
): DecryptedMessage {
  const how = { limits, unstoredContext, threads };
  try {
    throwIfAborted(signal);
    const plaintext =
      out === undefined
        ? decryptMessage(dataKey, message, how)
        : decryptMessageInto(dataKey, message, out, how);
    onProgress?.({ bytesDone: message.byteLength, bytesTotal: message.byteLength });
    const { encryptionContext, keyId, suite } = info;
    return { plaintext, encryptionContext, keyId, suite };
  } finally {
    release();
  }
}

async function decryptElsewhere(
  { dataKey, unstoredContext, info, release }: OpenedMessage,
  limits: MessageLimits,
  message: Uint8Array,
  options: DecryptOptions,
): Promise<DecryptedMessage> {
  const how = { limits, unstoredContext, threads: options.threads };
  try {
    throwIfAborted(options.signal);
    const job = decryptMessageAsync(dataKey, message, how);
    return { plaintext: placed(await watch(job, options), options.out), ...info };
  } finally {
    release();
  }
}

/** What another thread made, in `out` if there is one. */
function placed(result: Uint8Array, out: Uint8Array | undefined): Uint8Array {
  if (out === undefined) return result;
  try {
    const { length } = result;
    demand(length <= out.length, `\`out\` must have at least ${length} bytes, got ${out.length}`);
    out.set(result);
    return out.subarray(0, length);
  } finally {
    result.fill(0);
  }
}

function readHeader(message: Uint8Array, limits: MessageLimits): MessageHeader {
  const header = parseMessageHeader(message, limits);
  if (header !== undefined) return header;
  throw new KeysteadError('ERR_INVALID_MESSAGE', 'the message ends within its header');
}

/**
 * The caller's memory may have changed while the KMS was asked. What is decrypted must be what was
 * asked about: the same key and encryption context.
 */
function requireSameHeader(message: Uint8Array, { header, release }: OpenedMessage): void {
  const { bytes } = header;
  if (Buffer.compare(message.subarray(0, bytes.byteLength), bytes) === 0) return;
  release();
  throw new KeysteadError('ERR_INVALID_ARGUMENT', 'the message changed while it was being opened');
}
