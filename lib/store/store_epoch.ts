// The epoch of a store that several processes share: a number that moves with every commit, so that
// whoever keeps what it has read knows when to look again. It moves in two steps, since between the
// writing and the moment when readers see it the old value must not be taken for the new one.

/** Where the number is: a mapped file, so that reading it costs no system call. */
export interface StoreEpoch {
  /** Odd while a commit is on its way. */
  read(): number;
  /**
   * Makes it the next odd number. Called inside the write transaction, when no other process writes.
   *
   * @returns the number
   */
  raise(): number;
  /** Makes it even once the commit can be seen, unless somebody raised it again meanwhile. */
  settle(raised: number): void;
  /** Whether the file still has its name: others would watch another one, or none. */
  isInPlace(): boolean;
  close(): void;
}
