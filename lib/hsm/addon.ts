// The addon's face, typed. Positional primitives only: callers have validated and defaulted; the addon checks kinds and
// bounds once more.

import type { KeysteadError } from '../errors.js';
import type { MessageAddon } from './message_addon.js';

declare const handleKind: unique symbol;
/** An opaque, type-tagged native handle. It belongs to the thread that made it and cannot be cloned or posted. */
export type Handle<Kind extends string> = { readonly [handleKind]: Kind };
export type DataKeyHandle = Handle<'data key'>;
export type KmsKeyHandle = Handle<'KMS key'>;
export type RootKeyHandle = Handle<'root key'>;
export type EpochFileHandle = Handle<'epoch file'>;
export type FileLockHandle = Handle<'file lock'>;
export type SigningKeyHandle = Handle<'signing key'>;
export type AuditKeyHandle = Handle<'audit key'>;

/** What {@link Addon.kmsKeyCreate} gives: the opened key, its id's material id and the material wrapped for the store. */
export interface CreatedKmsKey {
  readonly handle: KmsKeyHandle;
  /** 32 bytes; its hexadecimal form is the KeyMaterialId. */
  readonly keyMaterialId: Uint8Array;
  /** The key material, wrapped under the root key and bound to the key id and the material id. */
  readonly wrappedKeyMaterial: Uint8Array;
}

/** What {@link Addon.accessKeyCreate} gives: the one time that a secret access key leaves the HSM. */
export interface CreatedAccessKey {
  /** 40 bytes of Base64, in an ArrayBuffer of their own: wipe them after use. */
  readonly secretAccessKey: Uint8Array;
  /** The secret, wrapped under the root key and bound to the access key's id. */
  readonly wrappedSecret: Uint8Array;
}

/** Argon2id cost (RFC 9106): memory in KiB, passes, lanes. */
export interface Argon2idCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/**
 * Every function throws `KeysteadError` with one of: `ERR_INVALID_ARGUMENT` (kind or size),
 * `ERR_INVALID_HANDLE`, `ERR_DISPOSED`, `ERR_DECRYPTION_FAILED`, `ERR_SECURE_MEMORY`, `ERR_OUT_OF_MEMORY`, `ERR_FORKED`,
 * `ERR_ROOT_KEY`, `ERR_STORE`, `ERR_CRYPTO`.
 */
export interface Addon extends MessageAddon {
  /** mode: 'prefer' | 'require'; backing: 'auto' | 'mlock'. ERR_SECURE_MEMORY once the arena runs under another policy. */
  configureSecureMemory(mode: string, backing: string, maxBytes: number): void;
  /** Starts the arena and OpenSSL (idempotent). */
  start(): void;
  nativeInfo(): NativeInfoRaw;
  reseed(): void;

  // Whatever makes a data key takes an emptied handle to fill again: making one costs more than wrapping a key.
  /** A handle that holds no key. */
  dataKeyEmpty(): DataKeyHandle;
  dataKeyGenerate(emptied?: DataKeyHandle | undefined): DataKeyHandle;
  /** bytes: 32. With wipe, the bytes are zeroed after the copy. */
  dataKeyImport(
    bytes: Uint8Array,
    wipe: boolean,
    emptied?: DataKeyHandle | undefined,
  ): DataKeyHandle;
  /** A box: nonce (24), ciphertext, tag (16). */
  dataKeyEncrypt(
    key: DataKeyHandle,
    plaintext: Uint8Array,
    aad: Uint8Array | undefined,
  ): Uint8Array;
  dataKeyEncryptInto(
    key: DataKeyHandle,
    plaintext: Uint8Array,
    out: Uint8Array,
    aad: Uint8Array | undefined,
  ): number;
  dataKeyDecrypt(key: DataKeyHandle, box: Uint8Array, aad: Uint8Array | undefined): Uint8Array;
  dataKeyDecryptInto(
    key: DataKeyHandle,
    box: Uint8Array,
    out: Uint8Array,
    aad: Uint8Array | undefined,
  ): number;
  dataKeyEncryptAsync(
    key: DataKeyHandle,
    plaintext: Uint8Array,
    aad: Uint8Array | undefined,
  ): Promise<Uint8Array>;
  dataKeyDecryptAsync(
    key: DataKeyHandle,
    box: Uint8Array,
    aad: Uint8Array | undefined,
  ): Promise<Uint8Array>;
  /** The 32 key bytes in an ArrayBuffer of their own; the caller wipes it. */
  dataKeyExport(key: DataKeyHandle): Uint8Array;
  /** A one-time token, 16 bytes. */
  dataKeyShare(key: DataKeyHandle): Uint8Array;
  dataKeyAdopt(token: Uint8Array, emptied?: DataKeyHandle | undefined): DataKeyHandle;
  dataKeyDispose(key: DataKeyHandle): void;
  dataKeyIsDisposed(key: DataKeyHandle): boolean;

