// The record of a KMS key in the store: everything that the key is and everything that restricts
// its use, in one value, so that nothing can be taken away from it alone.

import { defaultKeyPolicy } from '../authorization/index.js';
import { KeysteadError } from '../errors.js';
import type { KeyState } from '../types.js';

/** The first format, from before keys had policies. */
const firstFormat = 1;
const recordFormat = 2;

/** Why a material took the place of the one before it. */
export type RotationType = 'AUTOMATIC' | 'ON_DEMAND';

/** One version of a key's material. */
export interface KeyMaterialRecord {
  /** 64 hexadecimal digits: the KeyMaterialId. */
  readonly keyMaterialId: string;
  /** Wrapped under the root key, Base64. */
  readonly wrapped: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Absent from the material that the key was made with. */
  readonly rotationType?: RotationType;
}

/** Automatic rotation, while it is enabled. */
export interface RotationRecord {
  readonly periodInDays: number;
  readonly nextAtMs: number;
}

/** A KMS key as it is stored. Its path tells account, Region and key id. Times are milliseconds since 1970. */
export interface KeyRecord {
  readonly format: typeof recordFormat;
  readonly createdAtMs: number;
  readonly description: string;
  readonly keySpec: 'SYMMETRIC_DEFAULT';
  readonly keyUsage: 'ENCRYPT_DECRYPT';
  readonly origin: 'AWS_KMS';
  readonly keyManager: 'CUSTOMER' | 'AWS';
  readonly keyState: KeyState;
  /** When the key is destroyed; there while deletion is pending. */
  readonly deletionAtMs?: number;
  /** Every material that ciphertexts may still need; the last one is current. */
  readonly keyMaterials: readonly KeyMaterialRecord[];
  /** Absent while automatic rotation is disabled. */
  readonly rotation?: RotationRecord;
  /** When a rotation on demand was asked for that was not done yet. */
  readonly onDemandRotationAtMs?: number;
  /** The key policy, as it was written. */
  readonly policy: string;
  /** The unique ids of the users and roles that the policy names, as they were when it was written. */
  readonly policyBindings: Readonly<Record<string, string>>;
  /** Name and value, in no order: a list, since a name may be `__proto__`. */
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** The aliases that name the key: bounded by AWS, and gone with it. */
  readonly aliasNames: readonly string[];
  /** How many grants there are in records of their own: grants only allow, so losing one widens nothing. */
  readonly grantCount: number;
  /** Raised with every change of the grants, so that who knows this record knows them too. */
  readonly grantsVersion: number;
  /** The ids of the grants changed last, newest last, so that who knew them then need not read all. */
  readonly grantChanges: readonly string[];
}

/** A key as the first format tells of it. */
export type FirstKeyRecord = Omit<
  KeyRecord,
  'format' | 'policy' | 'policyBindings' | 'tags' | 'grantCount' | 'grantsVersion' | 'grantChanges'
> & { readonly format: typeof firstFormat };

/** Where all keys are. */
export const keyPathPrefix = 'key/';

/** Where a key's record is. */
export function keyPath(account: string, region: string, keyId: string): string {
  return `${keysPrefix(account, region)}${keyId}`;
}

/** Where the keys of an account and Region are. */
export function keysPrefix(account: string, region: string): string {
  return `${keyPathPrefix}${account}/${region}/`;
}

/** What a new key is made of, besides its material. */
export type NewKey = Pick<
  KeyRecord,
  'description' | 'policy' | 'policyBindings' | 'tags' | 'keyManager'
> &
  Pick<Partial<KeyRecord>, 'rotation' | 'aliasNames'>;

const noGrants = { grantCount: 0, grantsVersion: 0, grantChanges: [] };

/** A new key's record. */
export function newKeyRecord(key: NewKey, material: KeyMaterialRecord): KeyRecord {
  return {
    format: recordFormat,
    createdAtMs: material.createdAtMs,
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    keyState: 'Enabled',
    keyMaterials: [material],
    aliasNames: [],
    ...noGrants,
    ...key,
  };
}

export function encodeKeyRecord(record: KeyRecord | FirstKeyRecord): Uint8Array {
  return encodeRecord(record);
}

/** @param bytes - as they came out of the seal: what is in them, Keystead wrote */
export function decodeKeyRecord(bytes: Uint8Array): KeyRecord | FirstKeyRecord {
  return decodeRecord<KeyRecord | FirstKeyRecord>(bytes, firstFormat, recordFormat);
}

/**
 * A key of the first format served every caller of its own account and nobody else, which is what
 * the default key policy says as far as one can say it now.
 *
 * @param account - whose key it is
 */
export function completeKeyRecord(record: KeyRecord | FirstKeyRecord, account: string): KeyRecord {
  if (record.format === recordFormat) return record;
  return {
    ...record,
    format: recordFormat,
    policy: defaultKeyPolicy(account),
    policyBindings: {},
    tags: [],
    ...noGrants,
  };
}

export function encodeRecord(record: { readonly format: number }): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify(record), 'utf8'));
}

/** @throws KeysteadError ERR_STORE when a newer version of Keystead wrote the record */
export function decodeRecord<T extends { format: number }>(
  bytes: Uint8Array,
  ...formats: readonly T['format'][]
): T {
  const record = JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
  if (formats.includes(record.format)) return record;
  throw new KeysteadError('ERR_STORE', 'the store holds a record of a newer version of Keystead');
}
