// The ciphertext blob (also called encrypted data key) of every symmetric operation, as far as it
// can be read without a key. The HSM core makes, authenticates and opens it; docs/format.md is the
// specification.
//
//   0 format 0x4B | 1 wrap suite 0x01 | 2 key id kind | 3 zero | 4 key id (16) | 20 key material id, first half (16)
//   36 N (16) | 52 IV (12) | 64 key commitment (32) | 96 ciphertext (n) and tag (16)

import { isUint8Array } from 'node:util/types';
import { KeysteadError } from '../errors.js';
import type { KeyIdKind } from '../key_id.js';
import { formatKeyId, keyIdKinds, keyIdSizeBytes } from '../key_id.js';

/** What a blob has more than the plaintext in it. */
export const ciphertextBlobOverheadBytes = 112;
/** The longest blob that AWS's API carries. */
export const ciphertextBlobSizeBytesMax = 6144;
export const blobKeyIdOffset = 4;
export const blobKeyMaterialIdOffset = 20;
/** A blob names its key material by the first half of the material's id. */
export const blobKeyMaterialIdSizeBytes = 16;

const formatByte = 0x4b;
const wrapSuiteKbkdfGcm = 0x01;
const kindOffset = 2;

/** What {@link inspectCiphertextBlob} tells. Nothing of it is authenticated. */
export interface CiphertextBlobInfo {
  /** The format byte, 0x4B. */
  readonly format: number;
  /** 1: KBKDF with key commitment, AES-256-GCM. */
  readonly wrapSuite: number;
  /** The id of the KMS key, without Region and account: the blob does not name them. */
  readonly keyId: string;
  /** The first 32 hexadecimal digits of the KeyMaterialId. */
  readonly keyMaterialIdPrefix: string;
  /** How long the plaintext is, in bytes. */
  readonly plaintextSizeBytes: number;
}

/** True when the bytes have the outer form of a blob of a known format, suite and key id kind. */
export function isCiphertextBlob(bytes: Uint8Array): boolean {
  return (
    bytes.length > ciphertextBlobOverheadBytes &&
    bytes.length <= ciphertextBlobSizeBytesMax &&
    bytes[0] === formatByte &&
    bytes[1] === wrapSuiteKbkdfGcm &&
    (bytes[kindOffset] as number) <= keyIdKinds.multiRegion &&
    bytes[3] === 0
  );
}

/** @param blob - bytes for which {@link isCiphertextBlob} holds */
export function blobKeyIdKind(blob: Uint8Array): KeyIdKind {
  return blob[kindOffset] as KeyIdKind;
}

/** @param blob - bytes for which {@link isCiphertextBlob} holds */
export function blobKeyId(blob: Uint8Array): string {
  const bytes = blob.subarray(blobKeyIdOffset, blobKeyIdOffset + keyIdSizeBytes);
  return formatKeyId(blobKeyIdKind(blob), bytes);
}

/**
 * Tells which key and key material a ciphertext blob asks for, without any key, so that a
 * re-encryption job can find what is stale. Nothing is verified: a forged blob can say anything.
 *
 * @param blob - a CiphertextBlob or encrypted data key
 * @throws KeysteadError ERR_INVALID_ARGUMENT when the bytes are no ciphertext blob of a known
 * format
 */
export function inspectCiphertextBlob(blob: Uint8Array): CiphertextBlobInfo {
  if (!isUint8Array(blob) || !isCiphertextBlob(blob)) {
    throw new KeysteadError('ERR_INVALID_ARGUMENT', 'not a ciphertext blob of a known format');
  }
  const idEnd = blobKeyMaterialIdOffset + blobKeyMaterialIdSizeBytes;
  return {
    format: formatByte,
    wrapSuite: wrapSuiteKbkdfGcm,
    keyId: blobKeyId(blob),
    keyMaterialIdPrefix: Buffer.from(blob.subarray(blobKeyMaterialIdOffset, idEnd)).toString('hex'),
    plaintextSizeBytes: blob.length - ciphertextBlobOverheadBytes,
  };
}
