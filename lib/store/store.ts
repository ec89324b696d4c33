// The store: an ordered map from paths to bytes, with all-or-nothing compare-and-swap. It knows
// nothing of keys. One interface, so that one machine and a cluster run the same code above it.

import { KeysteadError } from '../errors.js';

/** The longest path. LMDB's limit is 1978 bytes. */
const storePathSizeBytesMax = 1024;

/** One path and its bytes. */
export interface StoreEntry {
  readonly path: string;
  readonly value: Uint8Array;
}

/**
 * One line of a transaction: what the store must hold at the path, and what it shall hold
 * afterwards.
 */
export interface StoreChange {
  readonly path: string;
  /** The bytes that must be there; undefined: nothing must be there. */
  readonly before: Uint8Array | undefined;
  /** The bytes to write; undefined removes; the very object in `before` only compares. */
  readonly after: Uint8Array | undefined;
}

/** Where to read a range of paths. */
export interface StoreRange {
  /** Every path of the range starts with it. */
  readonly prefix: string;
  /** Starts behind this path. */
  readonly after?: string | undefined;
  /** At most so many entries. */
  readonly limit?: number | undefined;
}

/**
 * Every method fails with ERR_CLOSED once the store is closed, and with ERR_STORE when the ground
 * fails.
 */
export interface Store {
  /** The newest committed bytes, this process's or another's. */
  get(path: string): Promise<Uint8Array | undefined>;
  /** The entries of one moment, in the order of their paths' bytes. */
  range(range: StoreRange): Promise<StoreEntry[]>;
  /**
   * Applies all changes, or none when a `before` does not hold.
   *
   * @returns true once the changes are on disk, false when nothing was changed
   */
  commit(changes: readonly StoreChange[]): Promise<boolean>;
  /**
   * Replaces every value in one transaction. Nobody else writes meanwhile, so that it succeeds
   * however busy the store is; and what `renew` throws leaves everything as it was.
   *
   * @param expected - what the store must hold
   * @param renew - gives the new value of an entry; runs for all of them in one go
   * @returns true once the values are on disk, false when nothing was changed because the store
   * does not hold what was expected
   */
  rewrite(
    expected: readonly StoreEntry[],
    renew: (entry: StoreEntry) => Uint8Array,
  ): Promise<boolean>;
  /**
   * A number that is another one as soon as anybody, in this process or another, has committed.
   * While it is odd a commit is on its way, and nothing that is read now may be kept.
   */
  epoch(): number;
  /**
   * Whether the store is still where it was opened. Once its files were taken away or replaced,
   * every method fails with ERR_STORE: what others write, this one would not see.
   */
  isInPlace(): boolean;
  /**
   * Writes a consistent copy of all entries, as of one moment, into an empty folder.
   *
   * @throws KeysteadError ERR_STORE when the folder is not empty or cannot be written
   */
  backup(folder: string): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * Paths are printable ASCII, so that text order is byte order everywhere. @throws KeysteadError
 * ERR_INVALID_ARGUMENT
 */
export function checkStorePath(path: string): void {
  if (path.length <= storePathSizeBytesMax && /^[!-~]+$/.test(path)) return;
  throw new KeysteadError(
    'ERR_INVALID_ARGUMENT',
    'not a store path: 1 to 1024 printable ASCII characters',
  );
}

/** The error of every store that was closed. */
export function storeClosed(): KeysteadError {
  return new KeysteadError('ERR_CLOSED', 'the store is closed');
}

/** The error of a store whose files are others now. */
export function storeReplaced(): KeysteadError {
  return new KeysteadError(
    'ERR_STORE',
    "the store's files were taken away or replaced: open it anew",
  );
}

/** True when the store holds what the change expects. */
export function holdsBefore({ before }: StoreChange, current: Uint8Array | undefined): boolean {
  if (before === undefined || current === undefined) return before === current;
  return Buffer.compare(before, current) === 0;
}
