// The AWS CLI's shorthand for structures and maps: `Name=value,Other={A=b},List=[c,d]`
// (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html).

import { usageError } from './cli_failure.js';

/** A value in shorthand. */
export type ShorthandValue = string | ShorthandValue[] | { [name: string]: ShorthandValue };

/** @throws CliError */
export function parseShorthand(text: string): { [name: string]: ShorthandValue } {
  const reader = new Reader(text);
  const pairs = reader.pairs(undefined);
  reader.end();
  return pairs;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param close - what ends them; undefined: the end of the text */
  pairs(close: string | undefined): { [name: string]: ShorthandValue } {
    const found: [string, ShorthandValue][] = [];
    do {
      const name = this.#word('=,');
      if (name === '') this.#fail('a name is missing');
      this.#expect('=');
      found.push([name, this.#value(close)]);
    } while (this.#skip(','));
    return Object.fromEntries(found);
  }

  end(): void {
    if (this.#at < this.#text.length) this.#fail(`'${this.#text[this.#at]}' is out of place`);
  }

  #value(close: string | undefined): ShorthandValue {
    if (this.#skip('{')) {
      const pairs = this.pairs('}');
      this.#expect('}');
      return pairs;
    }
    if (this.#skip('[')) return this.#list();
    return this.#scalar(close);
  }

  #list(): ShorthandValue[] {
    const items: ShorthandValue[] = [];
    if (this.#skip(']')) return items;
    do items.push(this.#value(']'));
    while (this.#skip(','));
    this.#expect(']');
    return items;
  }

  #scalar(close: string | undefined): string {
    for (const quote of ['"', "'"]) if (this.#skip(quote)) return this.#quoted(quote);
    return this.#word(`,${close ?? ''}`);
  }

  #quoted(quote: string): string {
    let value = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string;
      if (character === quote) {
        this.#at += 1;
        return value;
      }
      if (character === '\\') this.#at += 1;
      value += this.#text[this.#at] ?? '';
    }
    return this.#fail(`${quote} is not closed`);
  }

  #word(ends: string): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !ends.includes(this.#text[this.#at] as string))
      this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#skip(character)) this.#fail(`'${character}' is missing`);
  }

  #fail(problem: string): never {
    throw usageError(`shorthand '${this.#text}': ${problem} at character ${this.#at + 1}`);
  }
}
