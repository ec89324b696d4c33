// Messages in memory: one call, and nothing is released unless all of it verified.

import { KeysteadError } from '../errors.js';
import {
  decryptMessage,
  decryptMessageAsync,
  decryptMessageInto,
  type MessageHeader,
  type MessageLimits,
  type MessageWriter,
  parseMessageHeader,
} from '../hsm/index.js';
import { andFinally, type MaybePromise, whenThere } from '../maybe_promise.js';
import { demand } from './arguments.js';
import type {
  DecryptedMessage,
  DecryptOptions,
  EncryptOptions,
  WorkOptions,
} from './call_options.js';
import { readContext, readExpected } from './message_context.js';
import type { MessageKeys } from './message_keys.js';
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
  const size = plaintext.byteLength;
  return whenThere(keys.forEncryption(context, size), (lease) =>
    andFinally(() => {
      throwIfAborted(options.signal);
      return isForCallingThread(size, lease.isSigning, options)
        ? encryptHere(lease.writer, plaintext, options)
        : encryptElsewhere(lease.writer, plaintext, options);
    }, lease.release),
  );
}

function encryptHere(
  writer: MessageWriter,
  plaintext: Uint8Array,
  { threads = 1, out, onProgress }: EncryptOptions,
): Uint8Array {
  const message =
    out === undefined
      ? writer.encrypt(plaintext, threads)
      : writer.encryptInto(plaintext, out, threads);
  onProgress?.({ bytesDone: plaintext.byteLength, bytesTotal: plaintext.byteLength });
  return message;
}

async function encryptElsewhere(
  writer: MessageWriter,
  plaintext: Uint8Array,
  options: EncryptOptions,
): Promise<Uint8Array> {
  const { threads, out } = options;
  const message = await watch(writer.encryptAsync(plaintext, threads, out), options);
  return out === undefined ? message : placed(message, out);
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
  return whenThere(opener.open(header, expected), (opened) =>
    andFinally(() => {
      if (opened.header !== header) requireSameHeader(message, opened.header);
      throwIfAborted(options.signal);
      return isForCallingThread(message.byteLength, header.isSigned, options)
        ? decryptHere(opened, limits, message, options)
        : decryptElsewhere(opened, limits, message, options);
    }, opened.release),
  );
}

function decryptHere(
  { dataKey, unstoredContext, info }: OpenedMessage,
  limits: MessageLimits,
  message: Uint8Array,
  { threads, out, onProgress }: DecryptOptions,
): DecryptedMessage {
  const how = { limits, unstoredContext, threads };
  const plaintext =
    out === undefined
      ? decryptMessage(dataKey, message, how)
      : decryptMessageInto(dataKey, message, out, how);
  if (onProgress !== undefined) tellOrWipe(onProgress, message.byteLength, plaintext);
  const { encryptionContext, keyId, suite } = info;
  return { plaintext, encryptionContext, keyId, suite };
}

/** A call that fails releases nothing. */
function tellOrWipe(
  onProgress: NonNullable<WorkOptions['onProgress']>,
  bytesTotal: number,
  plaintext: Uint8Array,
): void {
  try {
    onProgress({ bytesDone: bytesTotal, bytesTotal });
  } catch (error) {
    plaintext.fill(0);
    throw error;
  }
}

async function decryptElsewhere(
  { dataKey, unstoredContext, info }: OpenedMessage,
  limits: MessageLimits,
  message: Uint8Array,
  options: DecryptOptions,
): Promise<DecryptedMessage> {
  const { threads, out } = options;
  const how = { limits, unstoredContext, threads };
  const job = decryptMessageAsync(dataKey, message, how, out);
  const plaintext = await watch(job, options).catch((error: unknown) => {
    // It may be there already, when who watches fails.
    void job.done.then(
      (made) => made.fill(0),
      () => undefined,
    );
    throw error;
  });
  if (out === undefined) return { plaintext, ...info };
  try {
    return { plaintext: placed(plaintext, out), ...info };
  } finally {
    plaintext.fill(0);
  }
}

/** What another thread made, in `out`, which was looked at when the work began. */
function placed(result: Uint8Array, out: Uint8Array): Uint8Array {
  const { length } = result;
  demand(out.byteLength >= length, '`out` was transferred or resized meanwhile');
  const view = new Uint8Array(out.buffer, out.byteOffset, length);
  view.set(result);
  return view;
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
function requireSameHeader(message: Uint8Array, { bytes }: MessageHeader): void {
  const { length } = bytes;
  // A buffer that was transferred has no bytes, nor views.
  if (message.length >= length && Buffer.compare(message.subarray(0, length), bytes) === 0) return;
  throw new KeysteadError('ERR_INVALID_ARGUMENT', 'the message changed while it was being opened');
}