  /** keyIdKind: 0 UUID, 1 `mrk-`; keyId: 16 bytes. Makes fresh key material inside the HSM. */
  kmsKeyCreate(root: RootKeyHandle, keyIdKind: number, keyId: Uint8Array): CreatedKmsKey;
  /** Opens stored material. ERR_DECRYPTION_FAILED when it was wrapped for another key or under another root key. */
  kmsKeyOpen(
    root: RootKeyHandle,
    keyIdKind: number,
    keyId: Uint8Array,
    keyMaterialId: Uint8Array,
    wrappedKeyMaterial: Uint8Array,
  ): KmsKeyHandle;
  /** Wraps stored material under another root key of the same store; it stays inside. */
  kmsKeyRewrap(
    from: RootKeyHandle,
    to: RootKeyHandle,
    keyIdKind: number,
    keyId: Uint8Array,
    keyMaterialId: Uint8Array,
    wrappedKeyMaterial: Uint8Array,
  ): Uint8Array;
  kmsKeyDispose(key: KmsKeyHandle): void;
  /** plaintext: 1 to 4096 bytes; encryptionContext: serialized, 0 to 8192 bytes. Gives the ciphertext blob, n + 112 bytes. */
  kmsKeyEncrypt(
    key: KmsKeyHandle,
    plaintext: Uint8Array,
    encryptionContext: Uint8Array | undefined,
  ): Uint8Array;
  /** Wraps a data key under a further KMS key: its blob, 144 bytes. */
  kmsKeyWrapDataKey(
    key: KmsKeyHandle,
    dataKey: DataKeyHandle,
    encryptionContext: Uint8Array | undefined,
  ): Uint8Array;
  kmsKeyDecrypt(
    key: KmsKeyHandle,
    blob: Uint8Array,
    encryptionContext: Uint8Array | undefined,
  ): Uint8Array;
  /** Fills `blob` (bytes + 112 long) and returns the plaintext data key: `bytes` random bytes, 1 to 1024. */
  kmsKeyGenerateDataKey(
    key: KmsKeyHandle,
    bytes: number,
    blob: Uint8Array,
    encryptionContext: Uint8Array | undefined,
  ): Uint8Array;
  /** The same without handing the data key out. */
  kmsKeyGenerateDataKeyWithoutPlaintext(
    key: KmsKeyHandle,
    bytes: number,
    blob: Uint8Array,
    encryptionContext: Uint8Array | undefined,
  ): void;
  /** Fills `blob` (144 bytes) with the wrapped form of a fresh 32-byte data key that stays inside. */
  kmsKeyNewDataKey(
    key: KmsKeyHandle,
    blob: Uint8Array,
    encryptionContext: Uint8Array | undefined,
    emptied?: DataKeyHandle | undefined,
  ): DataKeyHandle;
  /** blob must hold a 32-byte key (144 bytes). */
  kmsKeyOpenDataKey(
    key: KmsKeyHandle,
    blob: Uint8Array,
    encryptionContext: Uint8Array | undefined,
    emptied?: DataKeyHandle | undefined,
  ): DataKeyHandle;

