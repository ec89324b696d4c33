// The seal around every record: whoever can write the database but has no root key cannot change,
// swap or move a record unnoticed. Replaying an older record is not detected
// (docs/threat_model.md).
//
//   0 0x53 | 1 version 1 | 2 u64be record version | 10 box, its AAD: store id (16) || path || u64be record version

import { KeysteadError } from '../errors.js';
import type { Store, StoreChange, StoreEntry, StoreRange } from './store.js';

/** The one record that is not sealed. */
export const bootstrapPath = 'bootstrap';

/**
 * The record whose plaintext is the bootstrap record: it opens under the store's own root key only.
 */
export const checkPath = 'check';

const formatByte = 0x53;
const formatVersion = 1;
const versionOffset = 2;
const headerSizeBytes = 10;

/**
 * Seals and opens under the root key. `unseal` throws when the bytes were not sealed with the same
 * AAD.
 */
export interface RecordSeal {
  seal(plaintext: Uint8Array, aad: Uint8Array): Uint8Array;
  unseal(sealed: Uint8Array, aad: Uint8Array): Uint8Array;
}

/** A record that was read: what a later change is compared with. */
export interface SealedRecord {
  readonly path: string;
  readonly value: Uint8Array;
  readonly version: bigint;
  /** The bytes in the store. */
  readonly sealed: Uint8Array;
}

/** One line of a transaction on sealed records. */
export interface SealedChange {
  readonly path: string;
  /** The record as it was read; undefined: there must be none. */
  readonly before: SealedRecord | undefined;
  /** The new value; undefined removes. */
  readonly after: Uint8Array | undefined;
}

/** A root key to lock a store to. */
export interface NewSeal {
  readonly seal: RecordSeal;
  /** The bootstrap record that goes with it. */
  readonly bootstrap: Uint8Array;
  /** The contents of a record as they must be under the new root key. */
  readonly renew: (path: string, value: Uint8Array) => Uint8Array;
}

/**
 * Seals the whole store anew, in one transaction.
 *
 * @param done - called once the store is locked to the new root key, before anybody learns of it
 */
export type Reseal = (next: NewSeal, done: () => void) => Promise<void>;

const noLock = new Uint8Array(0);

/** Stands for the root key that a store is locked to: see {@link SealedStore.lock}. */
export type StoreLock = Uint8Array;

/** A {@link Store} whose values are sealed. */
export class SealedStore {
  readonly #store: Store;
  readonly #seal: RecordSeal;
  /** 16 bytes. */
  readonly storeId: Uint8Array;
  /** The check record under this root key: whoever changed it locked the store to another one. */
  #check: StoreLock | undefined;
  #relocking: Promise<unknown> = Promise.resolve();

  /** @param storeId - 16 bytes */
  constructor(store: Store, seal: RecordSeal, storeId: Uint8Array) {
    this.#store = store;
    this.#seal = seal;
    this.storeId = storeId;
  }

  /** @throws KeysteadError ERR_STORE_CORRUPT when the record does not open */
  async get(path: string): Promise<SealedRecord | undefined> {
    const sealed = await this.#store.get(path);
    return sealed === undefined ? undefined : this.#openOurs(path, sealed);
  }

  /**
   * The record, or `known` itself when the store still holds its bytes: comparing costs less than
   * opening.
   *
   * @throws KeysteadError ERR_STORE_CORRUPT when the record does not open
   */
  async getUnlessSame(
    path: string,
    known: SealedRecord | undefined,
  ): Promise<SealedRecord | undefined> {
    const sealed = await this.#store.get(path);
    if (sealed === undefined) return undefined;
    if (known !== undefined && Buffer.compare(known.sealed, sealed) === 0) return known;
    return this.#openOurs(path, sealed);
  }

  /** The paths of a range, its records unopened. */
  async paths(range: StoreRange): Promise<string[]> {
    const entries = await this.#store.range(range);
    return entries.map(({ path }) => path);
  }

