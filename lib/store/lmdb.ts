// The embedded store: LMDB, one file that several processes of a machine share.

import { chmod, open as openFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { RootDatabase } from 'lmdb';
import { KeysteadError } from '../errors.js';
import { fileIdentity } from './file_identity.js';
import { makeFolders } from './folder.js';
import { makeForOwnerAlone, refuseForeignFile } from './lmdb_file.js';
import { lmdbPackage } from './lmdb_package.js';
import type { Store, StoreChange, StoreEntry, StoreRange } from './store.js';
import { checkStorePath, holdsBefore, storeClosed, storeReplaced } from './store.js';
import type { StoreEpoch } from './store_epoch.js';
import { GateWait, gateWaitMs, type StoreGate, takeGate } from './store_gate.js';

/** Entries read at a time when all are rewritten. */
const rewriteBatchSize = 1000;
/** How often an open begins anew because the files were replaced while it waited. */
const replacementsMax = 10;

type Database = RootDatabase<Uint8Array, Buffer>;

/** What all who open one database share. */
export interface LmdbShared {
  readonly epoch: StoreEpoch;
  readonly gate: StoreGate;
}

/** A {@link Store} in an LMDB file. */
export class LmdbStore implements Store {
  readonly #database: Database;
  readonly #file: string;
  readonly #identity: string | undefined;
  readonly #epoch: StoreEpoch;
  readonly #gate: StoreGate;
  readonly #gateWaitMs: number;
  /** Commits and backups on their way: the database is closed after them. */
  readonly #works = new Set<Promise<unknown>>();
  #isInPlace = true;
  #closing: Promise<void> | undefined;

  private constructor(file: string, shared: LmdbShared, waitMs: number) {
    this.#file = file;
    this.#epoch = shared.epoch;
    this.#gate = shared.gate;
    this.#gateWaitMs = waitMs;
    this.#database = groundFailures(() => openDatabase(file));
    this.#identity = fileIdentity(file);
  }

  /**
   * Opens the database once nobody else is opening or closing it.
   *
   * @param file - the database file; its folder exists
   * @param share - opens what is shared, which is closed with the store; again when it was replaced
   * @param waitMs - how long the open and the close wait for the gate
   * @throws KeysteadError ERR_STORE, also when the gate stays taken; ERR_STORE_CORRUPT;
   * ERR_UNSUPPORTED_PLATFORM where lmdb does not load
   */
  static async open(
    file: string,
    share: () => LmdbShared,
    waitMs = gateWaitMs,
  ): Promise<LmdbStore> {
    // Loading it takes longer than opening a database: nobody else need wait for that.
    lmdbPackage();
    for (let replacements = 0; replacements < replacementsMax; replacements++) {
      const store = await LmdbStore.#tryOpen(file, share(), waitMs);
      if (store !== undefined) return store;
    }
    throw storeReplaced();
  }

  /** @returns undefined when the shared file was replaced before its gate was taken */
  static async #tryOpen(
    file: string,
    shared: LmdbShared,
    waitMs: number,
  ): Promise<LmdbStore | undefined> {
    const { epoch, gate } = shared;
    const wait = new GateWait(waitMs);
    let store: LmdbStore | undefined;
    try {
      while (!gate.tryTake()) if (!(await wait.pause())) throw gateStaysTaken(file, waitMs);
      // Nothing is awaited from here to `holdAtEnd`: between its hooks are those of this database
      // alone.
      if (epoch.isInPlace()) {
        store = new LmdbStore(file, shared, waitMs);
        gate.holdAtEnd();
      }
      return store;
    } catch (error) {
      const opened = store;
      store = undefined;
      if (opened !== undefined) await Promise.allSettled([opened.#database.close()]);
      throw error;
    } finally {
      if (store === undefined) closeShared(shared);
      else gate.release();
    }
  }

  async get(path: string): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    checkStorePath(path);
    return groundFailures(() => {
      // Without it, a read in the same tick shows the snapshot from before another process's
      // commit.
      this.#database.resetReadTxn();
      return this.#read(path);
    });
  }

  async range(range: StoreRange): Promise<StoreEntry[]> {
    this.#assertOpen();
    return groundFailures(() => {
      this.#database.resetReadTxn();
      return this.#readRange(range);
    });
  }

  async commit(changes: readonly StoreChange[]): Promise<boolean> {
    this.#assertInPlace();
    for (const change of changes) checkStorePath(change.path);
    return this.#waitedFor(
      this.#write(changes, () => {
        this.#apply(changes);
      }),
    );
  }

  async rewrite(
    expected: readonly StoreEntry[],
    renew: (entry: StoreEntry) => Uint8Array,
  ): Promise<boolean> {
    this.#assertInPlace();
    const holds = expected.map(({ path, value }) => ({ path, before: value, after: value }));
    return this.#waitedFor(
      this.#write(holds, () => {
        this.#renewAll(renew);
      }),
    );
  }

  epoch(): number {
    this.#assertOpen();
    return this.#epoch.read();
  }

  isInPlace(): boolean {
    this.#isInPlace &&= fileIdentity(this.#file) === this.#identity && this.#epoch.isInPlace();
    return this.#isInPlace;
  }

  async backup(folder: string): Promise<void> {
    this.#assertOpen();
    await this.#waitedFor(this.#backup(folder));
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#works).then(() => this.#close());
    return this.#closing;
  }

  /**
   * When the gate stays taken, the database is closed all the same: its own data cannot suffer by
   * it. But whoever opens it in that moment may meet destroyed mutexes, and then so does everybody
   * who opens it after that, until all of them have ended.
   */
  async #close(): Promise<void> {
    await Promise.allSettled([takeGate(this.#gate, this.#gateWaitMs)]);
    try {
      await this.#database.close();
    } finally {
      closeShared({ epoch: this.#epoch, gate: this.#gate });
    }
  }

  /** The copy has its name once it is whole. */
  async #backup(folder: string): Promise<void> {
    await makeFolders(resolve(folder));
    if ((await readdir(folder)).length > 0) throw notEmpty(folder);
    const target = join(folder, basename(this.#file));
    const draft = `${target}.unfinished`;
    try {
      await this.#database.backup(draft, true);
      await chmod(draft, 0o600);
      await sync(draft);
      await rename(draft, target);
      await sync(folder);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** @param apply - runs when the store holds what the changes expect */
  async #write(expected: readonly StoreChange[], apply: () => void): Promise<boolean> {
    // A transaction of its own within those that share a commit: if it throws, it alone is undone.
    const raised = await this.#database.childTransaction(() => {
      if (!this.#mayApply(expected)) return undefined;
      const epoch = this.#epoch.raise();
      apply();
      return epoch;
    });
    // When the commit failed, the number stays odd until the next one that succeeds: readers then
    // keep nothing, which is slower and still true.
    if (raised !== undefined) this.#epoch.settle(raised);
    return raised !== undefined;
  }

  async #waitedFor<T>(work: Promise<T>): Promise<T> {
    this.#works.add(work);
    try {
      return await work;
    } catch (cause) {
      throw storeFailed(await reasonOf(cause));
    } finally {
      this.#works.delete(work);
    }
  }

  /**
   * Runs inside LMDB's write transaction: it sees the newest state, and no other process writes
   * meanwhile.
   */
  #mayApply(changes: readonly StoreChange[]): boolean {
    return changes.every((change) => holdsBefore(change, this.#read(change.path)));
  }

  #apply(changes: readonly StoreChange[]): void {
    for (const { path, before, after } of changes) {
      if (after === undefined) void this.#database.remove(toKey(path));
      else if (after !== before) void this.#database.put(toKey(path), after);
    }
  }

  #renewAll(renew: (entry: StoreEntry) => Uint8Array): void {
    let after: string | undefined;
    for (;;) {
      const entries = this.#readRange({ prefix: '', after, limit: rewriteBatchSize });
      for (const entry of entries) void this.#database.put(toKey(entry.path), renew(entry));
      if (entries.length < rewriteBatchSize) return;
      after = entries.at(-1)?.path;
    }
  }

  #read(path: string): Uint8Array | undefined {
    const value = this.#database.getBinary(toKey(path));
    return value === undefined ? undefined : copy(value);
  }

  #readRange({ prefix, after, limit }: StoreRange): StoreEntry[] {
    // The path behind `after` in byte order is `after` and a zero byte; 0x7f lies behind every
    // character of a path.
    const start = Buffer.from(
      after === undefined || after < prefix ? prefix || '!' : `${after}\0`,
      'latin1',
    );
    const end = Buffer.from(`${prefix}\x7f`, 'latin1');
    const range = this.#database.getRange({
      start,
      end,
      ...(limit === undefined ? {} : { limit }),
    });
    return Array.from(range, ({ key, value }) => ({
      path: key.toString('latin1'),
      value: copy(value),
    }));
  }

  /** Nothing is acknowledged that nobody would find again. */
  #assertInPlace(): void {
    this.#assertOpen();
    if (!this.isInPlace()) throw storeReplaced();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw storeClosed();
    if (!this.#isInPlace) throw storeReplaced();
  }
}

