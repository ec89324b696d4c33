// The addon's functions for messages of the AWS Encryption SDK, typed. They throw what the others
// throw (addon.ts) and `ERR_INVALID_MESSAGE`, `ERR_MESSAGE_LIMIT`, `ERR_SIGNED_MESSAGE`,
// `ERR_FILE`, `ERR_FILE_EXISTS`, `ERR_ABORTED`.

import type { DataKeyHandle, Handle, KmsKeyHandle } from './addon.js';

export type MessageDataKeyHandle = Handle<'message data key'>;
export type MessageSigningKeyHandle = Handle<'message signing key'>;
export type MessageWriterHandle = Handle<'message writer'>;
export type MessageEncryptorHandle = Handle<'message encryptor'>;
export type MessageDecryptorHandle = Handle<'message decryptor'>;
export type MessageFileHandle = Handle<'message file'>;
export type MessageJobHandle = Handle<'message job'>;
/** What messages are decrypted with. */
export type AnyDataKeyHandle = DataKeyHandle | MessageDataKeyHandle;
/** Work on threads of its own: its result, and by what to watch and abort it. */
export type StartedJob<Result> = readonly [result: Promise<Result>, job: MessageJobHandle];

/**
 * Three arguments are what a reader accepts: most encrypted data keys, longest frame and longest
 * header in bytes.
 */
