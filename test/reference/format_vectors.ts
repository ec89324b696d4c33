// test/fixtures/format_vectors.json, typed: the vectors of docs/format.md §10. Byte strings are lower-case hexadecimal.

import { readFileSync } from 'node:fs';

export interface EncryptionContextVector {
  readonly name: string;
  readonly pairs: readonly (readonly [string, string])[];
  readonly serialized: string;
  readonly sha256: string;
}

export interface RootKeyVector {
  readonly rootKey: string;
  readonly storeId: string;
  readonly wrappingKey: string;
  readonly storeKey: string;
  readonly accessKeyKey: string;
}

export interface PassphraseVector {
  readonly passphrase: string;
  readonly salt: string;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
  readonly rootKey: string;
}

export interface KeyMaterialVector {
  readonly name: string;
  readonly keyIdText: string;
  readonly keyIdKind: number;
  readonly keyId: string;
  readonly keyMaterial: string;
  readonly keyMaterialIdMessage: string;
  readonly keyMaterialId: string;
  /** Under the wrapping key of the one root key vector. */
  readonly wrapNonce: string;
  readonly wrapAad: string;
  readonly wrappedKeyMaterial: string;
}

export interface BlobVector {
  readonly name: string;
  /** The `name` of a key material vector. */
  readonly keyMaterial: string;
  /** The `name` of an encryption context vector. */
  readonly encryptionContext: string;
  readonly plaintext: string;
  readonly n: string;
  readonly iv: string;
  readonly fixedInput: string;
  readonly k: string;
  readonly c: string;
  readonly aad: string;
  readonly blob: string;
}

export interface BoxVector {
  readonly name: string;
  readonly dataKey: string;
  readonly nonce: string;
  readonly plaintext: string;
  readonly aad: string;
  readonly l: string;
  readonly k1: string;
  readonly m1: string;
  readonly m2: string;
  readonly kx: string;
  readonly nx: string;
  readonly box: string;
}

export interface StoreRecordVector {
  readonly name: string;
  readonly path: string;
  readonly recordVersion: number;
  readonly contents: string;
  readonly nonce: string;
  readonly aad: string;
  readonly value: string;
}

export interface AccessKeyVector {
  readonly name: string;
  readonly accessKeyId: string;
  /** Text. */
  readonly secretAccessKey: string;
  /** Under the access key key of the one root key vector. */
  readonly nonce: string;
  readonly aad: string;
  readonly wrappedSecret: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signingKey: string;
  /** Text. */
  readonly stringToSign: string;
  readonly signature: string;
}

export interface SessionTokenVector {
  readonly name: string;
  readonly accessKeyId: string;
  /** Text. */
  readonly contents: string;
  readonly nonce: string;
  readonly aad: string;
  readonly token: string;
}

export interface FormatVectors {
  readonly rootKey: RootKeyVector;
  readonly passphrases: readonly PassphraseVector[];
  readonly encryptionContexts: readonly EncryptionContextVector[];
  readonly keyMaterials: readonly KeyMaterialVector[];
  readonly blobs: readonly BlobVector[];
  readonly boxes: readonly BoxVector[];
  readonly storeRecords: readonly StoreRecordVector[];
  readonly accessKeys: readonly AccessKeyVector[];
  readonly sessionTokens: readonly SessionTokenVector[];
}

export function loadFormatVectors(): FormatVectors {
  const file = new URL('../fixtures/format_vectors.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as FormatVectors;
}

/** The vector called `name`. */
export function named<T extends { readonly name: string }>(vectors: readonly T[], name: string): T {
  const found = vectors.find((vector) => vector.name === name);
  if (!found) throw new RangeError(`no vector is called ${name}`);
  return found;
}
