// What an open engine does by itself: due deletions and rotations, and the writing of last uses. A
// timer does it, which does not keep the process alive; several processes on a store may do it at
// once, and each job is done once.

import type { DueReport } from './keys/due_jobs.js';
import { runDueJobs } from './keys/due_jobs.js';
import type { NewWitness } from './keys/due_witness.js';
import type { KeyRegistry } from './keys/registry.js';
import type { UsageTracker } from './keys/usage.js';

const intervalMs = 60_000;

export class Upkeep {
  readonly #registry: KeyRegistry;
  readonly #usage: UsageTracker;
  readonly #timer: NodeJS.Timeout;
  #wake: NodeJS.Immediate | undefined;
  #running: Promise<unknown> = Promise.resolve();
  /** What was warned of last: a failure that lasts is told once. */
  #warned: string | undefined;
  readonly #witnesses = new Set<NewWitness>();
  #stopped = false;

  constructor(registry: KeyRegistry, usage: UsageTracker) {
    this.#registry = registry;
    this.#usage = usage;
    this.#timer = setInterval(() => void this.#runQuietly(), intervalMs).unref();
  }

  /**
   * Tells of each job that is done from now on.
   *
   * @returns ends it, once the jobs that are being done were told of
   */
  tellTo(newWitness: NewWitness): () => Promise<void> {
    this.#witnesses.add(newWitness);
    return async () => {
      this.#witnesses.delete(newWitness);
      await this.#running;
    };
  }

  /** Does what is due soon after now. */
  wake(): void {
    if (this.#stopped) return;
    this.#wake ??= setImmediate(() => {
      this.#wake = undefined;
      void this.#runQuietly();
    }).unref();
  }

  /** Does everything that is due now, one run after the other. */
  runDue(): Promise<DueReport> {
    return this.#inTurn(() => this.#runDueJobs());
  }

  /** Waits for what is being done, and writes the last uses. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#wake !== undefined) clearImmediate(this.#wake);
    await this.#running;
    await this.#quietly(() => this.#usage.flush());
  }

  /** Whoever has no hand in it learns of failures by a warning; the next round tries again. */
  async #runQuietly(): Promise<void> {
    if (this.#stopped) return;
    await this.#inTurn(() => this.#quietly(() => this.#run()));
  }

  async #run(): Promise<void> {
    const { store } = this.#registry.ground;
    store.isInPlace();
    // A process that died in the middle of a commit leaves the epoch odd, so that nobody keeps
    // anything.
    if (store.epoch() % 2 !== 0) await store.commit([]);
    try {
      await this.#runDueJobs();
    } finally {
      await this.#usage.flush();
    }
  }

  /** Several trails of one store are one trail: one of them is told. */
  #runDueJobs(): Promise<DueReport> {
    return runDueJobs(this.#registry, () => [...this.#witnesses][0]?.());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#running.then(work);
    this.#running = run.catch(() => undefined);
    return run;
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#warned = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message === this.#warned) return;
      this.#warned = message;
      process.emitWarning(`due deletions, rotations or last uses wait: ${message}`, {
        code: 'KEYSTEAD_UPKEEP',
      });
    }
  }
}
