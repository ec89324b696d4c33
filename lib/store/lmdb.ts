// The embedded store: LMDB, one file that several processes of a machine share.

import { setImmediate } from 'node:timers/promises';
import type { RootDatabase } from 'lmdb';
import { open } from 'lmdb';
import { KeysteadError } from '../errors.js';
import { makeForOwnerAlone, refuseForeignFile } from './lmdb_file.js';
import type { Store, StoreChange, StoreEntry, StoreRange } from './store.js';
import { checkStorePath, holdsBefore, storeClosed } from './store.js';

/** A {@link Store} in an LMDB file. */
export class LmdbStore implements Store {
  readonly #database: RootDatabase<Uint8Array, Buffer>;
  readonly #commits = new Set<Promise<boolean>>();
  #closing: Promise<void> | undefined;

  /**
   * @param file - the database file; its folder exists
   * @throws KeysteadError ERR_STORE, ERR_STORE_CORRUPT
   */
  constructor(file: string) {
    this.#database = groundFailures(() => {
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
    });
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

  async range({ prefix, after, limit }: StoreRange): Promise<StoreEntry[]> {
    this.#assertOpen();
    return groundFailures(() => {
      this.#database.resetReadTxn();
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
    });
  }

  async commit(changes: readonly StoreChange[]): Promise<boolean> {
    this.#assertOpen();
    for (const change of changes) checkStorePath(change.path);
    const commit = this.#database.transaction(() => this.#apply(changes));
    this.#commits.add(commit);
    try {
      return await commit;
    } catch (cause) {
      throw storeFailed(await reasonOf(cause));
    } finally {
      this.#commits.delete(commit);
    }
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#commits).then(() => this.#database.close());
    return this.#closing;
  }

  /**
   * Runs inside LMDB's write transaction: it sees the newest state, and no other process writes
   * meanwhile.
   */
  #apply(changes: readonly StoreChange[]): boolean {
    if (!changes.every((change) => holdsBefore(change, this.#read(change.path)))) return false;
    for (const { path, before, after } of changes) {
      if (after === undefined) void this.#database.remove(toKey(path));
      else if (after !== before) void this.#database.put(toKey(path), after);
    }
    return true;
  }

  #read(path: string): Uint8Array | undefined {
    const value = this.#database.getBinary(toKey(path));
    return value === undefined ? undefined : copy(value);
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw storeClosed();
  }
}

function toKey(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

function copy(value: Uint8Array): Uint8Array {
  return new Uint8Array(value);
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
