// Does what is due: destroys keys whose waiting period is over and rotates key material. Every
// change is a compare-and-swap, so that among several processes each job is done once.

import type { SealedChange } from '../store/sealed_store.js';
import type { DueEntry } from './due.js';
import { dueAtMs, duePrefix, toDueEntry } from './due.js';
import { decodeGrantRecord, grantsPrefix } from './grant_record.js';
import { retirableMark } from './grants.js';
import type { KmsKey } from './kms_key.js';
import type { KeyRegistry } from './registry.js';
import { isDestructionDue } from './registry.js';
import { rotate, rotationDue } from './rotation.js';
import { usagePath } from './usage.js';

/** Jobs looked up at a time, and grants removed in one transaction. */
const batchSize = 100;

/** How many jobs of each kind were done by this process. */
export interface DueReport {
  readonly keysDestroyed: number;
  readonly keysRotated: number;
}

/** Does everything that is due now. */
export async function runDueJobs(registry: KeyRegistry): Promise<DueReport> {
  const { store, nowMs } = registry.ground;
  const report = { keysDestroyed: 0, keysRotated: 0 };
  let after: string | undefined;
  for (;;) {
    const page = await store.range({
      prefix: duePrefix,
      limit: batchSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const sealed of page) {
      const entry = toDueEntry(sealed);
      if (entry.timeMs > nowMs()) return report;
      await runDueJob(registry, entry, report);
      after = sealed.path;
    }
    if (page.length < batchSize) return report;
  }
}

async function runDueJob(
  registry: KeyRegistry,
  entry: DueEntry,
  report: { keysDestroyed: number; keysRotated: number },
): Promise<void> {
  const key = await registry.findEvenDue(entry.location);
  if (key === undefined || isDestructionDue(key.record, registry.ground.nowMs())) {
    if (key !== undefined && (await registry.destroy(key))) report.keysDestroyed += 1;
    await sweep(registry, entry);
    return;
  }
  if (await rotateIfDue(registry, key)) report.keysRotated += 1;
  await forgetStaleEntry(registry, entry);
}

async function rotateIfDue(registry: KeyRegistry, key: KmsKey): Promise<boolean> {
  let rotated = false;
  await registry.change(key, (current) => {
    const nowMs = registry.ground.nowMs();
    const type = rotationDue(current.record, nowMs);
    rotated = type !== undefined;
    if (type === undefined) return undefined;
    const material = registry.newMaterial(current.keyIdKind, current.keyIdBytes, nowMs);
    return { record: rotate(current.record, type, material) };
  });
  return rotated;
}

/** The index names a key for a time at which nothing of it is due any more. */
async function forgetStaleEntry(registry: KeyRegistry, { sealed, timeMs, location }: DueEntry) {
  const key = await registry.find(location);
  if (key !== undefined && dueAtMs(key.record) === timeMs) return;
  await registry.ground.store.commit([{ path: sealed.path, before: sealed, after: undefined }]);
}

/** What a destroyed key leaves behind. Its line in the index goes last, so that a crash resumes. */
async function sweep(registry: KeyRegistry, { sealed, location }: DueEntry): Promise<void> {
  const { store } = registry.ground;
  const { account, region, keyId } = location;
  if ((await registry.findEvenDue(location)) !== undefined) return;
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
  const usage = await store.get(usagePath(location));
  await store.commit([
    { path: sealed.path, before: sealed, after: undefined },
    ...(usage === undefined ? [] : [{ path: usage.path, before: usage, after: undefined }]),
  ]);
}
