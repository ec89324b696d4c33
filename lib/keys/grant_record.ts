// The record of a grant in the store. It never changes: a grant is made, and it is retired or
// revoked. A second, empty record lets a principal find the grants that it may retire.

import { createHash } from 'node:crypto';
import { accountRootArn } from '../arn.js';
import type { GrantEntryConstraints } from '../authorization/index.js';
import { decodeRecord, encodeRecord } from './key_record.js';
import type { KeyLocation } from './kms_key.js';

const recordFormat = 1;

/** A grant as it is stored. Its path tells account, Region, key id and grant id. */
export interface GrantRecord {
  readonly format: typeof recordFormat;
  readonly createdAtMs: number;
  readonly name?: string | undefined;
  readonly granteePrincipal?: string | undefined;
  readonly granteeServicePrincipal?: string | undefined;
  readonly retiringPrincipal?: string | undefined;
  readonly retiringServicePrincipal?: string | undefined;
  /** 12 digits: the account of whoever created it. */
  readonly issuingAccount: string;
  readonly operations: readonly string[];
  readonly constraints?: GrantEntryConstraints | undefined;
  /** The unique ids of the users and roles it names, as they were when it was made. */
  readonly bindings: Readonly<Record<string, string>>;
}

/** How a grant calls a principal: an account goes by the ARN of its root. */
export function principalName(principal: string): string {
  return /^\d{12}$/.test(principal) ? accountRootArn(principal) : principal;
}

/** Where the grants of a key are. */
export function grantsPrefix(account: string, region: string, keyId: string): string {
  return `grant/${account}/${region}/${keyId}/`;
}

/** Where a grant's record is. */
export function grantPath({ account, region, keyId }: KeyLocation, grantId: string): string {
  return `${grantsPrefix(account, region, keyId)}${grantId}`;
}

/** Where, in a Region, the grants are listed that a principal may retire. */
export function retirablePrefix(region: string, principal: string): string {
  const digest = createHash('sha256').update(principal, 'utf8').digest('hex');
  return `retirable/${region}/${digest}/`;
}

export function encodeGrantRecord(grant: Omit<GrantRecord, 'format'>): Uint8Array {
  return encodeRecord({ format: recordFormat, ...grant } satisfies GrantRecord);
}

export function decodeGrantRecord(bytes: Uint8Array): GrantRecord {
  return decodeRecord<GrantRecord>(bytes, recordFormat);
}

/** A record that says all it has to say by its path. */
export const markRecord: Uint8Array = encodeRecord({ format: recordFormat });