  /**
   * Unwraps `blob` with one key and wraps what is in it with the other; the plaintext stays inside.
   * ERR_DECRYPTION_FAILED speaks of the source alone.
   */
  kmsKeyReEncrypt(
    source: KmsKeyHandle,
    blob: Uint8Array,
    encryptionContext: Uint8Array | undefined,
    destination: KmsKeyHandle,
    destinationEncryptionContext: Uint8Array | undefined,
  ): Uint8Array;

  // Batches: up to 10,000 under one key and one context in one call. The answer has an element for
  // each, in order: a result, or the error that the single call would have thrown.
  /** As many data keys as `blobs` has 144 bytes for; their wrapped forms stand in it in order. */
  kmsKeyNewDataKeys(
    key: KmsKeyHandle,
    blobs: Uint8Array,
    encryptionContext: Uint8Array | undefined,
    emptied?: readonly DataKeyHandle[] | undefined,
  ): (DataKeyHandle | KeysteadError)[];
  kmsKeyOpenDataKeys(
    key: KmsKeyHandle,
    blobs: readonly Uint8Array[],
    encryptionContext: Uint8Array | undefined,
    emptied?: readonly DataKeyHandle[] | undefined,
  ): (DataKeyHandle | KeysteadError)[];
  kmsKeyReEncrypts(
    source: KmsKeyHandle,
    blobs: readonly Uint8Array[],
    encryptionContext: Uint8Array | undefined,
    destination: KmsKeyHandle,
    destinationEncryptionContext: Uint8Array | undefined,
  ): (Uint8Array | KeysteadError)[];

  /**
   * Creates a root key file of 32 random bytes (mode 0600, synced, moved into place so that it appears whole or not at
   * all and never replaces a file). Returns false when the file exists already.
   */
  rootKeyCreateFile(path: string): boolean;
  /** Reads the file: a regular file of 32 bytes, owned by the effective user, mode 0600 or 0400, no symbolic link. storeId: 16 bytes. */
  rootKeyFromFile(path: string, storeId: Uint8Array): RootKeyHandle;
  /** passphrase: UTF-8 bytes, wiped after use; salt: 16 bytes. Blocks for the time of Argon2id. */
  rootKeyFromPassphrase(
    passphrase: Uint8Array,
    salt: Uint8Array,
    memoryKiB: number,
    passes: number,
    lanes: number,
    storeId: Uint8Array,
  ): RootKeyHandle;
  /** bytes: 32, wiped after use. */
  rootKeyFromBytes(bytes: Uint8Array, storeId: Uint8Array): RootKeyHandle;
  /** XAES-256-GCM under HKDF(root key, salt = store id, info = `keystead/root/store`): nonce, ciphertext, tag. */
  rootKeySeal(root: RootKeyHandle, plaintext: Uint8Array, aad: Uint8Array): Uint8Array;
  rootKeyUnseal(root: RootKeyHandle, sealed: Uint8Array, aad: Uint8Array): Uint8Array;
  rootKeyDispose(root: RootKeyHandle): void;

  // An epoch file is a counter in shared memory by which the processes on a store tell each other
  // that it changed. It is odd from before a change until after it: what was read at an odd epoch,
  // or between two different ones, may be old and must not be kept. Needs neither OpenSSL nor
  // secure memory.
  /**
   * Opens the file, made with mode 0600 if it is not there. ERR_STORE for a symbolic link, for
   * anything but a regular file, for one of another user or one that others can write.
   */
  epochFileOpen(path: string): EpochFileHandle;
  /** The epoch: an integer from 0 to 2^53 - 1. Costs one load. */
  epochFileRead(file: EpochFileHandle): number;
  /**
   * Sets the epoch to the next odd number and returns it: before a change is made visible, inside
   * the transaction that makes it. ERR_STORE when the file was cut off or deleted meanwhile.
   */
  epochFileRaise(file: EpochFileHandle): number;
  /**
   * Ends the change that began with `raised`. False, and nothing done, when the epoch was raised
   * meanwhile: the last one to raise it settles it.
   */
  epochFileSettle(file: EpochFileHandle, raised: number): boolean;
  epochFileClose(file: EpochFileHandle): void;

