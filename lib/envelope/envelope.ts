// Envelope: bulk encryption under KMS keys, in the message format of the AWS Encryption SDK
// (docs/messages.md).

import { isUint8Array } from 'node:util/types';
import { demand } from './arguments.js';
import {
  type DecryptedMessage,
  type DecryptFileOptions,
  type DecryptOptions,
  type DecryptRangeOptions,
  type DecryptStreamOptions,
  type DecryptWebStreamOptions,
  type EncryptFileOptions,
  type EncryptOptions,
  type EncryptStreamOptions,
  type MessageInfo,
  readCallOptions,
  workNames,
} from './call_options.js';
import { DecryptionPipe } from './decryption_pipe.js';
import { EncryptionPipe } from './encryption_pipe.js';
import {
  checkEnvelopeOptions,
  type EnvelopeOptions,
  type EnvelopeSettings,
} from './envelope_options.js';
import { KeyFilter } from './key_filter.js';
import { type Keyring, KmsKeyring } from './keyring.js';
import type { KmsAccess } from './kms_access.js';
import { kmsOf } from './kms_of.js';
import { decryptInMemory, encryptInMemory } from './memory_messages.js';
import { readContext, readExpected } from './message_context.js';
import { decryptFileRange, decryptToFile, encryptToFile } from './message_files.js';
import { MessageKeys } from './message_keys.js';
import { MessageOpener } from './message_opener.js';
import { DecryptStream, MessageTransform } from './node_stream.js';
import { type MessageWebTransform, webTransform } from './web_stream.js';

const unstored = 'unstoredEncryptionContext';
const targetNames = ['overwrite', 'sync'];
const sharedNames = [...workNames, 'threads'];
const encryptNames = [...sharedNames, 'out'];
const decryptNames = [...encryptNames, unstored];
const decryptRangeNames = [...sharedNames, unstored];
const encryptFileNames = [...sharedNames, ...targetNames];
const decryptFileNames = [...decryptRangeNames, ...targetNames];
const encryptStreamNames = [...workNames, 'plaintextSize'];
const decryptStreamNames = [...workNames, unstored, 'allowUnverifiedRelease'];
const decryptWebStreamNames = [...decryptStreamNames, 'onMessage'];

/**
 * Encrypts what is too long for a KMS key: each message carries its data key, encrypted under KMS
 * keys. An Envelope holds no secret and may be used for any number of messages at once.
 *
 * Every method that decrypts fails with a {@link KeysteadError}: `ERR_DECRYPTION_FAILED` (no key
 * opened it, or bytes were changed), `ERR_INVALID_MESSAGE` (no whole message of the format),
 * `ERR_MESSAGE_LIMIT`, `ERR_NOT_COMMITTING`, `ERR_ENCRYPTION_CONTEXT`, `ERR_ABORTED`,
 * `ERR_INVALID_ARGUMENT`; failures to reach the KMS are thrown as they are.
 */
export class Envelope {
  readonly #settings: EnvelopeSettings;
  readonly #keys: MessageKeys;
  readonly #opener: MessageOpener;

