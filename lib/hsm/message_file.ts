// MessageFile: an open file that holds a message.

import { KeysteadError } from '../errors.js';
import type { DataKey } from './data_key.js';
import type { MessageFileHandle } from './message_addon.js';
import {
  limitArguments,
  type MessageHeader,
  type MessageLimits,
  parseMessageHeader,
} from './message_header.js';
import { MessageJob } from './message_job.js';
import { dataKeyHandleOf, type MessageDataKey } from './message_key.js';
import type { FileJobOptions } from './message_writer.js';
import { addon } from './native_addon.js';

export interface DecryptFileOptions extends FileJobOptions {
  /** As in DecryptMessageOptions. */
  readonly unstoredContext?: Uint8Array | undefined;
}

export interface DecryptRangeOptions {
  readonly unstoredContext?: Uint8Array | undefined;
  /** 1 to 64, by default 1. */
  readonly threads?: number | undefined;
}

/**
 * The descriptor stays open until {@link MessageFile.close}, so that what is decrypted is what was
 * looked at.
 */
export class MessageFile {
  readonly header: MessageHeader;
  /** Bytes of the file when it was opened. */
  readonly sizeBytes: number;
  readonly #handle: MessageFileHandle;

  private constructor(handle: MessageFileHandle, limits: MessageLimits | undefined) {
    this.#handle = handle;
    this.sizeBytes = addon().messageFileSize(handle);
    const header = parseMessageHeader(addon().messageFileHeader(handle), limits);
    if (header === undefined) throw new KeysteadError('ERR_INVALID_MESSAGE', 'no whole header');
    this.header = header;
  }

  /**
   * @param path - a regular file
   * @throws KeysteadError `ERR_FILE`, `ERR_INVALID_MESSAGE`, `ERR_MESSAGE_LIMIT`
   */
  static async open(path: string, limits?: MessageLimits): Promise<MessageFile> {
    const job = new MessageJob(addon().messageFileOpen(path, ...limitArguments(limits)));
    return new MessageFile(await job.done, limits);
  }

  /**
   * Decrypts all of it to a file, in C++ alone. The target is written as {@link
   * MessageWriter.encryptFile} writes, and appears only when everything verified, the signature
   * too.
   *
   * @throws (by the job) KeysteadError `ERR_DECRYPTION_FAILED`, `ERR_INVALID_MESSAGE`, `ERR_FILE`,
   * `ERR_FILE_EXISTS`, `ERR_ABORTED`, `ERR_INVALID_ARGUMENT` when source and target are the same
   * file
   */
  decryptTo(
    key: DataKey | MessageDataKey,
    target: string,
    options: DecryptFileOptions = {},
  ): MessageJob<void> {
    const { overwrite = false, sync = true, threads = 1, unstoredContext } = options;
    const handle = dataKeyHandleOf(key);
    return new MessageJob(
      addon().messageFileDecrypt(
        this.#handle,
        handle,
        unstoredContext,
        target,
        overwrite,
        sync,
        threads,
      ),
    );
  }

  /**
   * Plaintext bytes `start` to `end` (exclusive), as `slice` counts but without negative positions:
   * beyond the end there are none. The final frame is authenticated first, which proves the length;
   * then every frame that the range touches.
   *
   * @throws (by the job) KeysteadError `ERR_SIGNED_MESSAGE`: a signature covers the whole;
   * `ERR_DECRYPTION_FAILED`, `ERR_INVALID_MESSAGE`, `ERR_FILE`, `ERR_ABORTED`; at once
   * `ERR_INVALID_ARGUMENT` unless 0 <= start <= end
   */
  decryptRange(
    key: DataKey | MessageDataKey,
    start: number,
    end: number,
    options: DecryptRangeOptions = {},
  ): MessageJob<Uint8Array> {
    const { threads = 1, unstoredContext } = options;
    const handle = dataKeyHandleOf(key);
    return new MessageJob(
      addon().messageFileDecryptRange(this.#handle, handle, unstoredContext, start, end, threads),
    );
  }

  /** Closes the descriptor once no job uses it. Safe to call again. */
  close(): void {
    addon().messageFileClose(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