export interface MessageAddon {
  /**
   * Takes the header at the start of `message` apart, without a key. False when more bytes are
   * needed. Writes 13 numbers to `fields`: format version, suite id, data key bytes, flags (1 committing, 2 signed, 4
   * framed), frame length, header length with its tag, message id offset and length, encryption
   * context offset and length, encrypted data keys offset (of their count) and length, their
   * number.
   */
  messageParseHeader(
    message: Uint8Array,
    fields: Float64Array,
    maxEncryptedDataKeys: number,
    maxFrameLength: number,
    maxHeaderBytes: number,
  ): boolean;
  /** bytes: 16, 24 or 32. With wipe, the bytes are zeroed after the copy. */
  messageDataKeyImport(bytes: Uint8Array, wipe: boolean): MessageDataKeyHandle;
  messageDataKeyDispose(key: MessageDataKeyHandle): void;
  /** As kmsKeyOpenDataKey, for blobs that hold 16, 24 or 32 bytes. */
  kmsKeyOpenMessageDataKey(
    key: KmsKeyHandle,
    blob: Uint8Array,
    encryptionContext: Uint8Array | undefined,
  ): MessageDataKeyHandle;
  messageSigningKeyGenerate(): MessageSigningKeyHandle;
  /** The compressed point in base64, as ASCII bytes. */
  messageSigningKeyPublicKey(key: MessageSigningKeyHandle): Uint8Array;
  messageSigningKeyDispose(key: MessageSigningKeyHandle): void;
  /** suite: 0x0478 or 0x0578; encryptedDataKeys: serialized with their count. */
  messageWriterCreate(
    key: DataKeyHandle,
    suite: number,
    encryptionContext: Uint8Array | undefined,
    encryptedDataKeys: Uint8Array,
    frameLength: number,
    signingKey: MessageSigningKeyHandle | undefined,
  ): MessageWriterHandle;
  messageWriterDispose(writer: MessageWriterHandle): void;
  /** Bytes that a message of one frame is longer than its plaintext. */
  messageWriterOverhead(writer: MessageWriterHandle): number;
  /** Into the start of `out`; gives the message's size. */
  messageEncryptInto(
    writer: MessageWriterHandle,
    plaintext: Uint8Array,
    out: Uint8Array,
    threads: number,
  ): number;
  messageEncrypt(writer: MessageWriterHandle, plaintext: Uint8Array, threads: number): Uint8Array;
  /** `out` is where the caller will copy the result: it is checked, and not kept. */
  messageEncryptAsync(
    writer: MessageWriterHandle,
    plaintext: Uint8Array,
    threads: number,
    out?: Uint8Array,
  ): StartedJob<Uint8Array>;
  messageDecrypt(
    key: AnyDataKeyHandle,
    message: Uint8Array,
    unstoredContext: Uint8Array | undefined,
    maxEncryptedDataKeys: number,
    maxFrameLength: number,
    maxHeaderBytes: number,
    threads: number,
  ): Uint8Array;
  /** Into the start of `out`, which a failure leaves wiped there; gives the plaintext's size. */
  messageDecryptInto(
    key: AnyDataKeyHandle,
    message: Uint8Array,
    unstoredContext: Uint8Array | undefined,
    maxEncryptedDataKeys: number,
    maxFrameLength: number,
    maxHeaderBytes: number,
    threads: number,
    out: Uint8Array,
  ): number;
  messageDecryptAsync(
    key: AnyDataKeyHandle,
    message: Uint8Array,
    unstoredContext: Uint8Array | undefined,
    maxEncryptedDataKeys: number,
    maxFrameLength: number,
    maxHeaderBytes: number,
    threads: number,
    out?: Uint8Array,
  ): StartedJob<Uint8Array>;
  messageEncryptorCreate(writer: MessageWriterHandle): MessageEncryptorHandle;
  messageEncryptorHeader(encryptor: MessageEncryptorHandle): Uint8Array;
  /**
   * Undefined, with nothing done, when the frames that the chunk completes are no work for this
   * thread.
   */
  messageEncryptorUpdate(
    encryptor: MessageEncryptorHandle,
    chunk: Uint8Array,
  ): Uint8Array | undefined;
  messageEncryptorUpdateAsync(
    encryptor: MessageEncryptorHandle,
    chunk: Uint8Array,
  ): StartedJob<Uint8Array>;
  messageEncryptorFinish(encryptor: MessageEncryptorHandle): Uint8Array;
  messageEncryptorDispose(encryptor: MessageEncryptorHandle): void;
  messageDecryptorCreate(
    key: AnyDataKeyHandle,
    header: Uint8Array,
    unstoredContext: Uint8Array | undefined,
    allowSigned: boolean,
    maxEncryptedDataKeys: number,
    maxFrameLength: number,
    maxHeaderBytes: number,
  ): MessageDecryptorHandle;
  /** As messageEncryptorUpdate. */
  messageDecryptorUpdate(
    decryptor: MessageDecryptorHandle,
    chunk: Uint8Array,
  ): Uint8Array | undefined;
  messageDecryptorUpdateAsync(
    decryptor: MessageDecryptorHandle,
    chunk: Uint8Array,
  ): StartedJob<Uint8Array>;
  messageDecryptorFinish(decryptor: MessageDecryptorHandle): void;
  messageDecryptorDispose(decryptor: MessageDecryptorHandle): void;
  messageEncryptFile(
    writer: MessageWriterHandle,
    source: string,
    target: string,
    overwrite: boolean,
    sync: boolean,
    threads: number,
  ): StartedJob<void>;
  messageFileOpen(
    path: string,
    maxEncryptedDataKeys: number,
    maxFrameLength: number,
    maxHeaderBytes: number,
  ): StartedJob<MessageFileHandle>;
  /** The bytes of the header. */
  messageFileHeader(file: MessageFileHandle): Uint8Array;
  messageFileSize(file: MessageFileHandle): number;
  messageFileDecrypt(
    file: MessageFileHandle,
    key: AnyDataKeyHandle,
    unstoredContext: Uint8Array | undefined,
    target: string,
    overwrite: boolean,
    sync: boolean,
    threads: number,
  ): StartedJob<void>;
  messageFileDecryptRange(
    file: MessageFileHandle,
    key: AnyDataKeyHandle,
    unstoredContext: Uint8Array | undefined,
    start: number,
    end: number,
    threads: number,
  ): StartedJob<Uint8Array>;
  messageFileClose(file: MessageFileHandle): void;
  /** Bytes of the source that are done, and all of them (0 until they are known). */
  messageJobProgress(job: MessageJobHandle): readonly [done: number, total: number];
  messageJobAbort(job: MessageJobHandle): void;
}
