// One data key that is kept: how old it is, how much it has served, who uses it.

import type { CacheLimits } from './cache_limits.js';
import type { Lease, Materials } from './materials.js';

/** What a use takes of a data key's limits. */
export interface UseCost {
  readonly messages: number;
  readonly bytes: number;
}

export class CacheEntry<M extends Materials = Materials> {
  readonly materials: M;
  readonly #madeAtMs = performance.now();
  readonly #madeOnMs = Date.now();
  #messages = 0;
  #bytes = 0;
  #users = 0;
  #isEvicted = false;

  constructor(materials: M) {
    this.materials = materials;
  }

  /**
   * By the clock that went further: the monotonic one stands still while the machine sleeps, and
   * the other can be set back.
   */
  get ageMs(): number {
    return Math.max(performance.now() - this.#madeAtMs, Date.now() - this.#madeOnMs);
  }

  /** Whether the limits leave room for the use. */
  allows({ messages, bytes }: UseCost, limits: CacheLimits): boolean {
    return (
      this.ageMs < limits.maxAgeSeconds * 1000 &&
      this.#messages + messages <= limits.maxMessages &&
      this.#bytes + bytes <= limits.maxBytes
    );
  }

  /** Takes the cost, and keeps the data key until the lease is released. */
  lease({ messages, bytes }: UseCost): Lease<M> {
    this.#messages += messages;
    this.#bytes += bytes;
    this.#users += 1;
    return { materials: this.materials, release: () => this.#release() };
  }

  /** Wipes the data key as soon as nobody uses it. */
  evict(): void {
    this.#isEvicted = true;
    this.#wipeIfIdle();
  }

  #release(): void {
    this.#users -= 1;
    this.#wipeIfIdle();
  }

  #wipeIfIdle(): void {
    if (this.#isEvicted && this.#users === 0) this.materials.dispose();
  }
}
