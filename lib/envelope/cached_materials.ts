// The entries of a cache by their key: bounded, the one not used for longest goes first, and wiped
// when their time is over, whether or not somebody asks for them again.

import { isPromise, type MaybePromise } from '../maybe_promise.js';
import { CacheEntry, type UseCost } from './cache_entry.js';
import type { CacheLimits } from './cache_limits.js';
import { type Lease, type Materials, soleLease } from './materials.js';
import { areAllowedAgain } from './past_use.js';

/** How materials are found, and what of their limits is used up. */
export interface CacheUse {
  /** Equal only for uses that may share a data key, by callers with the same permissions. */
  readonly key: string;
  readonly cost: UseCost;
}

/** How materials are found or else made. */
export interface CacheRequest<M extends Materials> extends CacheUse {
  make(): Promise<M>;
}

/** How materials are found that are kept already. */
export interface CacheReuse<M extends Materials> extends CacheUse {
  /** Throws when the materials will not do for this use: before anything else is asked. */
  require(materials: M): void;
}

export class CachedMaterials {
  readonly #limits: CacheLimits;
  /** INVARIANT: in the order of last use. */
  readonly #entries = new Map<string, CacheEntry>();
  #latest: CacheEntry | undefined;
  /** Materials on their way: whoever wants the same waits for them. */
  readonly #making = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Materials that are kept, or new ones: at once where nothing must be waited for. */
  lease<M extends Materials>(request: CacheRequest<M>): MaybePromise<Lease<M>> {
    const hit = this.reuse<M>(request);
    return hit === undefined || isPromise(hit) ? this.#leaseLater(request, hit) : hit;
  }

  /**
   * Materials that are kept, if the limits leave room for the use and every use of a KMS key behind
   * them would be allowed now.
   */
  reuse<M extends Materials>(use: CacheUse | CacheReuse<M>): MaybePromise<Lease<M> | undefined> {
    const { key, cost } = use;
    // A key says of what kind its materials are.
    const entry = this.#entries.get(key) as CacheEntry<M> | undefined;
    if (entry === undefined) return undefined;
    if (!entry.allows(cost, this.#limits)) {
      this.#evict(key);
      return undefined;
    }
    if ('require' in use) use.require(entry.materials);
    this.#moveToEnd(key, entry);
    const lease = entry.lease(cost);
    const isAllowed = areAllowedAgain(entry.materials.uses);
    if (isAllowed === true) return lease;
    if (isAllowed === false) return this.#forbid(key, entry, lease);
    return isAllowed.then((allowed) => (allowed ? lease : this.#forbid(key, entry, lease)));
  }

  /** Forgets everything. */
  clear(): void {
    for (const key of this.#entries.keys()) this.#evict(key);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #leaseLater<M extends Materials>(
    request: CacheRequest<M>,
    first: Promise<Lease<M> | undefined> | undefined,
  ): Promise<Lease<M>> {
    let hit = await first;
    while (hit === undefined) {
      const making = this.#making.get(request.key);
      if (making === undefined) return this.#make(request);
      await making;
      hit = await this.reuse<M>(request);
    }
    return hit;
  }

  #forbid<M extends Materials>(key: string, entry: CacheEntry<M>, lease: Lease<M>): undefined {
    if (this.#entries.get(key) === entry) this.#evict(key);
    lease.release();
    return undefined;
  }

  async #make<M extends Materials>(request: CacheRequest<M>): Promise<Lease<M>> {
    const { key } = request;
    const making = request.make().then((materials) => this.#keep(request, materials));
    this.#making.set(key, making);
    try {
      return await making;
    } finally {
      this.#making.delete(key);
    }
  }

  #keep<M extends Materials>({ key, cost }: CacheRequest<M>, materials: M): Lease<M> {
    const entry = new CacheEntry(materials);
    if (!entry.allows(cost, this.#limits)) return soleLease(materials);
    this.#evict(key);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < this.#limits.capacity) break;
      this.#evict(oldest);
    }
    this.#entries.set(key, entry);
    this.#latest = entry;
    this.#timer ??= this.#sweepIn(this.#limits.maxAgeSeconds * 1000);
    return entry.lease(cost);
  }

  #moveToEnd(key: string, entry: CacheEntry): void {
    if (entry === this.#latest) return;
    this.#latest = entry;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #evict(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry === this.#latest) this.#latest = undefined;
    entry?.evict();
  }

  /** Keeps no process alive. */
  #sweepIn(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#sweep(), Math.ceil(delayMs)).unref();
  }

  #sweep(): void {
    const maxAgeMs = this.#limits.maxAgeSeconds * 1000;
    let oldestMs = 0;
    for (const [key, { ageMs }] of this.#entries) {
      if (ageMs >= maxAgeMs) this.#evict(key);
      else oldestMs = Math.max(oldestMs, ageMs);
    }
    this.#timer = this.#entries.size > 0 ? this.#sweepIn(maxAgeMs - oldestMs) : undefined;
  }
}
