// Work on one thing that must not overlap takes turns, in the order in which it came.

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work once all earlier work under the name has ended, however it ended. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
