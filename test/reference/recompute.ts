// Every vector again, from its inputs alone, by the reference implementation.

import { createHash } from 'node:crypto';
import {
  hmac,
  sealTokenWithNonce,
  sessionTokenAad,
  signingKey,
  wrappedSecretAad,
  wrapSecretWithNonce,
} from './access_key.js';
import { ascii, byte, concat, hex, unhex } from './bytes.js';
import { deriveBlobKeys, encodeBlobHead, wrapWithRandomness } from './ciphertext_blob.js';
import { serializeEncryptionContext } from './encryption_context.js';
import type {
  AccessKeyVector,
  BlobVector,
  BoxVector,
  EncryptionContextVector,
  FormatVectors,
  KeyMaterialVector,
  RootKeyVector,
  SessionTokenVector,
  StoreRecordVector,
} from './format_vectors.js';
import { named } from './format_vectors.js';
import { keyMaterialId, wrapKeyMaterialWithNonce, wrappedKeyMaterialAad } from './key_material.js';
import type { RootKeyPurpose } from './root_key.js';
import { deriveFromRootKey } from './root_key.js';
import { sealWithNonce } from './sealed.js';
import { sealRecordWithNonce, storeRecordAad } from './store_record.js';
import { deriveXaes } from './xaes.js';

export function recomputeRootKey(vector: RootKeyVector): RootKeyVector {
  const { rootKey, storeId } = vector;
  const derive = (purpose: RootKeyPurpose) =>
    hex(deriveFromRootKey(unhex(rootKey), unhex(storeId), purpose));
  return {
    rootKey,
    storeId,
    wrappingKey: derive('wrap'),
    storeKey: derive('store'),
    accessKeyKey: derive('access-key'),
  };
}

export function recomputeEncryptionContext(
  vector: EncryptionContextVector,
): EncryptionContextVector {
  const serialized = serializeEncryptionContext(vector.pairs);
  const sha256 = createHash('sha256').update(serialized).digest('hex');
  return { name: vector.name, pairs: vector.pairs, serialized: hex(serialized), sha256 };
}

export function recomputeKeyMaterial(
  vector: KeyMaterialVector,
  root: RootKeyVector,
): KeyMaterialVector {
  const keyId = { kind: vector.keyIdKind, bytes: unhex(vector.keyId) };
  const material = unhex(vector.keyMaterial);
  const id = keyMaterialId(material, keyId);
  const label = ascii('keystead/key-material-id/v1');
  const wrappingKey = unhex(root.wrappingKey);
  return {
    ...vector,
    keyMaterialIdMessage: hex(concat(label, byte(0), byte(keyId.kind), keyId.bytes)),
    keyMaterialId: hex(id),
    wrapAad: hex(wrappedKeyMaterialAad(keyId, id)),
    wrappedKeyMaterial: hex(
      wrapKeyMaterialWithNonce(wrappingKey, unhex(vector.wrapNonce), keyId, material),
    ),
  };
}

export function recomputeBlob(vector: BlobVector, vectors: FormatVectors): BlobVector {
  const key = named(vectors.keyMaterials, vector.keyMaterial);
  const keyId = { kind: key.keyIdKind, bytes: unhex(key.keyId) };
  const material = unhex(key.keyMaterial);
  const context = unhex(named(vectors.encryptionContexts, vector.encryptionContext).serialized);
  const randomness = { salt: unhex(vector.n), iv: unhex(vector.iv) };
  const head = encodeBlobHead(keyId, unhex(key.keyMaterialId), randomness);
  const derived = deriveBlobKeys(material, head, context);
  const blob = wrapWithRandomness(material, keyId, unhex(vector.plaintext), context, randomness);
  return {
    ...vector,
    fixedInput: hex(derived.fixedInput),
    k: hex(derived.key),
    c: hex(derived.commitment),
    aad: hex(concat(head, derived.commitment, context)),
    blob: hex(blob),
  };
}

export function recomputeBox(vector: BoxVector): BoxVector {
  const key = unhex(vector.dataKey);
  const nonce = unhex(vector.nonce);
  const { L, K1, M1, M2, Kx, Nx } = deriveXaes(key, nonce);
  const box = sealWithNonce(key, nonce, unhex(vector.plaintext), unhex(vector.aad));
  return {
    ...vector,
    l: hex(L),
    k1: hex(K1),
    m1: hex(M1),
    m2: hex(M2),
    kx: hex(Kx),
    nx: hex(Nx),
    box: hex(box),
  };
}

export function recomputeStoreRecord(
  vector: StoreRecordVector,
  root: RootKeyVector,
): StoreRecordVector {
  const place = { storeId: unhex(root.storeId), path: vector.path };
  const version = BigInt(vector.recordVersion);
  const contents = new TextEncoder().encode(vector.contents);
  const [key, nonce] = [unhex(root.storeKey), unhex(vector.nonce)];
  return {
    ...vector,
    aad: hex(storeRecordAad(place, version)),
    value: hex(sealRecordWithNonce(key, nonce, place, version, contents)),
  };
}

export function recomputeAccessKey(vector: AccessKeyVector, root: RootKeyVector): AccessKeyVector {
  const { accessKeyId, nonce, stringToSign } = vector;
  const secret = ascii(vector.secretAccessKey);
  const key = signingKey(secret, vector);
  const wrapped = wrapSecretWithNonce(unhex(root.accessKeyKey), unhex(nonce), accessKeyId, secret);
  return {
    ...vector,
    aad: hex(wrappedSecretAad(accessKeyId)),
    wrappedSecret: hex(wrapped),
    signingKey: hex(key),
    signature: hex(hmac(key, stringToSign)),
  };
}

export function recomputeSessionToken(
  vector: SessionTokenVector,
  root: RootKeyVector,
): SessionTokenVector {
  const { accessKeyId, contents, nonce } = vector;
  const bytes = new TextEncoder().encode(contents);
  return {
    ...vector,
    aad: hex(sessionTokenAad(accessKeyId)),
    token: hex(sealTokenWithNonce(unhex(root.storeKey), unhex(nonce), accessKeyId, bytes)),
  };
}