  /** @throws KeysteadError ERR_STORE_CORRUPT when one of the records does not open */
  async range(range: StoreRange): Promise<SealedRecord[]> {
    const entries = await this.#store.range(range);
    const records: SealedRecord[] = [];
    for (const { path, value } of entries) records.push(await this.#openOurs(path, value));
    return records;
  }

  /**
   * @param wrappedUnder - for changes that hold what was wrapped under the root key: the lock from
   * before it was wrapped. Under another root key by now, nothing is changed.
   * @returns the records as written, one for each change that left one, once they are on disk;
   * undefined when nothing was changed because a record is not what `before` says
   */
  async commit(
    changes: readonly SealedChange[],
    wrappedUnder?: StoreLock,
  ): Promise<SealedRecord[] | undefined> {
    await this.#relocking;
    const lock = this.#check;
    if (wrappedUnder !== undefined && wrappedUnder !== lock) return undefined;
    const written = changes.map((change) => this.#next(change));
    const lines = changes.map(({ path, before }, i) => ({
      path,
      before: before?.sealed,
      after: written[i]?.sealed,
    }));
    if (await this.#store.commit([...this.#sameCheck(), ...lines]))
      return written.filter((record) => record !== undefined);
    await this.#refuseOtherLock();
    // Locked to another root key on the way, by this process itself.
    return this.#check === lock ? undefined : this.commit(changes, wrappedUnder);
  }

  /**
   * What the store is locked to: another one after a {@link relock}. Whoever wraps something under
   * the root key takes it first and hands it to {@link commit}.
   */
  get lock(): StoreLock | undefined {
    return this.#check;
  }

  /** Whether both hold the root key that the store is locked to, when the other has just opened it. */
  hasLockOf(other: SealedStore): boolean {
    return Buffer.compare(this.#check ?? noLock, other.#check ?? noLock) === 0;
  }

  /**
   * Lets the store be locked to another root key; commits wait meanwhile. A store that somebody else
   * locked to another one is left alone.
   *
   * @throws KeysteadError ERR_ROOT_KEY, ERR_STORE_CORRUPT, ERR_STORE
   */
  async relock(work: (reseal: Reseal) => Promise<void>): Promise<void> {
    const relocked = this.#relocking.then(() =>
      work(async (next, done) => {
        this.lockedBy(await this.#reseal(next));
        done();
      }),
    );
    this.#relocking = relocked.catch(() => undefined);
    await relocked.catch(async (error: unknown) => {
      await this.#refuseOtherLock();
      throw error;
    });
  }

  /** @param check - the check record as it stands in the store */
  lockedBy(check: Uint8Array): void {
    this.#check = check;
  }

  /** The bytes of a record as they stand in the store. */
  sealRecord(path: string, version: bigint, value: Uint8Array): Uint8Array {
    const box = this.#seal.seal(value, this.#aad(path, version));
    const sealed = Buffer.alloc(headerSizeBytes + box.length);
    sealed[0] = formatByte;
    sealed[1] = formatVersion;
    sealed.writeBigUInt64BE(version, versionOffset);
    sealed.set(box, headerSizeBytes);
    return sealed;
  }

  /** See {@link Store.epoch}. */
  epoch(): number {
    return this.#store.epoch();
  }

  /** See {@link Store.isInPlace}. */
  isInPlace(): boolean {
    return this.#store.isInPlace();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** @returns the check record as it stands in the store then */
  async #reseal({ seal, bootstrap, renew }: NewSeal): Promise<StoreLock> {
    const sealed = new SealedStore(this.#store, seal, this.storeId);
    const known = await this.#store.get(bootstrapPath);
    if (known === undefined) throw corruptRecord(bootstrapPath);
    let newCheck: StoreLock | undefined;
    const expected = [{ path: bootstrapPath, value: known }, ...this.#checkEntry()];
    const isDone = await this.#store.rewrite(expected, ({ path, value }) => {
      if (path === bootstrapPath) return bootstrap;
      const record = this.openRecord(path, value);
      const contents = path === checkPath ? bootstrap : renew(path, record.value);
      const after = sealed.sealRecord(path, record.version + 1n, contents);
      if (path === checkPath) newCheck = after;
      return after;
    });
    if (!isDone || newCheck === undefined) throw corruptRecord(checkPath);
    return newCheck;
  }

  /** A change that only compares: nothing is written under a root key that is the store's no more. */
  #sameCheck(): StoreChange[] {
    return this.#checkEntry().map(({ path, value }) => ({ path, before: value, after: value }));
  }

  #checkEntry(): StoreEntry[] {
    return this.#check === undefined ? [] : [{ path: checkPath, value: this.#check }];
  }

  async #openOurs(path: string, sealed: Uint8Array): Promise<SealedRecord> {
    try {
      return this.openRecord(path, sealed);
    } catch (error) {
      if (path !== checkPath) await this.#refuseOtherLock();
      throw error;
    }
  }

  /** @throws KeysteadError ERR_ROOT_KEY when the store was locked to another root key meanwhile */
  async #refuseOtherLock(): Promise<void> {
    await this.#relocking;
    const expected = this.#check;
    if (expected === undefined) return;
    const check = await this.#store.get(checkPath);
    if (check !== undefined && Buffer.compare(check, expected) === 0) return;
    throw new KeysteadError(
      'ERR_ROOT_KEY',
      'the store was locked to another root key meanwhile: open it anew',
    );
  }

  #next({ path, before, after }: SealedChange): SealedRecord | undefined {
    if (after === undefined) return undefined;
    const version = (before?.version ?? 0n) + 1n;
    return { path, value: after, version, sealed: this.sealRecord(path, version, after) };
  }

  /** @throws KeysteadError ERR_STORE_CORRUPT when the bytes are not the record of the path */
  openRecord(path: string, sealed: Uint8Array): SealedRecord {
    if (
      sealed.length <= headerSizeBytes ||
      sealed[0] !== formatByte ||
      sealed[1] !== formatVersion
    ) {
      throw corruptRecord(path);
    }
    const version = Buffer.from(sealed).readBigUInt64BE(versionOffset);
    try {
      const value = this.#seal.unseal(sealed.subarray(headerSizeBytes), this.#aad(path, version));
      return { path, value, version, sealed };
    } catch (cause) {
      throw isOpeningFailure(cause) ? corruptRecord(path) : cause;
    }
  }

  #aad(path: string, version: bigint): Uint8Array {
    const versionBytes = Buffer.alloc(8);
    versionBytes.writeBigUInt64BE(version);
    return Buffer.concat([this.storeId, Buffer.from(path, 'utf8'), versionBytes]);
  }
}

/**
 * The error for a record that is not what Keystead wrote. It names the path, never the contents.
 */
export function corruptRecord(path: string): KeysteadError {
  return new KeysteadError(
    'ERR_STORE_CORRUPT',
    `the store's record ${path} was changed or does not belong there`,
  );
}

/**
 * A box too short to be one is as corrupt as one that does not verify; a lack of memory is not the
 * record's fault.
 */
function isOpeningFailure(error: unknown): boolean {
  const code = error instanceof KeysteadError ? error.code : undefined;
  return code === 'ERR_DECRYPTION_FAILED' || code === 'ERR_INVALID_ARGUMENT';
}
