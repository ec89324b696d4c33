// Grants: made and removed together with the version of the grants in the key's record, and found by
// the principals that may retire them.

import { randomBytes } from 'node:crypto';
import { findSameGrant } from '../authorization/index.js';
import { KmsError } from '../errors.js';
import type { SealedRecord, SealedStore } from '../store/sealed_store.js';
import type { GrantRecord } from './grant_record.js';
import { encodeGrantRecord, grantPath, markRecord, retirablePrefix } from './grant_record.js';
import type { StoredGrant } from './grant_set.js';
import { compileGrantRecord } from './grant_set.js';
import type { KeyRecord } from './key_record.js';
import type { KeyLocation, KmsKey } from './kms_key.js';
import type { KeyRegistry, Page } from './registry.js';

/** AWS's quota (KMS resource quotas). */
export const grantsPerKeyMax = 50_000;

const grantIdSizeBytes = 32;
/** Changes that a process may have missed before it reads all grants anew. */
const grantChangesMax = 16;

/** What a new grant is made of. */
export type NewGrant = Omit<GrantRecord, 'format' | 'createdAtMs'>;

/**
 * Makes a grant, or finds the one that a request with the same name and parameters made before.
 *
 * @param admit - called with the key as it is stored now; throws when the change is not allowed
 * @returns the grant's id
 * @throws KmsError LimitExceededException
 */
export async function createGrant(
  registry: KeyRegistry,
  key: KmsKey,
  newGrant: NewGrant,
  admit: (key: KmsKey) => void,
): Promise<string> {
  let grantId = randomBytes(grantIdSizeBytes).toString('hex');
  await registry.change(key, (current) => {
    admit(current);
    const grant = compileGrantRecord(grantId, newGrant, key.arn, current.record);
    const same = findSameGrant(current.grants.named(newGrant.name), grant);
    if (same !== undefined) {
      grantId = same.grantId;
      return undefined;
    }
    if (current.record.grantCount >= grantsPerKeyMax) throw tooManyGrants(current.arn);
    const record = { ...newGrant, createdAtMs: registry.ground.nowMs() };
    return {
      tells: { grantId },
      record: countGrants(current, grantId, +1),
      also: [
        { path: grantPath(current, grantId), before: undefined, after: encodeGrantRecord(record) },
        ...retirablePaths(current, grantId, record).map((path) => ({
          path,
          before: undefined,
          after: markRecord,
        })),
      ],
    };
  });
  return grantId;
}

/**
 * Removes a grant of the key.
 *
 * @param admit - called with the key as it is stored now; throws when the change is not allowed
 * @throws KmsError NotFoundException when there is no such grant
 */
export async function removeGrant(
  registry: KeyRegistry,
  key: KmsKey,
  grantId: string,
  admit: (key: KmsKey) => void,
): Promise<void> {
  const { store } = registry.ground;
  await registry.change(key, async (current) => {
    admit(current);
    const { record } = findGrant(current, grantId);
    const grant = await store.get(grantPath(current, grantId));
    const mark = await retirableMark(store, current, grantId, record);
    const removed = [grant, mark].filter((sealed) => sealed !== undefined);
    return {
      record: countGrants(current, grantId, -1),
      also: removed.map((sealed) => ({ path: sealed.path, before: sealed, after: undefined })),
    };
  });
}

/** @throws KmsError InvalidArnException, ValidationException when the grant cannot be */
export function checkGrant(newGrant: NewGrant, key: KmsKey): void {
  compileGrantRecord('', newGrant, key.arn, key.record);
}

/** @throws KmsError NotFoundException */
export function findGrant(key: KmsKey, grantId: string): StoredGrant {
  const stored = key.grants.get(grantId);
  if (stored !== undefined) return stored;
  throw grantNotFound(grantId);
}

export function grantNotFound(grantId: string): KmsError {
  return new KmsError('NotFoundException', `Grant ID ${grantId} not found`);
}

/** Where a grant is that a principal may retire. */
export interface RetirableGrant extends KeyLocation {
  readonly grantId: string;
  /** Its place in the list. */
  readonly name: string;
}

/** A page of the grants in a Region, of any account, that a principal may retire. */
export async function listRetirableGrants(
  { ground }: KeyRegistry,
  region: string,
  principal: string,
  { after, limit }: Page,
): Promise<RetirableGrant[]> {
  const prefix = retirablePrefix(region, principal);
  const start = after === undefined ? {} : { after: `${prefix}${after}` };
  const marks = await ground.store.range({ prefix, ...start, limit });
  return marks.map(({ path }) => {
    const name = path.slice(prefix.length);
    const [account, keyId, grantId] = name.split('/') as [string, string, string];
    return { account, region, keyId, grantId, name };
  });
}

/** The record by which the grant's retiring principal finds it. */
export async function retirableMark(
  store: SealedStore,
  location: KeyLocation,
  grantId: string,
  grant: Omit<GrantRecord, 'format'>,
): Promise<SealedRecord | undefined> {
  const [path] = retirablePaths(location, grantId, grant);
  return path === undefined ? undefined : store.get(path);
}

function retirablePaths(
  { account, region, keyId }: KeyLocation,
  grantId: string,
  { retiringPrincipal, retiringServicePrincipal }: Omit<GrantRecord, 'format'>,
): string[] {
  const principal = retiringPrincipal ?? retiringServicePrincipal;
  if (principal === undefined) return [];
  return [`${retirablePrefix(region, principal)}${account}/${keyId}/${grantId}`];
}

function countGrants({ record }: KmsKey, grantId: string, change: 1 | -1): KeyRecord {
  return {
    ...record,
    grantCount: record.grantCount + change,
    grantsVersion: record.grantsVersion + 1,
    grantChanges: [...record.grantChanges, grantId].slice(-grantChangesMax),
  };
}

function tooManyGrants(arn: string): KmsError {
  return new KmsError('LimitExceededException', `${arn} has ${grantsPerKeyMax} grants already`);
}
