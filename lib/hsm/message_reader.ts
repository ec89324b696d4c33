// Messages decrypted in memory: nothing is released unless all of it verified.

import type { DataKey } from './data_key.js';
import { limitArguments, type MessageLimits } from './message_header.js';
import { MessageJob } from './message_job.js';
import { dataKeyHandleOf, type MessageDataKey } from './message_key.js';
import { addon } from './native_addon.js';

export interface DecryptMessageOptions {
  readonly limits?: MessageLimits | undefined;
  /**
   * Serialized pairs that were authenticated but not stored in the header (the "required encryption
   * context" of the AWS Encryption SDK). None by default.
   */
  readonly unstoredContext?: Uint8Array | undefined;
  /** Threads at work on a message from 1 MiB on: 1 to 64, by default 1. */
  readonly threads?: number | undefined;
}

/**
 * Decrypts a whole message of any suite: header, every frame, signature, and nothing behind it.
 *
 * @returns the plaintext, in an ArrayBuffer of its own
 * @throws KeysteadError `ERR_INVALID_MESSAGE` for a message that is malformed, cut off or followed
 * by other bytes; `ERR_DECRYPTION_FAILED` for another key or changed bytes; `ERR_MESSAGE_LIMIT`;
 * `ERR_INVALID_ARGUMENT` for a data key of another size than the suite's
 */
export function decryptMessage(
  key: DataKey | MessageDataKey,
  message: Uint8Array,
  options: DecryptMessageOptions = {},
): Uint8Array {
  const { limits, unstoredContext, threads = 1 } = options;
  const most = limitArguments(limits);
  return addon().messageDecrypt(
    dataKeyHandleOf(key),
    message,
    unstoredContext,
    most[0],
    most[1],
    most[2],
    threads,
  );
}

/**
 * As {@link decryptMessage}, into the start of `out`: wiped there when the message does not verify.
 *
 * @param out - as long as the plaintext or longer, and no memory of the message
 * @returns the part of `out` that is the plaintext
 * @throws KeysteadError `ERR_INVALID_ARGUMENT` for a short `out`, which tells the size needed
 */
export function decryptMessageInto(
  key: DataKey | MessageDataKey,
  message: Uint8Array,
  out: Uint8Array,
  options: DecryptMessageOptions = {},
): Uint8Array {
  const { limits, unstoredContext, threads = 1 } = options;
  const most = limitArguments(limits);
  const written = addon().messageDecryptInto(
    dataKeyHandleOf(key),
    message,
    unstoredContext,
    most[0],
    most[1],
    most[2],
    threads,
    out,
  );
  return new Uint8Array(out.buffer, out.byteOffset, written);
}

/**
 * As {@link decryptMessage}, off the event loop. `message` is copied before this returns.
 *
 * @param out - where the plaintext shall go in the end: refused here if it would be refused there
 */
export function decryptMessageAsync(
  key: DataKey | MessageDataKey,
  message: Uint8Array,
  options: DecryptMessageOptions = {},
  out?: Uint8Array,
): MessageJob<Uint8Array> {
  const { limits, unstoredContext, threads = 1 } = options;
  return new MessageJob(
    addon().messageDecryptAsync(
      dataKeyHandleOf(key),
      message,
      unstoredContext,
      ...limitArguments(limits),
      threads,
      out,
    ),
  );
}
