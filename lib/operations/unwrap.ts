// What Decrypt and our openDataKey share: a ciphertext blob, the key that shall open it, and one
// opaque failure.

import {
  blobKeyIdKind,
  blobKeyIdOffset,
  blobKeyMaterialIdOffset,
  blobKeyMaterialIdSizeBytes,
  isCiphertextBlob,
} from '../envelope/ciphertext_blob.js';
import { isDecryptionFailure, KmsError } from '../errors.js';
import type { Addon, KmsKeyHandle } from '../hsm/index.js';
import type { KmsKey } from '../keys/kms_key.js';
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
    if (!materialIdStartsWith(material, blob, blobKeyMaterialIdOffset, blobKeyMaterialIdSizeBytes))
      continue;
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

/** One answer for a wrong context, a changed byte and a foreign blob. */
export function invalidCiphertext(): KmsError {
  return new KmsError('InvalidCiphertextException', '');
}

function incorrectKey(): KmsError {
  const message =
    'The key ID in the request does not identify a CMK that can perform this operation.';
  return new KmsError('IncorrectKeyException', message);
}
