// The gate of a store that several processes share: whoever opens or closes its database goes
// through alone. LMDB's own locks do not keep an open out of a close.

import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that processes and threads see alike, released by the kernel when its holder dies. */
export interface StoreGate {
  /** Whether it is ours now. Never waits. */
  tryTake(): boolean;
  release(): void;
  /**
   * Called once the database is open: when the thread ends without having closed it, the gate is
   * taken for the time in which LMDB's clean-up hook does.
   */
  holdAtEnd(): void;
  /** Releases it too. */
  close(): void;
}

/** How long an open or a close waits for the gate. Who has it needs milliseconds. */
export const gateWaitMs = 10_000;
const pauseMs = 3;

/** Waits for the gate, at least so many milliseconds. @returns whether it is ours now */
export async function takeGate(gate: StoreGate, waitMs: number): Promise<boolean> {
  for (let waitedMs = 0; !gate.tryTake(); waitedMs += pauseMs) {
    if (waitedMs >= waitMs) return false;
    await sleep(pauseMs);
  }
  return true;
}
