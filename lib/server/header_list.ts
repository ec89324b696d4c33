// The headers of a request as they came, names in lower case: what is signed is what is read. Node's own
// `headers` drops and joins duplicates by rules that no signature knows.

/** The headers of a request. */
export class HeaderList {
  readonly #values = new Map<string, string[]>();

  /** @param raw - names and values in turn, as `IncomingMessage.rawHeaders` has them */
  constructor(raw: readonly string[]) {
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = (raw[i] as string).toLowerCase();
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [raw[i + 1] as string]);
      else values.push(raw[i + 1] as string);
    }
  }

  /** All values of a name, in the order in which they came. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The first value of a name. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  names(): IterableIterator<string> {
    return this.#values.keys();
  }
}
