// When each key was last used, and for what: kept in memory and written at intervals, never on the
// way of a request. A crash loses the uses since the last writing.

import type { SealedChange, SealedStore } from '../store/sealed_store.js';
import { decodeRecord, encodeRecord, keyPath } from './key_record.js';
import type { KeyLocation, KmsKey } from './kms_key.js';

const recordFormat = 1;
/** Uses written in one transaction. */
const batchSize = 100;

/** The last use of a key. */
export interface KeyUsage {
  /** AWS's name of the operation. */
  readonly operation: string;
  /** Milliseconds since 1970. */
  readonly usedAtMs: number;
}

interface UsageRecord extends KeyUsage {
  readonly format: typeof recordFormat;
}

interface Pending {
  readonly location: KeyLocation;
  operation: string;
  usedAtMs: number;
}

/** Where the last use of a key is told. */
export function usagePath({ account, region, keyId }: KeyLocation): string {
  return `usage/${account}/${region}/${keyId}`;
}

export class UsageTracker {
  readonly #store: SealedStore;
  readonly #pending = new Map<string, Pending>();

  constructor(store: SealedStore) {
    this.#store = store;
  }

  /** Remembers a use of the key. */
  record(key: KmsKey, operation: string, usedAtMs: number): void {
    const pending = this.#pending.get(key.path);
    if (pending === undefined) {
      this.#pending.set(key.path, { location: key, operation, usedAtMs });
      return;
    }
    pending.operation = operation;
    pending.usedAtMs = usedAtMs;
  }

  /** The last use known to this process and to the store. */
  async lastUse(key: KmsKey): Promise<KeyUsage | undefined> {
    const record = await this.#read(key);
    const pending = this.#pending.get(key.path);
    return pending !== undefined && isLater(pending, record) ? pending : record;
  }

  /**
   * Writes what was not written yet. What another process wrote later stays; what could not be
   * written waits for the next time.
   */
  async flush(): Promise<void> {
    const pending = [...this.#pending.values()];
    for (let i = 0; i < pending.length; i += batchSize) {
      const batch = pending.slice(i, i + batchSize);
      const written = batch.map(({ usedAtMs }) => usedAtMs);
      const changes = await Promise.all(batch.map((use) => this.#change(use)));
      const isDone = await this.#store.commit(changes.filter((change) => change !== undefined));
      if (isDone === undefined) continue;
      batch.forEach((use, j) => {
        if (use.usedAtMs === written[j]) this.#pending.delete(keyPathOf(use.location));
      });
    }
  }

  async #read(location: KeyLocation): Promise<UsageRecord | undefined> {
    const sealed = await this.#store.get(usagePath(location));
    return sealed && decodeRecord<UsageRecord>(sealed.value, recordFormat);
  }

  async #change({ location, operation, usedAtMs }: Pending): Promise<SealedChange | undefined> {
    const path = usagePath(location);
    const before = await this.#store.get(path);
    const known = before && decodeRecord<UsageRecord>(before.value, recordFormat);
    if (!isLater({ usedAtMs }, known)) return undefined;
    const record = { format: recordFormat, operation, usedAtMs } satisfies UsageRecord;
    return { path, before, after: encodeRecord(record) };
  }
}

function keyPathOf({ account, region, keyId }: KeyLocation): string {
  return keyPath(account, region, keyId);
}

function isLater({ usedAtMs }: { usedAtMs: number }, known: KeyUsage | undefined): boolean {
  return known === undefined || usedAtMs > known.usedAtMs;
}
