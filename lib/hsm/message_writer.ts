// MessageWriter: writes messages of the AWS Encryption SDK (format 2, framed) with one data key.

import { DataKey } from './data_key.js';
import type { MessageWriterHandle } from './message_addon.js';
import { type EncryptedDataKey, serializeEncryptedDataKeys } from './message_header.js';
import { MessageJob } from './message_job.js';
import { SigningKey } from './message_key.js';
import { MessageEncryptor } from './message_stream.js';
import { addon } from './native_addon.js';
import { allocateCiphertext } from './output_pool.js';

export interface MessageWriterOptions {
  /** Kept alive by the writer: disposing of it does not end the writer. */
  readonly dataKey: DataKey;
  readonly encryptedDataKeys: readonly EncryptedDataKey[];
  /** Serialized, at most 65,535 bytes; what the encrypted data keys were made with. */
  readonly encryptionContext?: Uint8Array | undefined;
  /** Plaintext bytes in a frame: 1 to 2^32 - 1, by default 64 KiB. */
  readonly frameLengthBytes?: number | undefined;
  /**
   * Makes the suite 0x0578 of it instead of 0x0478; the encryption context must then hold its
   * public key as `aws-crypto-public-key`, and must not otherwise.
   */
  readonly signingKey?: SigningKey | undefined;
}

export interface FileJobOptions {
  /** Replace an existing target instead of failing with `ERR_FILE_EXISTS`. Default false. */
  readonly overwrite?: boolean | undefined;
  /** Sync the file and then its folder before the job ends. Default true. */
  readonly sync?: boolean | undefined;
  /** Threads at work: 1 to 64, by default 1. */
  readonly threads?: number | undefined;
}

export const defaultFrameLengthBytes = 64 * 1024;
const pooledPlaintextBytes = 4096;
const committingSuite = 0x0478;
const signingSuite = 0x0578;

/**
 * Each message gets a random message id and thereby a key of its own (HKDF, NIST SP 800-56C), so
 * one writer may write any number of them.
 */
export class MessageWriter {
  readonly #handle: MessageWriterHandle;
  readonly #overheadBytes: number;
  /**
   * Plaintexts of up to so many bytes become messages of one frame in shared memory: see
   * output_pool.ts.
   */
  readonly #pooledPlaintextBytes: number;

  /**
   * @throws KeysteadError `ERR_INVALID_ARGUMENT` for a malformed context, no encrypted data keys, a
   * frame length out of range, a signing key that the context does not name; `ERR_DISPOSED`
   */
  constructor(options: MessageWriterOptions) {
    const { signingKey, frameLengthBytes = defaultFrameLengthBytes } = options;
    this.#handle = addon().messageWriterCreate(
      DataKey.handleOf(options.dataKey),
      signingKey === undefined ? committingSuite : signingSuite,
      options.encryptionContext,
      serializeEncryptedDataKeys(options.encryptedDataKeys),
      frameLengthBytes,
      signingKey === undefined ? undefined : SigningKey.handleOf(signingKey),
    );
    this.#overheadBytes = addon().messageWriterOverhead(this.#handle);
    this.#pooledPlaintextBytes = Math.min(frameLengthBytes, pooledPlaintextBytes);
  }

  /**
   * One message, on the calling thread and from 1 MiB on up to `threads` - 1 others, which it waits
   * for.
   *
   * @param plaintext - of any size, empty too
   * @param threads - 1 to 64
   */
  encrypt(plaintext: Uint8Array, threads = 1): Uint8Array {
    if (ArrayBuffer.isView(plaintext) && plaintext.byteLength <= this.#pooledPlaintextBytes) {
      const out = allocateCiphertext(plaintext.byteLength + this.#overheadBytes);
      const written = addon().messageEncryptInto(this.#handle, plaintext, out, threads);
      // They differ where `byteLength` was redefined.
      return written === out.length ? out : out.subarray(0, written);
    }
    return addon().messageEncrypt(this.#handle, plaintext, threads);
  }

  /**
   * As {@link MessageWriter.encrypt}, into the start of `out`.
   *
   * @param out - as long as the message or longer, and no memory of the plaintext
   * @returns the part of `out` that is the message
   * @throws KeysteadError `ERR_INVALID_ARGUMENT` for a short `out`, which tells the size needed
   */
  encryptInto(plaintext: Uint8Array, out: Uint8Array, threads = 1): Uint8Array {
    const written = addon().messageEncryptInto(this.#handle, plaintext, out, threads);
    return new Uint8Array(out.buffer, out.byteOffset, written);
  }

  /**
   * As {@link MessageWriter.encrypt}, off the event loop. `plaintext` is copied before this
   * returns.
   *
   * @param out - where the message shall go in the end: refused here if it would be refused there
   */
  encryptAsync(plaintext: Uint8Array, threads = 1, out?: Uint8Array): MessageJob<Uint8Array> {
    return new MessageJob(addon().messageEncryptAsync(this.#handle, plaintext, threads, out));
  }

  /** Starts a message whose plaintext comes in pieces. */
  encryptor(): MessageEncryptor {
    return MessageEncryptor.start(this.#handle);
  }

  /**
   * Encrypts a file to another, in C++ alone. The target appears whole, verified and with the
   * source's permission bits, or not at all: it is written nameless (O_TMPFILE) and linked last, so
   * that a kill leaves nothing behind; where the file system cannot do that, under a temporary name
   * with mode 0600 that a kill does leave.
   *
   * @param source - a regular file, which must not change meanwhile
   * @param target - another file, in a folder that exists
   * @throws (by the job) KeysteadError `ERR_FILE`, `ERR_FILE_EXISTS`, `ERR_ABORTED`,
   * `ERR_INVALID_ARGUMENT` when source and target are the same file
   */
  encryptFile(source: string, target: string, options: FileJobOptions = {}): MessageJob<void> {
    const { overwrite = false, sync = true, threads = 1 } = options;
    return new MessageJob(
      addon().messageEncryptFile(this.#handle, source, target, overwrite, sync, threads),
    );
  }

  /** Gives the data key up; work that was started goes on. Safe to call again. */
  dispose(): void {
    addon().messageWriterDispose(this.#handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
