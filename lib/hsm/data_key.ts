// DataKey: 32 key bytes that stay in secure memory, and what can be done with them.

import { inspect } from 'node:util';
import { KeysteadError } from '../errors.js';
import type { DataKeyHandle } from './addon.js';
import { keepEmptiedHandle, takeEmptiedHandle } from './emptied_handles.js';
import { addon } from './native_addon.js';
import { requireOptions } from './options.js';
import { allocateCiphertext } from './output_pool.js';

/** Bytes that a box is longer than its plaintext: a 24-byte nonce before it, a 16-byte tag after it. */
export const boxOverheadBytes = 40;

/** Boxes of up to this much plaintext share memory: see output_pool.ts. */
const pooledPlaintextBytes = 4096;

/** Inputs below this many bytes are worked on at once by the async forms too: a trip to a thread costs more. */
const asyncThresholdBytes = 64 * 1024;

/** The structured clone algorithm throws at a symbol. */
const uncloneable = Symbol('DataKey');

let emptyHandle: DataKeyHandle | undefined;

/** The handle of every data key that was disposed of. */
function noKey(): DataKeyHandle {
  emptyHandle ??= addon().dataKeyEmpty();
  return emptyHandle;
}

/**
 * A 256-bit data key in secure memory. It encrypts to and decrypts from boxes (XAES-256-GCM, docs/format.md): up to 2^80
 * messages a key, each up to 64 GiB, with random nonces.
 *
 * A data key belongs to the thread that made it: it can be neither cloned nor posted; {@link DataKey.share} hands it on.
 * Its memory is wiped by {@link DataKey.dispose}, when it is garbage collected, and at exit.
 */
export class DataKey {
  // A private field: a copy of the object's properties has no handle, which by then might hold another key
  // (emptied_handles.ts).
  #handle: DataKeyHandle;
  /** @internal Cloning or posting a DataKey meets this, and is refused; a private field alone would be left out. */
  readonly uncloneable = uncloneable;

  private constructor(handle: DataKeyHandle) {
    this.#handle = handle;
  }

  /** @internal */
  static fromHandle(handle: DataKeyHandle): DataKey {
    return new DataKey(handle);
  }

  /** @internal */
  static handleOf(key: DataKey): DataKeyHandle {
    return key.#handle;
  }

  /**
   * A fresh random data key.
   *
   * @throws KeysteadError `ERR_SECURE_MEMORY`
   */
  static generate(): DataKey {
    return new DataKey(addon().dataKeyGenerate(takeEmptiedHandle()));
  }

  /**
   * Takes over key bytes from elsewhere.
   *
   * V8 keeps arrays of 64 bytes or less on its heap and copies them about, so wiping one leaves copies behind: bytes that
   * must not linger should come in a view of a larger buffer, or in one that native code made ({@link DataKey.exportPlaintext},
   * `fs.readSync` into a Buffer of more than 64 bytes).
   *
   * @param bytes - 32 bytes
   * @param options - `wipe` (default false): zero `bytes` after the copy
   * @throws KeysteadError `ERR_INVALID_ARGUMENT`, `ERR_SECURE_MEMORY`
   */
  static import(bytes: Uint8Array, options: { readonly wipe?: boolean } = {}): DataKey {
    requireOptions(options, ['wipe']);
    const { wipe = false } = options;
    if (typeof wipe !== 'boolean') {
      throw new KeysteadError('ERR_INVALID_ARGUMENT', '`wipe` must be a boolean');
    }
    return new DataKey(addon().dataKeyImport(bytes, wipe, takeEmptiedHandle()));
  }

  /**
   * Takes over the key that another thread shared.
   *
   * @param token - from {@link DataKey.share}; good for one adoption
   * @throws KeysteadError `ERR_INVALID_HANDLE` when the token was used, withdrawn or never made
   */
  static adopt(token: Uint8Array): DataKey {
    return new DataKey(addon().dataKeyAdopt(token, takeEmptiedHandle()));
  }

