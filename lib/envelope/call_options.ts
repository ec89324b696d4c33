// What the methods of an Envelope take for one message.

import { isUint8Array } from 'node:util/types';
import { type JobProgress, requireOptions } from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';
import { demand, demandInteger } from './arguments.js';

/** Watching and stopping a piece of work. */
export interface WorkOptions {
  /** Told how far it is a few times a second, and once at the end. */
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
  /** Stops it: it fails with `ERR_ABORTED`, and nothing is left of it. */
  readonly signal?: AbortSignal | undefined;
}

/** Work that can be shared out. */
export interface ThreadsOptions extends WorkOptions {
  /** Threads at work: 1 to 64, default 1. */
  readonly threads?: number | undefined;
}

/** Where the result of work in memory goes. */
export interface OutOptions {
  /**
   * A buffer to be used again and again: the result is written to its start, and is a view of it.
   * Without it each result is fresh memory, which for large ones costs more than the encryption.
   * It must be long enough (docs/messages.md §3), must not overlap the input, and is not to be
   * touched until the promise settles. Its content may be lost even when the call fails.
   */
  readonly out?: Uint8Array | undefined;
}

interface EncryptContextOptions {
  /** Bound to the message, stored in it in the clear, and given to the KMS. */
  readonly encryptionContext?: EncryptionContext | undefined;
}

export interface EncryptOptions extends ThreadsOptions, EncryptContextOptions, OutOptions {}

/** What a message must be bound to. */
export interface ContextOptions {
  /** Pairs that the message must be bound to; it may be bound to more. */
  readonly encryptionContext?: EncryptionContext | undefined;
  /**
   * Pairs that the message is bound to although it does not hold them: the required encryption
   * context of the AWS Encryption SDK. Keystead writes no such messages.
   */
  readonly unstoredEncryptionContext?: EncryptionContext | undefined;
}

export interface DecryptRangeOptions extends ThreadsOptions, ContextOptions {}
export interface DecryptOptions extends DecryptRangeOptions, OutOptions {}

/** How the target of a file operation is made. */
export interface TargetOptions {
  /** Replace an existing target. Default false: it fails with `ERR_FILE_EXISTS`. */
  readonly overwrite?: boolean | undefined;
  /** Sync the file and then its folder. Default true. */
  readonly sync?: boolean | undefined;
}

export interface EncryptFileOptions extends ThreadsOptions, EncryptContextOptions, TargetOptions {}
export interface DecryptFileOptions extends ThreadsOptions, ContextOptions, TargetOptions {}

export interface EncryptStreamOptions extends WorkOptions, EncryptContextOptions {
  /**
   * How many bytes of plaintext will come, where it is known: without it, no cached data key is
   * used.
   */
  readonly plaintextSize?: number | undefined;
}

export interface DecryptStreamOptions extends WorkOptions, ContextOptions {
  /**
   * Read signed messages, and release their frames before the signature is checked. Default false.
   */
  readonly allowUnverifiedRelease?: boolean | undefined;
}

export interface DecryptWebStreamOptions extends DecryptStreamOptions {
  /** Told what the message is, before any plaintext is given out. */
  readonly onMessage?: ((info: MessageInfo) => void) | undefined;
}

/** What a message was found to be, once its key was there. */
export interface MessageInfo {
  /** The caller's pairs; those of the format are left out. */
  readonly encryptionContext: EncryptionContext;
  /** The ARN of the KMS key that opened it. */
  readonly keyId: string;
  /** Its algorithm suite, for example 0x0478. */
  readonly suite: number;
}

export interface DecryptedMessage extends MessageInfo {
  /** In an ArrayBuffer of its own, or a view of `out`. */
  readonly plaintext: Uint8Array;
}

/** What every method takes. */
export const workNames = ['onProgress', 'signal', 'encryptionContext'] as const;
const threadsMax = 64;
const booleans = ['overwrite', 'sync', 'allowUnverifiedRelease'] as const;

/** Every option that some method takes. */
interface AnyOptions
  extends ThreadsOptions,
    ContextOptions,
    OutOptions,
    TargetOptions,
    Pick<EncryptStreamOptions, 'plaintextSize'>,
    Pick<DecryptWebStreamOptions, 'allowUnverifiedRelease' | 'onMessage'> {}

/**
 * Options as they are now: what the caller makes of the object while a KMS is asked changes nothing.
 *
 * @param known - the names of all options that the method takes
 * @throws KeysteadError ERR_INVALID_ARGUMENT
 */
export function readCallOptions(options: AnyOptions, known: readonly string[]): AnyOptions {
  requireOptions(options, known);
  const read: AnyOptions = {
    encryptionContext: options.encryptionContext,
    unstoredEncryptionContext: options.unstoredEncryptionContext,
    threads: options.threads,
    out: options.out,
    onProgress: options.onProgress,
    signal: options.signal,
    overwrite: options.overwrite,
    sync: options.sync,
    plaintextSize: options.plaintextSize,
    allowUnverifiedRelease: options.allowUnverifiedRelease,
    onMessage: options.onMessage,
  };
  checkCallOptions(read);
  return read;
}

function checkCallOptions(options: AnyOptions): void {
  const { onProgress, signal, threads, out } = options;
  demand(
    onProgress === undefined || typeof onProgress === 'function',
    '`onProgress` must be a function',
  );
  if (threads !== undefined) demandInteger(threads, 'threads', 1, threadsMax);
  demand(out === undefined || isUint8Array(out), '`out` must be a Uint8Array');
  demand(signal === undefined || signal instanceof AbortSignal, '`signal` must be an AbortSignal');
  for (const name of booleans) {
    const value = options[name];
    demand(value === undefined || typeof value === 'boolean', `\`${name}\` must be a boolean`);
  }
}
