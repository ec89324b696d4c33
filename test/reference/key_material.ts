// docs/format.md §4 and §8: key ids, the key material id, and key material wrapped for the store.

import { createHmac } from 'node:crypto';
import { ascii, byte, concat } from './bytes.js';
import { keyBytes, tagBytes, xaesNonceBytes } from './limits.js';
import { accept } from './rejected.js';
import { sealWithNonce, unseal } from './sealed.js';

export interface KeyId {
  /** 0 UUID, 1 `mrk-`. */
  readonly kind: number;
  /** 16 bytes. */
  readonly bytes: Uint8Array;
}

const materialIdLabel = concat(ascii('keystead/key-material-id/v1'), byte(0));
const wrapLabel = concat(ascii('keystead/key-material/v1'), byte(0));

export function keyMaterialId(keyMaterial: Uint8Array, keyId: KeyId): Uint8Array {
  const message = concat(materialIdLabel, byte(keyId.kind), keyId.bytes);
  return new Uint8Array(createHmac('sha256', keyMaterial).update(message).digest());
}

export function wrappedKeyMaterialAad(keyId: KeyId, materialId: Uint8Array): Uint8Array {
  return concat(wrapLabel, byte(keyId.kind), keyId.bytes, materialId);
}

export function wrapKeyMaterialWithNonce(
  wrappingKey: Uint8Array,
  nonce: Uint8Array,
  keyId: KeyId,
  keyMaterial: Uint8Array,
): Uint8Array {
  const aad = wrappedKeyMaterialAad(keyId, keyMaterialId(keyMaterial, keyId));
  return sealWithNonce(wrappingKey, nonce, keyMaterial, aad);
}

export function unwrapKeyMaterial(
  wrappingKey: Uint8Array,
  wrapped: Uint8Array,
  keyId: KeyId,
  materialId: Uint8Array,
): Uint8Array {
  accept(wrapped.length === xaesNonceBytes + keyBytes + tagBytes);
  return unseal(wrappingKey, wrapped, wrappedKeyMaterialAad(keyId, materialId));
}
