// Small ciphertexts share a slab: a Uint8Array with an ArrayBuffer of its own costs more than a microsecond, a view of a
// slab a tenth of that. For public bytes only: whoever holds one view can reach the whole slab.

import { markAsUntransferable } from 'node:worker_threads';

const slabBytes = 64 * 1024;
const largestPooledBytes = slabBytes / 8;
const alignmentBytes = 8;

let slab = newSlab();
let used = 0;

function newSlab(): ArrayBuffer {
  const buffer = new ArrayBuffer(slabBytes);
  // Transferring one ciphertext would detach all the others.
  markAsUntransferable(buffer);
  return buffer;
}

/** A zeroed Uint8Array of `size` bytes for a ciphertext. */
export function allocateCiphertext(size: number): Uint8Array<ArrayBuffer> {
  if (size > largestPooledBytes) return new Uint8Array(size);
  if (used + size > slabBytes) {
    slab = newSlab();
    used = 0;
  }
  const bytes = new Uint8Array(slab, used, size);
  used = (used + size + alignmentBytes - 1) & -alignmentBytes;
  return bytes;
}
