// Messages in memory: one call, and nothing is released unless all of it verified.

import { KeysteadError } from '../errors.js';
import {
  decryptMessage,
  decryptMessageAsync,
  type MessageHeader,
  type MessageLimits,
  parseMessageHeader,
} from '../hsm/index.js';
import type {
  DecryptedMessage,
  DecryptOptions,
  EncryptOptions,
  WorkOptions,
} from './call_options.js';
import { readContext, readExpected } from './message_context.js';
import type { MessageKeys } from './message_keys.js';
import type { MessageOpener } from './message_opener.js';
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

export async function encryptInMemory(
  keys: MessageKeys,
  plaintext: Uint8Array,
  options: EncryptOptions,
): Promise<Uint8Array> {
  const { encryptionContext, threads = 1, signal, onProgress } = options;
  throwIfAborted(signal);
  const size = plaintext.byteLength;
  const context = readContext(encryptionContext);
  const lease = keys.forEncryption(context, size);
  const { writer, isSigning, release } = lease instanceof Promise ? await lease : lease;
  try {
    throwIfAborted(signal);
    if (!isForCallingThread(size, isSigning, options)) {
      return await watch(writer.encryptAsync(plaintext, threads), options);
    }
    const message = writer.encrypt(plaintext, threads);
    onProgress?.({ bytesDone: size, bytesTotal: size });
    return message;
  } finally {
    release();
  }
}

export async function decryptInMemory(
  opener: MessageOpener,
  limits: MessageLimits,
  message: Uint8Array,
  options: DecryptOptions,
): Promise<DecryptedMessage> {
  const { threads = 1, signal, onProgress } = options;
  throwIfAborted(signal);
  const expected = readExpected(options);
  const header = readHeader(message, limits);
  const opening = opener.open(header, expected);
  const opened = opening instanceof Promise ? await opening : opening;
  const { dataKey, unstoredContext, info, release } = opened;
  const how = { limits, unstoredContext, threads };
  try {
    throwIfAborted(signal);
    if (opened.header !== header) requireSameHeader(message, opened.header);
    if (!isForCallingThread(message.byteLength, header.isSigned, options)) {
      const job = decryptMessageAsync(dataKey, message, how);
      return { plaintext: await watch(job, options), ...info };
    }
    const plaintext = decryptMessage(dataKey, message, how);
    onProgress?.({ bytesDone: message.byteLength, bytesTotal: message.byteLength });
    const { encryptionContext, keyId, suite } = info;
    return { plaintext, encryptionContext, keyId, suite };
  } finally {
    release();
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
function requireSameHeader(message: Uint8Array, { bytes }: MessageHeader): void {
  if (Buffer.compare(message.subarray(0, bytes.byteLength), bytes) === 0) return;
  throw new KeysteadError('ERR_INVALID_ARGUMENT', 'the message changed while it was being opened');
}
