// Does what is due: destroys keys whose waiting period is over and rotates key material. Every
// change is a compare-and-swap, so that among several processes each job is done once.

import { setImmediate } from 'node:timers/promises';
import { KmsError } from '../errors.js';
import type { SealedChange } from '../store/sealed_store.js';
import { aliasPath, decodeAliasRecord } from './alias_record.js';
import type { DueEntry } from './due.js';
import { dueAtMs, duePrefix, isDestructionDue, toDueEntry } from './due.js';
import type { NewWitness } from './due_witness.js';
import { decodeGrantRecord, grantsPrefix } from './grant_record.js';
import { retirableMark } from './grants.js';
import type { KmsKey } from './kms_key.js';
import type { KeyRegistry } from './registry.js';
import { rotate, rotationDue } from './rotation.js';
import { usagePath } from './usage.js';

/** Jobs looked up at a time, and grants removed in one transaction. */
const batchSize = 100;

/** How many jobs of each kind were done by this process. */
export interface DueReport {
  readonly keysDestroyed: number;
  readonly keysRotated: number;
}

/** A round of due jobs, as of one moment. */
interface Round {
  readonly registry: KeyRegistry;
  readonly newWitness: NewWitness;
  readonly nowMs: number;
  keysDestroyed: number;
  keysRotated: number;
}

/**
 * Does everything that is due now. A job that fails holds up no other: it is tried again with the
 * next round, and its failure is thrown once all the others are done.
 *
 * @param newWitness - who is told of each job
 * @throws KeysteadError ERR_STORE_CORRUPT and the ground's failures
 */
export async function runDueJobs(
  registry: KeyRegistry,
  newWitness: NewWitness = () => undefined,
): Promise<DueReport> {
  const round: Round = {
    registry,
    newWitness,
    nowMs: registry.ground.nowMs(),
    keysDestroyed: 0,
    keysRotated: 0,
  };
  const failures: unknown[] = [];
  for await (const entry of dueEntries(round)) {
    await runDueJob(round, entry).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
  const { keysDestroyed, keysRotated } = round;
  return { keysDestroyed, keysRotated };
}

/** Only the paths are looked at: a line that was changed names its key all the same. */
async function* dueEntries({ registry, nowMs }: Round): AsyncGenerator<DueEntry, void, undefined> {
  const { store } = registry.ground;
  let after: string | undefined;
  for (;;) {
    const paths = await store.paths({ prefix: duePrefix, after, limit: batchSize });
    for (const path of paths) {
      const entry = toDueEntry(path);
      if (entry.timeMs > nowMs) return;
      yield entry;
    }
    if (paths.length < batchSize) return;
    after = paths.at(-1);
    // Requests come in between.
    await setImmediate();
  }
}

async function runDueJob(round: Round, entry: DueEntry): Promise<void> {
  const { registry, nowMs } = round;
  const key = await registry.findEvenDue(entry.location);
  if (key === undefined) return sweep(registry, entry);
  if (isDestructionDue(key.record, nowMs)) {
    if (!(await destroy(round, key))) return;
    round.keysDestroyed += 1;
    return sweep(registry, entry);
  }
  while (await rotateIfDue(round, key)) round.keysRotated += 1;
  await forgetStaleEntry(registry, entry);
}

/**
 * Removes the key's record, and with it the material, and its aliases. Its grants are gone from then
 * on.
 *
 * @returns false when the key was changed meanwhile
 */
async function destroy({ registry, newWitness }: Round, key: KmsKey): Promise<boolean> {
  const { store } = registry.ground;
  const witness = newWitness();
  const paths = key.record.aliasNames.map((name) => aliasPath(key.account, key.region, name));
  const aliases = await Promise.all(paths.map((path) => store.get(path)));
  const written = await store.commit([
    { path: key.path, before: key.sealed, after: undefined },
    ...aliases
      .filter((alias) => alias !== undefined)
      // An alias can have been moved from a key whose time was over to another one.
      .filter(({ value }) => decodeAliasRecord(value).targetKeyId === key.keyId)
      .map((alias) => ({ path: alias.path, before: alias, after: undefined })),
    ...(witness?.commits('DeleteKey', key) ?? []),
  ]);
  if (written === undefined) return false;
  await witness?.committed();
  return true;
}

async function rotateIfDue({ registry, nowMs, newWitness }: Round, key: KmsKey): Promise<boolean> {
  const witness = newWitness();
  let rotated = false;
  const change = registry.change(key, (current) => {
    const type = rotationDue(current.record, nowMs);
    rotated = type !== undefined;
    if (type === undefined) return undefined;
    const material = registry.newMaterial(current.keyIdKind, current.keyIdBytes, nowMs);
    const also = witness?.commits('RotateKey', current) ?? [];
    return { record: rotate(current.record, type, material), also };
  });
  return change.then(
    async () => {
      if (rotated) await witness?.committed();
      return rotated;
    },
    (error: unknown) => {
      // Its time came meanwhile, or somebody else has destroyed it.
      if (error instanceof KmsError && error.code === 'NotFoundException') return false;
      throw error;
    },
  );
}

/** The index names a key for a time at which nothing of it is due any more. */
async function forgetStaleEntry(
  registry: KeyRegistry,
  { path, timeMs, location }: DueEntry,
): Promise<void> {
  const { store } = registry.ground;
  // The line first: whoever makes the key due at this time again writes it anew.
  const before = await store.get(path);
  const key = await registry.findEvenDue(location);
  if (before === undefined || (key !== undefined && dueAtMs(key.record) === timeMs)) return;
  await store.commit([{ path, before, after: undefined }]);
}

/** What a destroyed key leaves behind. Its line in the index goes last, so that a crash resumes. */
async function sweep(registry: KeyRegistry, { path, location }: DueEntry): Promise<void> {
  const { store } = registry.ground;
  const { account, region, keyId } = location;
  const prefix = grantsPrefix(account, region, keyId);
  for (;;) {
    const grants = await store.range({ prefix, limit: batchSize });
    if (grants.length === 0) break;
    const changes: SealedChange[] = grants.map((grant) => ({
      path: grant.path,
      before: grant,
      after: undefined,
    }));
    for (const grant of grants) {
      const grantId = grant.path.slice(prefix.length);
      const mark = await retirableMark(store, location, grantId, decodeGrantRecord(grant.value));
      if (mark !== undefined) changes.push({ path: mark.path, before: mark, after: undefined });
    }
    // Another process sweeping the same key is as good.
    if ((await store.commit(changes)) === undefined) return;
  }
  const left = [await store.get(usagePath(location)), await store.get(path)];
  const changes = left
    .filter((record) => record !== undefined)
    .map((record) => ({ path: record.path, before: record, after: undefined }));
  if (changes.length > 0) await store.commit(changes);
}
