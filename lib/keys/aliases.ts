// Aliases: made, moved and deleted, each together with the records of the keys that it names.

import { aliasArn } from '../arn.js';
import { KmsError } from '../errors.js';
import type { SealedRecord } from '../store/sealed_store.js';
import type { AliasRecord } from './alias_record.js';
import {
  aliasNamePattern,
  aliasPath,
  decodeAliasRecord,
  encodeAliasRecord,
} from './alias_record.js';
import { encodeKeyRecord } from './key_record.js';
import type { KmsKey } from './kms_key.js';
import type { KeyRegistry } from './registry.js';
import { aliasNotFound } from './registry.js';

/** AWS's quota (KMS resource quotas). */
export const aliasesPerKeyMax = 50;

/** An alias as it is stored. */
export interface StoredAlias {
  readonly sealed: SealedRecord;
  readonly record: AliasRecord;
}

/** @throws KmsError NotFoundException */
export async function findAlias(
  registry: KeyRegistry,
  account: string,
  region: string,
  aliasName: string,
): Promise<StoredAlias> {
  const alias = await readAlias(registry, account, region, aliasName);
  if (alias === undefined) throw aliasNotFound(aliasArn(account, region, aliasName));
  return alias;
}

/** @returns undefined when there is no such alias */
export async function readAlias(
  { ground }: KeyRegistry,
  account: string,
  region: string,
  aliasName: string,
): Promise<StoredAlias | undefined> {
  if (!aliasNamePattern.test(aliasName)) return undefined;
  const sealed = await ground.store.get(aliasPath(account, region, aliasName));
  return sealed && { sealed, record: decodeAliasRecord(sealed.value) };
}

/**
 * Makes an alias of the key.
 *
 * @param admit - called with the key as it is stored now; throws when the change is not allowed
 * @throws KmsError AlreadyExistsException, LimitExceededException, NotFoundException
 */
export async function createAlias(
  registry: KeyRegistry,
  key: KmsKey,
  aliasName: string,
  admit: (key: KmsKey) => void,
): Promise<void> {
  const { store, nowMs } = registry.ground;
  const path = aliasPath(key.account, key.region, aliasName);
  await registry.change(key, async (current) => {
    admit(current);
    if ((await store.get(path)) !== undefined)
      throw aliasExists(aliasArn(key.account, key.region, aliasName));
    const createdAtMs = nowMs();
    const alias = { targetKeyId: key.keyId, createdAtMs, updatedAtMs: createdAtMs };
    return {
      record: { ...current.record, aliasNames: withAlias(current, aliasName) },
      also: [{ path, before: undefined, after: encodeAliasRecord(alias) }],
    };
  });
}

/**
 * Lets an alias name another key.
 *
 * @param admit - called with both keys as they are stored now
 * @throws KmsError NotFoundException, LimitExceededException
 */
export async function updateAlias(
  registry: KeyRegistry,
  key: KmsKey,
  aliasName: string,
  admit: (target: KmsKey, old: KmsKey | undefined) => void,
): Promise<void> {
  const { account, region } = key;
  const { nowMs } = registry.ground;
  await registry.change(key, async (current) => {
    const alias = await findAlias(registry, account, region, aliasName);
    const { targetKeyId } = alias.record;
    const old = await registry.find({ account, region, keyId: targetKeyId });
    admit(current, old);
    const isSame = targetKeyId === current.keyId;
    const after = encodeAliasRecord({
      ...alias.record,
      targetKeyId: current.keyId,
      updatedAtMs: nowMs(),
    });
    const also = [{ path: alias.sealed.path, before: alias.sealed, after }];
    if (isSame || old === undefined) return { record: withTarget(current, aliasName), also };
    const oldRecord = { ...old.record, aliasNames: withoutAlias(old, aliasName) };
    return {
      record: withTarget(current, aliasName),
      also: [...also, { path: old.path, before: old.sealed, after: encodeKeyRecord(oldRecord) }],
    };
  });
}

/** Deletes an alias of the key. @throws KmsError NotFoundException */
export async function deleteAlias(
  registry: KeyRegistry,
  key: KmsKey,
  aliasName: string,
  admit: (key: KmsKey) => void,
): Promise<void> {
  const { account, region } = key;
  await registry.change(key, async (current) => {
    const alias = await findAlias(registry, account, region, aliasName);
    if (alias.record.targetKeyId !== current.keyId) throw movedMeanwhile(aliasName);
    admit(current);
    return {
      record: { ...current.record, aliasNames: withoutAlias(current, aliasName) },
      also: [{ path: alias.sealed.path, before: alias.sealed, after: undefined }],
    };
  });
}

function withTarget(key: KmsKey, aliasName: string) {
  if (key.record.aliasNames.includes(aliasName)) return key.record;
  return { ...key.record, aliasNames: withAlias(key, aliasName) };
}

function withAlias({ record, arn }: KmsKey, aliasName: string): string[] {
  const own = record.aliasNames.filter((name) => !name.startsWith('alias/aws/'));
  if (own.length >= aliasesPerKeyMax) throw tooManyAliases(arn);
  return [...record.aliasNames, aliasName];
}

function withoutAlias({ record }: KmsKey, aliasName: string): string[] {
  return record.aliasNames.filter((name) => name !== aliasName);
}

function aliasExists(arn: string): KmsError {
  return new KmsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
}

function tooManyAliases(arn: string): KmsError {
  return new KmsError('LimitExceededException', `${arn} has ${aliasesPerKeyMax} aliases already`);
}

function movedMeanwhile(aliasName: string): KmsError {
  return new KmsError('ConflictException', `${aliasName} was given to another key meanwhile`);
}