  /** @throws KeysteadError `ERR_INVALID_ARGUMENT` */
  constructor(options: EnvelopeOptions);
  /** @internal With another keyring in place of the KMS's. */
  constructor(options: EnvelopeOptions, keyring?: Keyring);
  constructor(options: EnvelopeOptions, keyring?: Keyring) {
    const settings = checkEnvelopeOptions(options);
    const { access, callerId } = kmsOf(settings.kms, settings.grantTokens);
    this.#settings = settings;
    this.#keys = new MessageKeys({
      keyring: keyring ?? keyringOf(settings, access),
      cache: settings.cache,
      partition: partitionOf(settings, callerId),
      frameLengthBytes: settings.frameLength,
      isSigning: settings.isSigning,
    });
    this.#opener = new MessageOpener(this.#keys, settings.commitmentPolicy);
  }

  /**
   * Encrypts bytes in memory, at several GB/s on the calling thread: off the event loop, which costs
   * copies, when the message is signed or is watched by a `signal` or `onProgress`.
   *
   * @param plaintext - of any size, not to be changed until the promise settles
   * @returns the message, in `out` when that was given
   */
  async encrypt(plaintext: Uint8Array, options: EncryptOptions = {}): Promise<Uint8Array> {
    demand(isUint8Array(plaintext), '`plaintext` must be a Uint8Array');
    const read = readCallOptions(options, encryptNames);
    return encryptInMemory(this.#keys, plaintext, read);
  }

  /**
   * Decrypts a message in memory, where {@link Envelope.encrypt} encrypts it. Nothing is released
   * unless all of it verified, the signature too.
   *
   * @param message - not to be changed until the promise settles
   */
  async decrypt(message: Uint8Array, options: DecryptOptions = {}): Promise<DecryptedMessage> {
    demand(isUint8Array(message), '`message` must be a Uint8Array');
    const read = readCallOptions(options, decryptNames);
    return decryptInMemory(this.#opener, this.#settings.limits, message, read);
  }

  /**
   * Encrypts a file. The target appears whole or not at all, with the source's permission bits.
   *
   * @param target - another file, in a folder that exists
   * @throws KeysteadError `ERR_FILE`; `ERR_FILE_EXISTS` unless `overwrite`
   */
  async encryptFile(
    source: string,
    target: string,
    options: EncryptFileOptions = {},
  ): Promise<void> {
    const read = readCallOptions(options, encryptFileNames);
    return encryptToFile(this.#keys, source, target, read);
  }

  /**
   * Decrypts a file. The target appears when everything verified, the signature too, or not at all.
   *
   * @throws KeysteadError `ERR_FILE`; `ERR_FILE_EXISTS` unless `overwrite`
   */
  async decryptFile(
    source: string,
    target: string,
    options: DecryptFileOptions = {},
  ): Promise<MessageInfo> {
    const read = readCallOptions(options, decryptFileNames);
    return decryptToFile(this.#opener, this.#settings.limits, source, target, read);
  }

  /**
   * Plaintext bytes `start` to `end` (exclusive) of a message in a file; beyond the end there are
   * none. The final frame is authenticated first, which proves the length, and every frame that the
   * range touches.
   *
   * @throws KeysteadError `ERR_SIGNED_MESSAGE`: a signature covers the whole message
   */
  async decryptRange(
    file: string,
    start: number,
    end: number,
    options: DecryptRangeOptions = {},
  ): Promise<DecryptedMessage> {
    const read = readCallOptions(options, decryptRangeNames);
    return decryptFileRange(this.#opener, this.#settings.limits, file, [start, end], read);
  }

  /** A stream that takes plaintext and gives the message. */
  encryptStream(options: EncryptStreamOptions = {}): MessageTransform {
    const read = readCallOptions(options, encryptStreamNames);
    return new MessageTransform(this.#encryptionPipe(read), read, read.plaintextSize);
  }

  /**
   * A stream that takes a message and gives the plaintext of each frame once it has verified. It
   * ends in an error when the message was cut short or changed further on: whoever uses the
   * plaintext before the stream has ended must be able to take it back.
   *
   * Signed messages fail with `ERR_SIGNED_MESSAGE` unless `allowUnverifiedRelease` is set.
   */
  decryptStream(options: DecryptStreamOptions = {}): DecryptStream {
    let stream: DecryptStream;
    const read = readCallOptions(options, decryptStreamNames);
    stream = new DecryptStream(
      this.#decryptionPipe(read, (info) => stream.tell(info)),
      read,
    );
    return stream;
  }

  /** As {@link Envelope.encryptStream}, a TransformStream of the web. */
  encryptWebStream(options: EncryptStreamOptions = {}): MessageWebTransform {
    const read = readCallOptions(options, encryptStreamNames);
    return webTransform(this.#encryptionPipe(read), read, read.plaintextSize);
  }

  /**
   * As {@link Envelope.decryptStream}, a TransformStream of the web.
   *
   * @param options - `onMessage` is told what the message is, before the first plaintext
   */
  decryptWebStream(options: DecryptWebStreamOptions = {}): MessageWebTransform {
    const read = readCallOptions(options, decryptWebStreamNames);
    const { onMessage } = read;
    demand(
      onMessage === undefined || typeof onMessage === 'function',
      '`onMessage` must be a function',
    );
    const pipe = this.#decryptionPipe(read, (info) => read.onMessage?.(info));
    return webTransform(pipe, read);
  }

  #encryptionPipe(options: EncryptStreamOptions): EncryptionPipe {
    const { encryptionContext, plaintextSize } = options;
    demand(
      plaintextSize === undefined || (Number.isSafeInteger(plaintextSize) && plaintextSize >= 0),
      '`plaintextSize` must be an integer of 0 or more',
    );
    return new EncryptionPipe(this.#keys, readContext(encryptionContext), plaintextSize);
  }

  #decryptionPipe(
    options: DecryptStreamOptions,
    onInfo: (info: MessageInfo) => void,
  ): DecryptionPipe {
    const { allowUnverifiedRelease = false } = options;
    return new DecryptionPipe({
      opener: this.#opener,
      limits: this.#settings.limits,
      expected: readExpected(options),
      allowUnverifiedRelease,
      onInfo,
    });
  }
}

function keyringOf(settings: EnvelopeSettings, access: KmsAccess): Keyring {
  const { keyId, wrappingKeyIds, decryptKeyIds, discovery } = settings;
  const generators = keyId === undefined ? [] : [keyId];
  const filter = new KeyFilter([...generators, ...wrappingKeyIds, ...decryptKeyIds], discovery);
  return new KmsKeyring(access, { generator: keyId, further: wrappingKeyIds }, filter);
}

/** Two Envelopes share data keys in a cache when the same client would be asked for the same. */
function partitionOf(settings: EnvelopeSettings, callerId: number): string {
  const { keyId, wrappingKeyIds, decryptKeyIds, discovery, grantTokens } = settings;
  const names = [
    keyId ?? null,
    wrappingKeyIds,
    decryptKeyIds,
    discovery ?? null,
    grantTokens ?? null,
  ];
  return `${callerId} ${JSON.stringify(names)}`;
}
