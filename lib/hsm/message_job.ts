// MessageJob: work that goes on on native threads of its own, off the event loop.

import type { MessageJobHandle, StartedJob } from './message_addon.js';
import { addon } from './native_addon.js';

/** How far a job is, in bytes of plaintext (of the message for signed ones that are decrypted). */
export interface JobProgress {
  readonly bytesDone: number;
  /** 0 until it is known. */
  readonly bytesTotal: number;
}

/** Started when it is made; keeps the process alive until it ends. */
export class MessageJob<Result> {
  /** Rejects with `ERR_ABORTED` after {@link MessageJob.abort}, unless the job had ended. */
  readonly done: Promise<Result>;
  readonly #handle: MessageJobHandle;

  /** @internal */
  constructor([done, handle]: StartedJob<Result>) {
    this.done = done;
    this.#handle = handle;
  }

  get progress(): JobProgress {
    const [bytesDone, bytesTotal] = addon().messageJobProgress(this.#handle);
    return { bytesDone, bytesTotal };
  }

  /**
   * Asks the threads to stop; they do within a few milliseconds, and {@link MessageJob.done}
   * rejects.
   */
  abort(): void {
    addon().messageJobAbort(this.#handle);
  }
}
