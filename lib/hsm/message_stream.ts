// Messages in pieces of any size, in bounded memory: one frame and what the call itself gives back.

import type { DataKey } from './data_key.js';
import type {
  MessageDecryptorHandle,
  MessageEncryptorHandle,
  MessageWriterHandle,
} from './message_addon.js';
import { limitArguments, type MessageHeader, type MessageLimits } from './message_header.js';
import { MessageJob } from './message_job.js';
import { dataKeyHandleOf, type MessageDataKey } from './message_key.js';
import { addon } from './native_addon.js';

/** Longer chunks are worked on off the event loop; for others a thread and its copies cost more. */
const shortChunkBytesMax = 1024 * 1024;

/**
 * The pieces of a message, in order. One call at a time: the next may begin when the promise of the
 * last has settled. After an error it can only be disposed of.
 */
export class MessageEncryptor {
  readonly #handle: MessageEncryptorHandle;
  /** The first bytes of the message. */
  readonly header: Uint8Array;

  private constructor(handle: MessageEncryptorHandle) {
    this.#handle = handle;
    this.header = addon().messageEncryptorHeader(handle);
  }

  /** @internal */
  static start(writer: MessageWriterHandle): MessageEncryptor {
    return new MessageEncryptor(addon().messageEncryptorCreate(writer));
  }

  /**
   * @param chunk - the next piece of plaintext
   * @returns the frames that are complete: often none. A promise, with the work off the event loop,
   * for chunks of more than 1 MiB and for those that complete frames of more than 2 MiB
   * @throws KeysteadError `ERR_MESSAGE_LIMIT` beyond 2^32 - 1 frames; `ERR_DISPOSED`;
   * `ERR_INVALID_ARGUMENT` while another call is under way
   */
  update(chunk: Uint8Array): Uint8Array | Promise<Uint8Array> {
    // Short chunks complete a long frame at times.
    const done =
      chunk.byteLength <= shortChunkBytesMax
        ? addon().messageEncryptorUpdate(this.#handle, chunk)
        : undefined;
    return done ?? new MessageJob(addon().messageEncryptorUpdateAsync(this.#handle, chunk)).done;
  }

  /** The final frame and, in suite 0x0578, the signature. The encryptor is disposed of. */
  finish(): Uint8Array {
    return addon().messageEncryptorFinish(this.#handle);
  }

  /** Wipes the key and what is held back. Safe to call again. */
  dispose(): void {
    addon().messageEncryptorDispose(this.#handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

export interface MessageDecryptorOptions {
  readonly limits?: MessageLimits | undefined;
  /** As in DecryptMessageOptions. */
  readonly unstoredContext?: Uint8Array | undefined;
  /**
   * Accept a signed message, and release its frames before the signature is checked. Default false.
   */
  readonly allowUnverifiedRelease?: boolean | undefined;
}

/**
 * Gives out each frame when its tag has verified, in order. Whoever uses the plaintext before
 * {@link MessageDecryptor.finish} has returned must be able to take it back: only the end shows
 * that the message was not cut short.
 */
export class MessageDecryptor {
  readonly #handle: MessageDecryptorHandle;

  /**
   * Checks the key commitment and the header's tag.
   *
   * @param header - from parseMessageHeader; the bytes behind it go to {@link
   * MessageDecryptor.update}
   * @throws KeysteadError `ERR_DECRYPTION_FAILED`; `ERR_SIGNED_MESSAGE` without
   * `allowUnverifiedRelease`; `ERR_MESSAGE_LIMIT`; `ERR_INVALID_ARGUMENT` for a data key of another
   * size than the suite's
   */
  constructor(
    key: DataKey | MessageDataKey,
    header: MessageHeader,
    options: MessageDecryptorOptions = {},
  ) {
    this.#handle = addon().messageDecryptorCreate(
      dataKeyHandleOf(key),
      header.bytes,
      options.unstoredContext,
      options.allowUnverifiedRelease ?? false,
      ...limitArguments(options.limits),
    );
  }

  /**
   * @param chunk - the next bytes of the message
   * @returns the plaintext of the frames that are complete and verified: often none. A promise as
   * the encryptor's. The final frame of a signed message comes when its signature has verified
   * @throws KeysteadError `ERR_DECRYPTION_FAILED`, `ERR_INVALID_MESSAGE` (bytes behind the end,
   * too), `ERR_MESSAGE_LIMIT`; `ERR_DISPOSED`; `ERR_INVALID_ARGUMENT` while another call is under
   * way
   */
  update(chunk: Uint8Array): Uint8Array | Promise<Uint8Array> {
    // Short chunks complete a long frame at times.
    const done =
      chunk.byteLength <= shortChunkBytesMax
        ? addon().messageDecryptorUpdate(this.#handle, chunk)
        : undefined;
    return done ?? new MessageJob(addon().messageDecryptorUpdateAsync(this.#handle, chunk)).done;
  }

  /**
   * Says that the message ended. The decryptor is disposed of.
   *
   * @throws KeysteadError `ERR_INVALID_MESSAGE` when it was cut short
   */
  finish(): void {
    addon().messageDecryptorFinish(this.#handle);
  }

  /** Wipes the key and what is held back. Safe to call again. */
  dispose(): void {
    addon().messageDecryptorDispose(this.#handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
