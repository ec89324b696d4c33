// What is due when: the destruction of keys and the rotation of their material. Each key that waits
// for something has one record in an index by time, changed together with the key's own record. The
// index only says where to look: what is done is decided by the key's record.

import type { SealedChange, SealedStore } from '../store/sealed_store.js';
import { markRecord } from './grant_record.js';
import type { KeyRecord } from './key_record.js';
import type { KeyLocation } from './kms_key.js';

/** Holds every time that a Date can hold. */
const timeDigits = 16;

export const duePrefix = 'due/';

/** When the next thing is due that the key waits for. */
export function dueAtMs(record: KeyRecord | undefined): number | undefined {
  if (record === undefined) return undefined;
  const times = [record.deletionAtMs, record.onDemandRotationAtMs, automaticRotationAtMs(record)];
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The material of a key that is not enabled is not rotated; an overdue rotation waits for it. */
export function automaticRotationAtMs({ keyState, rotation }: KeyRecord): number | undefined {
  return keyState === 'Enabled' ? rotation?.nextAtMs : undefined;
}

/** True when the key's waiting period is over, whether or not somebody has swept it up. */
export function isDestructionDue(
  { deletionAtMs }: Pick<KeyRecord, 'deletionAtMs'>,
  nowMs: number,
): boolean {
  return deletionAtMs !== undefined && deletionAtMs <= nowMs;
}

/** Where the index tells of the key. */
export function duePath(timeMs: number, { account, region, keyId }: KeyLocation): string {
  const time = String(Math.max(0, Math.floor(timeMs))).padStart(timeDigits, '0');
  return `${duePrefix}${time}/${account}/${region}/${keyId}`;
}

/** A line of the index. */
export interface DueEntry {
  readonly path: string;
  readonly timeMs: number;
  readonly location: KeyLocation;
}

/** What a path of the index says. */
export function toDueEntry(path: string): DueEntry {
  const [, time, account, region, keyId] = path.split('/') as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { path, timeMs: Number(time), location: { account, region, keyId } };
}

/** The changes of the index that go with a change of a key's record. */
export async function dueChanges(
  store: SealedStore,
  location: KeyLocation,
  before: KeyRecord | undefined,
  after: KeyRecord | undefined,
): Promise<SealedChange[]> {
  const from = dueAtMs(before);
  const to = dueAtMs(after);
  if (from === to) return [];
  const changes: SealedChange[] = [];
  if (from !== undefined) {
    const path = duePath(from, location);
    const known = await store.get(path);
    if (known !== undefined) changes.push({ path, before: known, after: undefined });
  }
  if (to !== undefined) {
    const path = duePath(to, location);
    // Written anew when it is there: whoever is about to remove it as out of date must not succeed.
    changes.push({ path, before: await store.get(path), after: markRecord });
  }
  return changes;
}