  /**
   * Encrypts to a new box, {@link boxOverheadBytes} longer than the plaintext.
   *
   * @param plaintext - 0 to 64 GiB - 32 bytes
   * @param aad - additional authenticated data, not stored in the box; decryption needs the same
   * @throws KeysteadError `ERR_INVALID_ARGUMENT`, `ERR_DISPOSED`, `ERR_OUT_OF_MEMORY`
   */
  encrypt(plaintext: Uint8Array, aad?: Uint8Array): Uint8Array {
    const size = sizeOf(plaintext);
    if (!(size <= pooledPlaintextBytes)) {
      return addon().dataKeyEncrypt(this.#handle, plaintext, aad);
    }
    const box = allocateCiphertext(size + boxOverheadBytes);
    const written = addon().dataKeyEncryptInto(this.#handle, plaintext, box, aad);
    // They differ where `byteLength` was redefined.
    return written === box.length ? box : box.subarray(0, written);
  }

  /**
   * Encrypts into the caller's memory and allocates nothing.
   *
   * @param out - at least {@link boxOverheadBytes} longer than the plaintext, apart from it
   * @returns the size of the box, which starts at the beginning of `out`
   * @throws KeysteadError `ERR_INVALID_ARGUMENT`, `ERR_DISPOSED`
   */
  encryptInto(plaintext: Uint8Array, out: Uint8Array, aad?: Uint8Array): number {
    return addon().dataKeyEncryptInto(this.#handle, plaintext, out, aad);
  }

  /**
   * Decrypts a box.
   *
   * @returns the plaintext, in an ArrayBuffer of its own
   * @throws KeysteadError `ERR_DECRYPTION_FAILED`, whatever the cause: another key, other associated data, changed bytes
   */
  decrypt(box: Uint8Array, aad?: Uint8Array): Uint8Array {
    return addon().dataKeyDecrypt(this.#handle, box, aad);
  }

  /**
   * Decrypts a box into the caller's memory and allocates nothing. When it fails, the memory that the plaintext would have
   * taken holds zeros.
   *
   * @param out - at least as long as the plaintext, apart from the box
   * @returns the size of the plaintext, which starts at the beginning of `out`
   * @throws KeysteadError `ERR_DECRYPTION_FAILED`, `ERR_INVALID_ARGUMENT`, `ERR_DISPOSED`
   */
  decryptInto(box: Uint8Array, out: Uint8Array, aad?: Uint8Array): number {
    return addon().dataKeyDecryptInto(this.#handle, box, out, aad);
  }

  /**
   * As {@link DataKey.encrypt}, off the main thread for 64 KiB and more. The input is copied before this returns, so the
   * caller may change or transfer it at once.
   */
  async encryptAsync(plaintext: Uint8Array, aad?: Uint8Array): Promise<Uint8Array> {
    if (isSmall(plaintext)) return this.encrypt(plaintext, aad);
    return addon().dataKeyEncryptAsync(this.#handle, plaintext, aad);
  }

  /** As {@link DataKey.decrypt}, off the main thread for 64 KiB and more. */
  async decryptAsync(box: Uint8Array, aad?: Uint8Array): Promise<Uint8Array> {
    if (isSmall(box)) return this.decrypt(box, aad);
    return addon().dataKeyDecryptAsync(this.#handle, box, aad);
  }

  /**
   * The 32 key bytes, in an ArrayBuffer of their own. They are the caller's from here: wipe them with `fill(0)` after use,
   * and copy them nowhere.
   */
  exportPlaintext(): Uint8Array {
    return addon().dataKeyExport(this.#handle);
  }

  /**
   * A token by which another thread of this process adopts the key, once. Holding the token is holding the key. It keeps
   * the key alive, past `dispose()` too, until it is adopted or the thread that shared ends.
   *
   * @throws KeysteadError `ERR_INVALID_ARGUMENT` when 65,536 tokens are waiting
   */
  share(): Uint8Array {
    return addon().dataKeyShare(this.#handle);
  }

  /** Gives the key up; its memory is wiped once no other thread and no async work uses it. Safe to call again. */
  dispose(): void {
    const handle = this.#handle;
    addon().dataKeyDispose(handle);
    if (handle === noKey()) return;
    this.#handle = noKey();
    keepEmptiedHandle(handle);
  }

  /** As {@link DataKey.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  get disposed(): boolean {
    return addon().dataKeyIsDisposed(this.#handle);
  }

  toJSON(): Record<string, never> {
    return {};
  }

  [inspect.custom](): string {
    return `DataKey { disposed: ${this.disposed} }`;
  }
}

function isSmall(bytes: Uint8Array): boolean {
  return !(sizeOf(bytes) >= asyncThresholdBytes);
}

/** NaN for anything that is no view, which the addon refuses by kind. */
function sizeOf(bytes: Uint8Array): number {
  return ArrayBuffer.isView(bytes) ? bytes.byteLength : Number.NaN;
}
