// The names of a request's headers, in lower case, and where their values stand. A client sends the
// same names in the same order with every request: what follows from them is worked out once.

/** The most headers of a request that is served. */
export const headersMax = 128;
/** How many sequences of names are kept: there are few kinds of clients. */
const keptMax = 16;

/** A sequence of names. */
export class HeaderNames {
  /** As they came. */
  readonly #written: readonly string[];
  readonly #places = new Map<string, number[]>();
  /** Those that stand there more than once. */
  readonly twice: readonly string[];
  /** Those that AWS gives a meaning: `x-amz-…`. */
  readonly ofAws: readonly string[];

  /** @param raw - names and values in turn, as `IncomingMessage.rawHeaders` has them */
  constructor(raw: readonly string[]) {
    this.#written = raw.filter((_, i) => i % 2 === 0);
    for (const [i, written] of this.#written.entries()) {
      const name = written.toLowerCase();
      const places = this.#places.get(name);
      if (places === undefined) this.#places.set(name, [2 * i + 1]);
      else places.push(2 * i + 1);
    }
    const names = [...this.#places.keys()];
    this.twice = names.filter((name) => this.places(name).length > 1);
    this.ofAws = names.filter((name) => name.startsWith('x-amz-'));
  }

  /** Where the values of a name stand among the raw headers; empty when it does not. */
  places(name: string): readonly number[] {
    return this.#places.get(name) ?? nowhere;
  }

  /** Whether these are the names of the raw headers. */
  areOf(raw: readonly string[]): boolean {
    const written = this.#written;
    if (raw.length !== written.length * 2) return false;
    for (let i = 0; i < written.length; i++) if (raw[2 * i] !== written[i]) return false;
    return true;
  }
}

const nowhere: readonly number[] = [];
const kept: HeaderNames[] = [];

/** The names of raw headers. */
export function headerNamesOf(raw: readonly string[]): HeaderNames {
  for (const names of kept) if (names.areOf(raw)) return names;
  const names = new HeaderNames(raw);
  if (raw.length > 2 * headersMax) return names;
  if (kept.length >= keptMax) kept.shift();
  kept.push(names);
  return names;
}
