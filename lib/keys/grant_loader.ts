// Brings the grants of a key from the store: all of them when the key is new to the process, else
// those that were changed since it last looked. One load of a key goes after the other.

import { setImmediate } from 'node:timers/promises';
import { keyArn } from '../arn.js';
import type { SealedRecord, SealedStore } from '../store/sealed_store.js';
import { grantPath, grantsPrefix } from './grant_record.js';
import { GrantSet, toStoredGrant } from './grant_set.js';
import type { KeyRecord } from './key_record.js';
import type { KeyLocation } from './kms_key.js';

/** Grants read in one piece; requests come in between. */
const batchSize = 500;

export class GrantLoader {
  readonly #store: SealedStore;
  readonly #loads = new Map<string, Promise<GrantSet | undefined>>();

  constructor(store: SealedStore) {
    this.#store = store;
  }

  /**
   * @param record - of the key: its grants are at least as new as it is
   * @param known - what the process has of them, brought up to date in place
   * @throws KeysteadError ERR_STORE_CORRUPT and the ground's failures
   */
  async load(
    location: KeyLocation,
    record: KeyRecord,
    known: GrantSet | undefined,
  ): Promise<GrantSet> {
    if (record.grantCount === 0) return GrantSet.empty;
    const path = grantsPrefix(location.account, location.region, location.keyId);
    const before = this.#loads.get(path) ?? Promise.resolve(known);
    const mine = before.then((set) => this.#update(location, record, set ?? known));
    const settled = mine.catch(() => undefined);
    this.#loads.set(path, settled);
    try {
      return await mine;
    } finally {
      if (this.#loads.get(path) === settled) this.#loads.delete(path);
    }
  }

  #update(
    location: KeyLocation,
    record: KeyRecord,
    known: GrantSet | undefined,
  ): Promise<GrantSet> | GrantSet {
    if (known === undefined || known === GrantSet.empty) return this.#loadAll(location, record);
    const missed = record.grantsVersion - known.version;
    if (missed <= 0) return known;
    if (missed > record.grantChanges.length) return this.#loadAll(location, record);
    return this.#catchUp(location, record, known, record.grantChanges.slice(-missed));
  }

  async #catchUp(
    location: KeyLocation,
    record: KeyRecord,
    set: GrantSet,
    grantIds: readonly string[],
  ): Promise<GrantSet> {
    for (const grantId of grantIds) {
      const sealed = await this.#store.get(grantPath(location, grantId));
      if (sealed === undefined) set.delete(grantId);
      else add(set, sealed, location, record);
    }
    set.version = record.grantsVersion;
    return set;
  }

  /** What changes while the pages are read, the next version of the record tells. */
  async #loadAll(location: KeyLocation, record: KeyRecord): Promise<GrantSet> {
    const prefix = grantsPrefix(location.account, location.region, location.keyId);
    const set = new GrantSet();
    let after: string | undefined;
    for (;;) {
      const page = await this.#store.range({ prefix, after, limit: batchSize });
      for (const sealed of page) add(set, sealed, location, record);
      if (page.length < batchSize) break;
      after = page.at(-1)?.path;
      await setImmediate();
    }
    set.version = record.grantsVersion;
    return set;
  }
}

function add(
  set: GrantSet,
  sealed: SealedRecord,
  { account, region, keyId }: KeyLocation,
  record: KeyRecord,
): void {
  set.add(toStoredGrant(sealed, keyArn(account, region, keyId), record));
}
