// Handles of data keys that were disposed of, to be filled again: making and collecting a handle costs more than wrapping
// a key. INVARIANT: nobody else has a handle that is kept here; a DataKey lets go of its own when it is disposed of.

import type { DataKeyHandle } from './addon.js';

const keptMax = 64;
const kept: DataKeyHandle[] = [];

/** A handle to fill, or undefined when a new one must be made. */
export function takeEmptiedHandle(): DataKeyHandle | undefined {
  return kept.pop();
}

/** As many handles to fill as there are, at most `count`. */
export function takeEmptiedHandles(count: number): DataKeyHandle[] {
  return kept.splice(Math.max(kept.length - count, 0));
}

/** Keeps a handle whose key is gone; beyond so many, they are left to the garbage collector. */
export function keepEmptiedHandle(handle: DataKeyHandle): void {
  if (kept.length < keptMax) kept.push(handle);
}
