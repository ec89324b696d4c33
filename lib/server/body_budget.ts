// How much memory the bodies of requests may take together: many clients that each send a long body
// slowly would otherwise fill it, before any signature is looked at.

import { WireError } from './wire_error.js';

/** Bytes of bodies of a process at a time. */
export class BodyBudget {
  readonly #sizeBytesMax: number;
  #takenBytes = 0;

  constructor(sizeBytesMax: number) {
    this.#sizeBytesMax = sizeBytesMax;
  }

  /** What bodies take now. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** @throws WireError ServiceUnavailableException, which clients try again after */
  take(sizeBytes: number): void {
    if (this.#takenBytes + sizeBytes > this.#sizeBytesMax) {
      const message = 'too many long requests at once';
      throw new WireError('ServiceUnavailableException', message);
    }
    this.#takenBytes += sizeBytes;
  }

  giveBack(sizeBytes: number): void {
    this.#takenBytes -= sizeBytes;
  }
}
