// The records of IAM in the store. Everything that restricts a user or role stands in its one
// record, and absence means refusal: nothing can be taken away from a subject alone. A policy that a
// record names and that is gone denies everything.

import { decodeRecord, encodeRecord } from '../keys/key_record.js';
import type { EntityKind } from './iam_arn.js';

const recordFormat = 1;

/** Name and value, in no order: a list, since a name may be `__proto__`. */
export type TagList = readonly (readonly [name: string, value: string])[];

/** A managed policy as a user or role names it: one made again under the name is another. */
export interface PolicyLink {
  readonly arn: string;
  readonly policyId: string;
}

/** An access key, in the record of its user or account. */
export interface AccessKeyRecord {
  readonly accessKeyId: string;
  readonly active: boolean;
  readonly createdAtMs: number;
  /** The secret, wrapped under the root key, Base64. */
  readonly wrappedSecret: string;
}

interface Entity {
  readonly format: typeof recordFormat;
  /** `AIDA…`, `AROA…`, `ANPA…` */
  readonly id: string;
  /** As it was given: the record's path has it in lower case. */
  readonly name: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly tags: TagList;
}

/** What users and roles have in common. */
export interface Subject extends Entity {
  readonly inlinePolicies: readonly (readonly [name: string, document: string])[];
  readonly attachedPolicies: readonly PolicyLink[];
  readonly permissionsBoundary?: PolicyLink | undefined;
}

export interface UserRecord extends Subject {
  readonly accessKeys: readonly AccessKeyRecord[];
}

export interface RoleRecord extends Subject {
  readonly trustPolicy: string;
  /** The unique ids of users and roles that the trust policy names, as they were when it was written. */
  readonly trustBindings: Readonly<Record<string, string>>;
  readonly description?: string | undefined;
  readonly maxSessionDurationSeconds: number;
}

/** One version of a managed policy's document. */
export interface PolicyVersionRecord {
  /** `v1` */
  readonly versionId: string;
  readonly document: string;
  readonly createdAtMs: number;
}

export interface PolicyRecord extends Entity {
  readonly description?: string | undefined;
  readonly updatedAtMs: number;
  readonly versions: readonly PolicyVersionRecord[];
  readonly defaultVersionId: string;
  /** The number of the next version: numbers are not used twice. */
  readonly nextVersion: number;
  /** How many users and roles it is attached to. */
  readonly attachmentCount: number;
  /** How many users and roles it is the boundary of. */
  readonly boundaryCount: number;
}

/** What IAM keeps of an account itself: the access keys of its root. */
export interface AccountRecord {
  readonly format: typeof recordFormat;
  readonly accessKeys: readonly AccessKeyRecord[];
}

/** Whose an access key is. The secret stands with the owner: without it this says nothing. */
export interface AccessKeyOwner {
  readonly format: typeof recordFormat;
  readonly account: string;
  /** Absent for a key of the account's root. */
  readonly userName?: string | undefined;
}

/** The records under each kind of path. */
export interface Records {
  readonly user: UserRecord;
  readonly role: RoleRecord;
  readonly policy: PolicyRecord;
}

/** Where everything of IAM is but the owners of access keys. */
export const iamPrefix = 'iam/';

/** Where an entity's record is. Names are not told apart by case (IAM User Guide, quotas). */
export function entityPath(account: string, kind: EntityKind, name: string): string {
  return `${entitiesPrefix(account, kind)}${name.toLowerCase()}`;
}

export function entitiesPrefix(account: string, kind: EntityKind): string {
  return `${iamPrefix}${account}/${kind}/`;
}

export function accountPath(account: string): string {
  return `${iamPrefix}${account}/account`;
}

export function accessKeyPath(accessKeyId: string): string {
  return `access-key/${accessKeyId}`;
}

export function encodeIamRecord<T extends object>(record: Omit<T, 'format'>): Uint8Array {
  return encodeRecord({ format: recordFormat, ...record });
}

/** @throws KeysteadError ERR_STORE when a newer version of Keystead wrote the record */
export function decodeIamRecord<T extends { format: typeof recordFormat }>(bytes: Uint8Array): T {
  return decodeRecord<T>(bytes, recordFormat);
}
