// The store of tests and of short-lived processes: a map, gone with the process. It copies with
// `new Uint8Array`: `slice` of a Buffer is the same memory.

import { KeysteadError } from '../errors.js';
import type { Store, StoreChange, StoreEntry, StoreRange } from './store.js';
import { checkStorePath, holdsBefore, storeClosed } from './store.js';

/** A {@link Store} in memory. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>();
  #epoch = 0;
  #closed = false;

  async get(path: string): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    checkStorePath(path);
    const value = this.#values.get(path);
    return value && new Uint8Array(value);
  }

  async range({ prefix, after = '', limit = Infinity }: StoreRange): Promise<StoreEntry[]> {
    this.#assertOpen();
    const paths = [...this.#values.keys()].filter(
      (path) => path.startsWith(prefix) && path > after,
    );
    const chosen = paths.sort().slice(0, limit);
    return chosen.map((path) => ({
      path,
      value: new Uint8Array(this.#values.get(path) as Uint8Array),
    }));
  }

  async commit(changes: readonly StoreChange[]): Promise<boolean> {
    this.#assertOpen();
    for (const change of changes) checkStorePath(change.path);
    if (!changes.every((change) => holdsBefore(change, this.#values.get(change.path))))
      return false;
    for (const { path, before, after } of changes) {
      if (after === undefined) this.#values.delete(path);
      else if (after !== before) this.#values.set(path, new Uint8Array(after));
    }
    this.#epoch += 2;
    return true;
  }

  async rewrite(
    expected: readonly StoreEntry[],
    renew: (entry: StoreEntry) => Uint8Array,
  ): Promise<boolean> {
    this.#assertOpen();
    const holds = ({ path, value }: StoreEntry) =>
      holdsBefore({ path, before: value, after: value }, this.#values.get(path));
    if (!expected.every(holds)) return false;
    const renewed = [...this.#values].map(
      ([path, value]) =>
        [path, new Uint8Array(renew({ path, value: new Uint8Array(value) }))] as const,
    );
    for (const [path, value] of renewed) this.#values.set(path, value);
    this.#epoch += 2;
    return true;
  }

  epoch(): number {
    return this.#epoch;
  }

  isInPlace(): boolean {
    return true;
  }

  async backup(): Promise<void> {
    throw new KeysteadError('ERR_STORE', 'a store in memory has no backup');
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#values.clear();
  }

  #assertOpen(): void {
    if (this.#closed) throw storeClosed();
  }
}
