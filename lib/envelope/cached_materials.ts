// The entries of a cache by their key: bounded, the one not used for longest goes first, and wiped
// when their time is over, whether or not somebody asks for them again.

import { CacheEntry, type UseCost } from './cache_entry.js';
import type { CacheLimits } from './cache_limits.js';
import { type Lease, type Materials, soleLease } from './materials.js';

/** How materials are found, made and made sure of. */
export interface CacheRequest<M extends Materials> {
  /** Equal only for requests that may share a data key. */
  readonly key: string;
  readonly cost: UseCost;
  make(): Promise<M>;
  /** Whether the caller may still use what it was given before. */
  allowsAgain(materials: M): Promise<boolean>;
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

  async lease<M extends Materials>(request: CacheRequest<M>): Promise<Lease<M>> {
    for (;;) {
      const hit = await this.#reuse(request);
      if (hit !== undefined) return hit;
      const making = this.#making.get(request.key);
      if (making === undefined) return this.#make(request);
      await making;
    }
  }

  /** Forgets everything. */
  clear(): void {
    for (const key of this.#entries.keys()) this.#evict(key);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #reuse<M extends Materials>({
    key,
    cost,
    allowsAgain,
  }: CacheRequest<M>): Promise<Lease<M> | undefined> {
    // A key says of what kind its materials are.
    const entry = this.#entries.get(key) as CacheEntry<M> | undefined;
    if (entry === undefined) return undefined;
    if (!entry.allows(cost, this.#limits)) {
      this.#evict(key);
      return undefined;
    }
    this.#moveToEnd(key, entry);
    const lease = entry.lease(cost);
    if (await allowsAgain(entry.materials)) return lease;
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
