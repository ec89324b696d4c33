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
  operation: string;
  /** Milliseconds since 1970. */
  usedAtMs: number;
}

interface UsageRecord extends KeyUsage {
  readonly format: typeof recordFormat;
}

interface Pending extends KeyUsage {
  readonly location: KeyLocation;
}

/** Where the last use of a key is told. */
export function usagePath({ account, region, keyId }: KeyLocation): string {
  return `usage/${account}/${region}/${keyId}`;
}

/** The last uses that this process knows of, one for each key. */
export class UsageTracker {
  readonly #store: SealedStore;
  readonly #pending = new Map<string, Pending>();

  constructor(store: SealedStore) {
    this.#store = store;
  }

  /** Remembers a use of the key. */
  record({ path, account, region, keyId }: KmsKey, operation: string, usedAtMs: number): void {
    const pending = this.#pending.get(path);
    if (pending === undefined) {
      const location = { account, region, keyId };
      this.#pending.set(path, { location, operation, usedAtMs });
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
   * written waits for the next time, and its failure is thrown once all the rest is written.
   *
   * @throws KeysteadError ERR_STORE_CORRUPT and the ground's failures
   */
  async flush(): Promise<void> {
    const pending = [...this.#pending.values()];
    const failures: unknown[] = [];
    for (let i = 0; i < pending.length; i += batchSize) {
      const batch = pending.slice(i, i + batchSize);
      await this.#write(batch, failures);
    }
    if (failures.length > 0) throw failures[0];
  }

  async #write(batch: readonly Pending[], failures: unknown[]): Promise<void> {
    const changes: SealedChange[] = [];
    const done: [pending: Pending, writtenAtMs: number][] = [];
    for (const pending of batch) {
      const { usedAtMs } = pending;
      try {
        changes.push(...(await this.#change(pending)));
        done.push([pending, usedAtMs]);
      } catch (error) {
        failures.push(error);
      }
    }
    if (changes.length > 0 && (await this.#store.commit(changes)) === undefined) return;
    for (const [pending, writtenAtMs] of done) this.#forget(pending, writtenAtMs);
  }

  /** Unless it was used again meanwhile. */
  #forget(pending: Pending, writtenAtMs: number): void {
    const { account, region, keyId } = pending.location;
    const path = keyPath(account, region, keyId);
    if (pending.usedAtMs === writtenAtMs && this.#pending.get(path) === pending)
      this.#pending.delete(path);
  }

  async #read(location: KeyLocation): Promise<UsageRecord | undefined> {
    const sealed = await this.#store.get(usagePath(location));
    return sealed && decodeRecord<UsageRecord>(sealed.value, recordFormat);
  }

  /** Nothing for a key that is gone, and where a later use is known. */
  async #change({ location, operation, usedAtMs }: Pending): Promise<SealedChange[]> {
    const { account, region, keyId } = location;
    const path = usagePath(location);
    const before = await this.#store.get(path);
    const known = before && decodeRecord<UsageRecord>(before.value, recordFormat);
    if (!isLater({ usedAtMs }, known)) return [];
    if ((await this.#store.get(keyPath(account, region, keyId))) === undefined) return [];
    const record = { format: recordFormat, operation, usedAtMs } satisfies UsageRecord;
    return [{ path, before, after: encodeRecord(record) }];
  }
}

function isLater({ usedAtMs }: { usedAtMs: number }, known: KeyUsage | undefined): boolean {
  return known === undefined || usedAtMs > known.usedAtMs;
}
