// The record of a KMS key in the store: everything that the key is and everything that restricts
// its use, in one value, so that nothing can be taken away from it alone.

import { KeysteadError } from '../errors.js';
import type { KeyState } from '../types.js';

const recordFormat = 1;

/** One version of a key's material. */
export interface KeyMaterialRecord {
  /** 64 hexadecimal digits: the KeyMaterialId. */
  readonly keyMaterialId: string;
  /** Wrapped under the root key, Base64. */
  readonly wrapped: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** A KMS key as it is stored. Its path tells account, Region and key id. */
export interface KeyRecord {
  readonly format: typeof recordFormat;
  readonly createdAtMs: number;
  readonly description: string;
  readonly keySpec: 'SYMMETRIC_DEFAULT';
  readonly keyUsage: 'ENCRYPT_DECRYPT';
  readonly origin: 'AWS_KMS';
  readonly keyManager: 'CUSTOMER';
  readonly keyState: KeyState;
  /** Every material that ciphertexts may still need; the last one is current. */
  readonly keyMaterials: readonly KeyMaterialRecord[];
  /** The aliases that name the key: bounded by AWS, and gone with it. */
  readonly aliasNames: readonly string[];
}

/** Where a key's record is. */
export function keyPath(account: string, region: string, keyId: string): string {
  return `key/${account}/${region}/${keyId}`;
}

/** A new key's record. */
export function newKeyRecord(description: string, material: KeyMaterialRecord): KeyRecord {
  return {
    format: recordFormat,
    createdAtMs: material.createdAtMs,
    description,
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    keyManager: 'CUSTOMER',
    keyState: 'Enabled',
    keyMaterials: [material],
    aliasNames: [],
  };
}

export function encodeKeyRecord(record: KeyRecord): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify(record), 'utf8'));
}

/** @param bytes - as they came out of the seal: what is in them, Keystead wrote */
export function decodeKeyRecord(bytes: Uint8Array): KeyRecord {
  return decodeRecord<KeyRecord>(bytes, recordFormat);
}

/** @throws KeysteadError ERR_STORE when a newer version of Keystead wrote the record */
export function decodeRecord<T extends { format: number }>(
  bytes: Uint8Array,
  format: T['format'],
): T {
  const record = JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
  if (record.format === format) return record;
  throw new KeysteadError('ERR_STORE', 'the store holds a record of a newer version of Keystead');
}
