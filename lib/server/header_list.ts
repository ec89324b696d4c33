// The headers of a request as they came, names in lower case: what is signed is what is read. Node's own
// `headers` drops and joins duplicates by rules that no signature knows.

import type { HeaderNames } from './header_names.js';
import { headerNamesOf } from './header_names.js';

/** The headers of a request. */
export class HeaderList {
  readonly #raw: readonly string[];
  readonly names: HeaderNames;

  /** @param raw - names and values in turn, as `IncomingMessage.rawHeaders` has them */
  constructor(raw: readonly string[]) {
    this.#raw = raw;
    this.names = headerNamesOf(raw);
  }

  /** How many there are. */
  get count(): number {
    return this.#raw.length / 2;
  }

  /** The first value of a name. */
  get(name: string): string | undefined {
    const place = this.names.places(name)[0];
    return place === undefined ? undefined : this.#raw[place];
  }

  /** All values of a name, each changed, with commas between them; empty when there is none. */
  join(name: string, change: (value: string) => string): string {
    const places = this.names.places(name);
    if (places.length === 1) return change(this.#raw[places[0] as number] as string);
    return places.map((place) => change(this.#raw[place] as string)).join(',');
  }
}