function closeShared({ epoch, gate }: LmdbShared): void {
  gate.close();
  epoch.close();
}

function openDatabase(file: string): Database {
  const { open } = lmdbPackage();
  for (const name of [file, `${file}-lock`]) makeForOwnerAlone(name);
  refuseForeignFile(file);
  return open<Uint8Array, Buffer>({
    path: file,
    noSubdir: true,
    encoding: 'binary',
    keyEncoding: 'binary',
    cache: false,
    // A commit is acknowledged only once it is on disk: lmdb-js acknowledges earlier by
    // default.
    overlappingSync: false,
    // A batch has a promise of its own, which nobody can catch when the disk is full.
    eventTurnBatching: false,
  });
}

function toKey(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

function copy(value: Uint8Array): Uint8Array {
  return new Uint8Array(value);
}

async function sync(path: string): Promise<void> {
  const file = await openFile(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function notEmpty(folder: string): KeysteadError {
  return new KeysteadError('ERR_STORE', `${folder} is not empty: a backup overwrites nothing`);
}

function gateStaysTaken(file: string, waitMs: number): KeysteadError {
  return new KeysteadError(
    'ERR_STORE',
    `${file} cannot be opened: for ${waitMs / 1000} s others have been opening or closing it, ` +
      'or one of them hangs, or waits for a long write to end',
  );
}

function groundFailures<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw storeFailed(cause);
  }
}

/** lmdb-js tells why a commit failed by a promise that is rejected in the same turn. */
async function reasonOf(cause: unknown): Promise<unknown> {
  const { commitError } = cause as { commitError?: Promise<never> };
  if (commitError === undefined) return cause;
  const reason = commitError.catch((error: unknown) => error);
  return Promise.race([reason, setImmediate(cause)]);
}

function storeFailed(cause: unknown): KeysteadError {
  if (cause instanceof KeysteadError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new KeysteadError('ERR_STORE', `the store failed: ${reason}`, { cause });
}
