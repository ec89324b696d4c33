// What a stream of either kind does with its chunks.

/** Takes chunks in turn; the next may come when the promise of the last has settled. */
export interface MessagePipe {
  /** @returns pieces of the output, often none */
  push(chunk: Uint8Array): Promise<readonly Uint8Array[]>;
  /** The rest of the output. Nothing may come after it. */
  end(): Promise<readonly Uint8Array[]>;
  /** Lets go of the key. Safe at any time. */
  dispose(): void;
}
