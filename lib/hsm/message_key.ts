// The keys of messages: data keys of the sizes that the AWS Encryption SDK's suites take, and the
// signing key of one message.

import { inspect } from 'node:util';
import { KeysteadError } from '../errors.js';
import { DataKey } from './data_key.js';
import type {
  AnyDataKeyHandle,
  MessageDataKeyHandle,
  MessageSigningKeyHandle,
} from './message_addon.js';
import { addon } from './native_addon.js';

/**
 * A data key of 16, 24 or 32 bytes in secure memory. It decrypts messages and does nothing else: it
 * makes no boxes, and cannot be exported or shared. Its memory is wiped by {@link
 * MessageDataKey.dispose} and on garbage collection.
 */
export class MessageDataKey {
  readonly #handle: MessageDataKeyHandle;

  private constructor(handle: MessageDataKeyHandle) {
    this.#handle = handle;
  }

  /** @internal */
  static fromHandle(handle: MessageDataKeyHandle): MessageDataKey {
    return new MessageDataKey(handle);
  }

  /** @internal */
  static handleOf(key: MessageDataKey): MessageDataKeyHandle {
    return key.#handle;
  }

  /**
   * Takes over a key that a remote KMS gave, and wipes `bytes`. What {@link DataKey.import} says of
   * small arrays holds.
   *
   * @param bytes - 16, 24 or 32 bytes
   * @throws KeysteadError `ERR_INVALID_ARGUMENT`, `ERR_SECURE_MEMORY`
   */
  static import(bytes: Uint8Array): MessageDataKey {
    return new MessageDataKey(addon().messageDataKeyImport(bytes, true));
  }

  /** Gives the key up; its memory is wiped once no work uses it. Safe to call again. */
  dispose(): void {
    addon().messageDataKeyDispose(this.#handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toJSON(): Record<string, never> {
    return {};
  }

  [inspect.custom](): string {
    return 'MessageDataKey {}';
  }
}

/** @internal The handle of either kind of data key. */
export function dataKeyHandleOf(key: DataKey | MessageDataKey): AnyDataKeyHandle {
  if (key instanceof DataKey) return DataKey.handleOf(key);
  if (key instanceof MessageDataKey) return MessageDataKey.handleOf(key);
  throw new KeysteadError('ERR_INVALID_HANDLE', 'the data key must be a DataKey or MessageDataKey');
}

/**
 * An ECDSA P-384 key pair made inside the HSM, for the messages of suite 0x0578. Its public key
 * belongs into the encryption context, as `aws-crypto-public-key`, before the data key is asked
 * for.
 */
export class SigningKey {
  readonly #handle: MessageSigningKeyHandle;
  /** The compressed point (SEC 1 §2.3.3) in base64. */
  readonly publicKey: string;

  private constructor(handle: MessageSigningKeyHandle) {
    this.#handle = handle;
    this.publicKey = new TextDecoder().decode(addon().messageSigningKeyPublicKey(handle));
  }

  /** @throws KeysteadError `ERR_SECURE_MEMORY`, `ERR_CRYPTO` */
  static generate(): SigningKey {
    return new SigningKey(addon().messageSigningKeyGenerate());
  }

  /** @internal */
  static handleOf(key: SigningKey): MessageSigningKeyHandle {
    return key.#handle;
  }

  /** Gives the key up; writers that were made with it keep it. Safe to call again. */
  dispose(): void {
    addon().messageSigningKeyDispose(this.#handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toJSON(): Record<string, never> {
    return {};
  }

  [inspect.custom](): string {
    return 'SigningKey {}';
  }
}
