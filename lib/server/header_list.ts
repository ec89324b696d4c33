// The headers of a request as they came, names in lower case: what is signed is what is read. Node's own
// `headers` drops and joins duplicates by rules that no signature knows.

/** The headers of a request. */
export class HeaderList {
  /** A list for a name that stands there more than once. */
  readonly #values = new Map<string, string | string[]>();

  /** @param raw - names and values in turn, as `IncomingMessage.rawHeaders` has them */
  constructor(raw: readonly string[]) {
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = (raw[i] as string).toLowerCase();
      const value = raw[i + 1] as string;
      const before = this.#values.get(name);
      if (before === undefined) this.#values.set(name, value);
      else if (typeof before === 'string') this.#values.set(name, [before, value]);
      else before.push(value);
    }
  }

  /** The first value of a name. */
  get(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : value?.[0];
  }

  isTwice(name: string): boolean {
    return Array.isArray(this.#values.get(name));
  }

  /** All values of a name, each changed, with commas between them; empty when there is none. */
  join(name: string, change: (value: string) => string): string {
    const value = this.#values.get(name) ?? '';
    return typeof value === 'string' ? change(value) : value.map(change).join(',');
  }

  names(): IterableIterator<string> {
    return this.#values.keys();
  }
}