  // A file lock is a lock on a whole file (flock(2)), by which processes and their threads take
  // turns. The kernel releases it when the process dies. Needs neither OpenSSL nor secure memory.
  /**
   * Opens the file, which must be there; the lock is not taken yet. ERR_STORE for a symbolic link,
   * for anything but a regular file, for one of another user.
   */
  fileLockOpen(path: string): FileLockHandle;
  /** Whether this handle has the lock now; false when another has it. Never waits. */
  fileLockTryTake(lock: FileLockHandle): boolean;
  /** Without effect when this handle does not have the lock. */
  fileLockRelease(lock: FileLockHandle): void;
  /**
   * Has the lock held while the thread ends: it waits for it up to five seconds, and releases it
   * once the clean-up hooks have run that were added between the first time that the handle had the
   * lock and this call; whatever becomes of the handle, unless it is closed.
   */
  fileLockHoldAtEnd(lock: FileLockHandle): void;
  /** Releases the lock, and holds it at no end. */
  fileLockClose(lock: FileLockHandle): void;

  /** Makes the secret of an access key; accessKeyId: 1 to 128 bytes of UTF-8, here and below. */
  accessKeyCreate(root: RootKeyHandle, accessKeyId: string): CreatedAccessKey;
  /** Wraps a secret from elsewhere: 1 to 128 bytes, wiped after use. */
  accessKeyWrap(root: RootKeyHandle, accessKeyId: string, secret: Uint8Array): Uint8Array;
  /** Wraps a wrapped secret again, under another root key. */
  accessKeyRewrap(
    from: RootKeyHandle,
    to: RootKeyHandle,
    accessKeyId: string,
    wrappedSecret: Uint8Array,
  ): Uint8Array;
  /**
   * The SigV4 signing key of a scope. ERR_DECRYPTION_FAILED when the secret was wrapped for another access key or under
   * another root key.
   */
  signingKeyDerive(
    root: RootKeyHandle,
    accessKeyId: string,
    wrappedSecret: Uint8Array,
    date: string,
    region: string,
    service: string,
  ): SigningKeyHandle;
  /**
   * Whether `signature` (64 hexadecimal digits in lower case; anything else is none) was made of
   * `stringToSign` (at most 1,024 bytes of UTF-8; of more, none is) with this key; compares in
   * constant time.
   */
  signingKeyVerify(key: SigningKeyHandle, stringToSign: string, signature: string): boolean;
  signingKeyDispose(key: SigningKeyHandle): void;

  /** Makes a fresh audit key inside the HSM; gives its wrapped form, 72 bytes. */
  auditKeyCreate(root: RootKeyHandle): Uint8Array;
  /** ERR_DECRYPTION_FAILED when it was wrapped under another root key. */
  auditKeyOpen(root: RootKeyHandle, wrappedAuditKey: Uint8Array): AuditKeyHandle;
  /** Wraps it under another root key of the same store; it stays inside. */
  auditKeyRewrap(from: RootKeyHandle, to: RootKeyHandle, wrappedAuditKey: Uint8Array): Uint8Array;
  /** HMAC-SHA-256, 32 bytes. */
  auditKeyMac(key: AuditKeyHandle, bytes: Uint8Array): Uint8Array;
  auditKeyDispose(key: AuditKeyHandle): void;
  /** Random bytes for public values (identifiers, salts): 1 to 1024. */
  randomNonce(bytes: number): Uint8Array;
  /** Random bytes that may become keys (GenerateRandom): 1 to 1024, in an ArrayBuffer of their own. */
  randomKeyBytes(bytes: number): Uint8Array;
}

/** What the native side reports of itself. */
export interface NativeInfoRaw {
  readonly openssl: string;
  readonly aesGcm: string;
  readonly constantTime: boolean;
  readonly ia32cap: string | undefined;
  readonly memory: {
    readonly mode: 'prefer' | 'require';
    readonly backing: 'none' | 'memfd_secret' | 'mlock' | 'unlocked' | 'mixed';
    readonly bytesLocked: number;
    readonly bytesUnlocked: number;
    readonly bytesInUse: number;
    readonly bytesAllowed: number;
    readonly bytesMax: number;
    readonly bytesLarge: number;
  };
}
