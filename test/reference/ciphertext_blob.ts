// docs/format.md §5: the ciphertext blob, encoder beside decoder.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { gcmDecrypt, gcmEncrypt } from './aes_gcm.js';
import { ascii, byte, concat, u32be } from './bytes.js';
import { type KeyId, keyMaterialId } from './key_material.js';
import { ivBytes, keyIdBytes, tagBytes, wrappedPlaintextMaxBytes } from './limits.js';
import { accept } from './rejected.js';

const format = 0x4b;
const wrapSuite = 0x01;
const saltBytes = 16;
const ivOffset = 52;
const commitmentOffset = 64;
const headerBytes = 96;
const derivedBits = 512;
const label = ascii('keystead/edk/v1');

/** What the header claims; nothing is authenticated until the blob is unwrapped. */
export interface BlobHeader {
  readonly keyId: KeyId;
  /** First half of the key material id, 16 bytes. */
  readonly keyMaterialIdHalf: Uint8Array;
}

export interface BlobKeys {
  /** SP 800-108r1 fixed input data, the same for both blocks. */
  readonly fixedInput: Uint8Array;
  readonly key: Uint8Array;
  readonly commitment: Uint8Array;
}

/** Everything a writer of real blobs draws at random. */
export interface BlobRandomness {
  /** N, 16 bytes. */
  readonly salt: Uint8Array;
  /** 12 bytes. */
  readonly iv: Uint8Array;
}

export function deriveBlobKeys(
  keyMaterial: Uint8Array,
  head: Uint8Array,
  encryptionContext: Uint8Array,
): BlobKeys {
  const contextHash = createHash('sha256').update(encryptionContext).digest();
  const fixedInput = concat(label, byte(0), head, contextHash, u32be(derivedBits));
  const block = (counter: number) =>
    new Uint8Array(
      createHmac('sha256', keyMaterial).update(u32be(counter)).update(fixedInput).digest(),
    );
  return { fixedInput, key: block(1), commitment: block(2) };
}

/** The first 64 bytes of a blob. */
export function encodeBlobHead(
  keyId: KeyId,
  materialId: Uint8Array,
  { salt, iv }: BlobRandomness,
): Uint8Array {
  const fixed = Uint8Array.of(format, wrapSuite, keyId.kind, 0);
  return concat(fixed, keyId.bytes, materialId.subarray(0, 16), salt, iv);
}

export function wrapWithRandomness(
  keyMaterial: Uint8Array,
  keyId: KeyId,
  plaintext: Uint8Array,
  encryptionContext: Uint8Array,
  randomness: BlobRandomness,
): Uint8Array {
  if (plaintext.length < 1 || plaintext.length > wrappedPlaintextMaxBytes) {
    throw new RangeError('expected a plaintext of 1 to 4096 bytes');
  }
  const head = encodeBlobHead(keyId, keyMaterialId(keyMaterial, keyId), randomness);
  const { key, commitment } = deriveBlobKeys(keyMaterial, head, encryptionContext);
  const header = concat(head, commitment);
  const aad = concat(header, encryptionContext);
  return concat(header, gcmEncrypt(key, randomness.iv, aad, plaintext));
}

export function readBlobHeader(blob: Uint8Array): BlobHeader {
  const plaintextBytes = blob.length - headerBytes - tagBytes;
  accept(plaintextBytes >= 1 && plaintextBytes <= wrappedPlaintextMaxBytes);
  const [formatByte, suite, kind, reserved] = blob;
  accept(formatByte === format && suite === wrapSuite && reserved === 0);
  accept(kind === 0 || kind === 1);
  const keyIdEnd = 4 + keyIdBytes;
  return {
    keyId: { kind, bytes: blob.slice(4, keyIdEnd) },
    keyMaterialIdHalf: blob.slice(keyIdEnd, ivOffset - saltBytes),
  };
}

/** `keyMaterial` and `keyId` belong to the key that the header names. */
export function unwrap(
  keyMaterial: Uint8Array,
  keyId: KeyId,
  blob: Uint8Array,
  encryptionContext: Uint8Array,
): Uint8Array {
  const header = readBlobHeader(blob);
  const half = keyMaterialId(keyMaterial, keyId).subarray(0, 16);
  accept(header.keyId.kind === keyId.kind && Buffer.compare(header.keyId.bytes, keyId.bytes) === 0);
  accept(Buffer.compare(header.keyMaterialIdHalf, half) === 0);
  const head = blob.subarray(0, commitmentOffset);
  const { key, commitment } = deriveBlobKeys(keyMaterial, head, encryptionContext);
  accept(timingSafeEqual(commitment, blob.subarray(commitmentOffset, headerBytes)));
  const aad = concat(blob.subarray(0, headerBytes), encryptionContext);
  const iv = blob.subarray(ivOffset, ivOffset + ivBytes);
  return gcmDecrypt(key, iv, aad, blob.subarray(headerBytes));
}
