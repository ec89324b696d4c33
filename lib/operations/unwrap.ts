// What Decrypt and our openDataKey share: a ciphertext blob, the key that shall open it, and one
// opaque failure.

import {
  blobKeyIdKind,
  blobKeyIdOffset,
  blobKeyMaterialIdOffset,
  blobKeyMaterialIdSizeBytes,
  isCiphertextBlob,
} from '../envelope/ciphertext_blob.js';
import { isDecryptionFailure, KeysteadError, KmsError } from '../errors.js';
import type { Addon, KmsKeyHandle } from '../hsm/index.js';
import type { KeyMaterial, KmsKey } from '../keys/kms_key.js';
import { materialIdStartsWith } from '../keys/kms_key.js';
import type { Engine } from './operation.js';

/** The HSM's call: gives what is in the blob, or throws ERR_DECRYPTION_FAILED. */
export type OpenBlob<T> = (
  hsm: Addon,
  handle: KmsKeyHandle,
  blob: Uint8Array,
  encryptionContext: Uint8Array | undefined,
) => T;

/** What came out, and the material that opened it. */
export interface Unwrapped<T> {
  readonly value: T;
  readonly keyMaterialId: string;
}

/**
 * Opens the blob with the material that it names.
 *
 * @throws KmsError IncorrectKeyException when the blob is another key's;
 * InvalidCiphertextException, without a word why
 */
export function unwrap<T>(
  blob: Uint8Array,
  encryptionContext: Uint8Array | undefined,
  key: KmsKey,
  { hsm, registry }: Engine,
  open: OpenBlob<T>,
): Unwrapped<T> {
  if (!isCiphertextBlob(blob)) throw invalidCiphertext();
  if (!key.hasId(blobKeyIdKind(blob), blob, blobKeyIdOffset)) throw incorrectKey();
  for (const material of key.materials) {
    if (!isOfMaterial(blob, material)) continue;
    const handle = registry.handle(key, material);
    try {
      return {
        value: open(hsm, handle, blob, encryptionContext),
        keyMaterialId: material.keyMaterialId,
      };
    } catch (error) {
      // Two materials may share the 16 bytes that the blob names: each is tried.
      if (!isDecryptionFailure(error)) throw error;
    }
  }
  throw invalidCiphertext();
}

/** The HSM's call for many blobs: what is in each, or why it did not open. */
export type OpenBlobs<T> = (
  hsm: Addon,
  handle: KmsKeyHandle,
  blobs: readonly Uint8Array[],
) => readonly (T | KeysteadError)[];

/** Opens many blobs of one key as {@link unwrap} opens one. */
export function unwrapEach<T extends object>(
  blobs: readonly Uint8Array[],
  key: KmsKey,
  { hsm, registry }: Engine,
  open: OpenBlobs<T>,
): PromiseSettledResult<Unwrapped<T>>[] {
  const answers: (PromiseSettledResult<Unwrapped<T>> | undefined)[] = blobs.map((blob) =>
    refusalOf(blob, key),
  );
  for (const material of key.materials) {
    const places = [...blobs.keys()].filter(
      (i) => answers[i] === undefined && isOfMaterial(blobs[i] as Uint8Array, material),
    );
    if (places.length === 0) continue;
    const { keyMaterialId } = material;
    const opened = open(
      hsm,
      registry.handle(key, material),
      places.map((i) => blobs[i] as Uint8Array),
    );
    places.forEach((place, i) => {
      const value = opened[i] as T | KeysteadError;
      if (!(value instanceof KeysteadError))
        answers[place] = { status: 'fulfilled', value: { value, keyMaterialId } };
      else if (!isDecryptionFailure(value)) answers[place] = { status: 'rejected', reason: value };
    });
  }
  return answers.map((answer) => answer ?? { status: 'rejected', reason: invalidCiphertext() });
}

function refusalOf(blob: Uint8Array, key: KmsKey): PromiseSettledResult<never> | undefined {
  if (!isCiphertextBlob(blob)) return { status: 'rejected', reason: invalidCiphertext() };
  if (key.hasId(blobKeyIdKind(blob), blob, blobKeyIdOffset)) return undefined;
  return { status: 'rejected', reason: incorrectKey() };
}

function isOfMaterial(blob: Uint8Array, material: KeyMaterial): boolean {
  return materialIdStartsWith(material, blob, blobKeyMaterialIdOffset, blobKeyMaterialIdSizeBytes);
}

/** One answer for a wrong context, a changed byte and a foreign blob. */
export function invalidCiphertext(): KmsError {
  return new KmsError('InvalidCiphertextException', '');
}

function incorrectKey(): KmsError {
  const message =
    'The key ID in the request does not identify a CMK that can perform this operation.';
  return new KmsError('IncorrectKeyException', message);
}
