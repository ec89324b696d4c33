// The gate of a store that several processes share: whoever opens or closes its database goes
// through alone. LMDB's own locks do not keep an open out of a close.

import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that processes and threads see alike, released by the kernel when its holder dies. */
export interface StoreGate {
  /** Whether it is ours now. Never waits. */
  tryTake(): boolean;
  release(): void;
  /**
   * Called once the database is open, in the turn in which the gate was taken: when the thread ends
   * without having closed it, the gate is taken for the time in which LMDB's clean-up hook does.
   */
  holdAtEnd(): void;
  /** Releases it too. */
  close(): void;
}

/**
 * How long an open or a close waits for the gate. Who has it needs milliseconds, or has to wait for
 * the write of another process.
 */
export const gateWaitMs = 60_000;
const firstPauseMs = 3;
const longestPauseMs = 100;

/**
 * A wait for a gate. Its pauses grow, so that many who wait leave the processor to who has the
 * gate, and differ, so that they do not ask all at once.
 */
export class GateWait {
  readonly #endMs: number;
  #pauseMs = firstPauseMs;

  /** @param waitMs - from now on, whatever the pauses themselves take */
  constructor(waitMs: number) {
    this.#endMs = performance.now() + waitMs;
  }

  /** @returns false, at once, when the time is over */
  async pause(): Promise<boolean> {
    const leftMs = this.#endMs - performance.now();
    if (leftMs <= 0) return false;
    await sleep(Math.min(leftMs, this.#pauseMs * (1 - Math.random() / 2)));
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    return true;
  }
}

/** @returns whether the gate is ours now */
export async function takeGate(gate: StoreGate, waitMs: number): Promise<boolean> {
  const wait = new GateWait(waitMs);
  while (!gate.tryTake()) if (!(await wait.pause())) return false;
  return true;
}
