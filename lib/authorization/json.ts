// JSON as RFC 8259 has it, read strictly: a name that stands twice in an object is an error
// (JSON.parse would let the last one win, and two readers of one policy could disagree), and
// numbers keep their text.

import { refuseSyntax } from './policy_error.js';

/** A number, as the text that stood there. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = string | boolean | null | JsonNumber | readonly JsonValue[] | JsonObject;

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

/** Plain data again, for those who print it. Numbers become text, as conditions compare them. */
export function toPlain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(toPlain);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries([...value].map(([name, member]) => [name, toPlain(member)]));
}

/** Deeper than any policy; keeps a hostile document from exhausting the stack. */
const depthMax = 16;
const whitespace = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** Reads a document; refuses what is not JSON. */
export function parseJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > depthMax) this.#fail('nested too deeply');
    switch (this.#peek()) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  end(): void {
    if (this.#peek() !== '') this.#fail('unexpected text after the document');
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#list('{', '}', () => {
      if (this.#peek() !== '"') this.#fail('expected a name');
      const name = this.#string();
      if (members.has(name)) this.#fail(`the name ${JSON.stringify(name)} stands twice`);
      this.#take(':');
      members.set(name, this.value(depth + 1));
    });
    return members;
  }

  #array(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#list('[', ']', () => items.push(this.value(depth + 1)));
    return items;
  }

  #list(open: string, close: string, item: () => void): void {
    this.#take(open);
    if (this.#peek() !== close) {
      item();
      while (this.#peek() === ',') {
        this.#at++;
        item();
      }
    }
    this.#take(close);
  }

  #string(): string {
    const start = this.#at;
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#at >= this.#text.length) this.#fail('unterminated string');
      if (this.#text[this.#at] === '\\') this.#at++;
    }
    this.#at++;
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      return this.#fail('malformed string');
    }
  }

  #scalar(): JsonValue {
    const found = this.#match(number);
    if (found !== '') return new JsonNumber(found);
    for (const [word, value] of Object.entries(words)) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#fail('expected a value');
  }

  #peek(): string {
    this.#match(whitespace);
    return this.#text[this.#at] ?? '';
  }

  #take(character: string): void {
    if (this.#peek() !== character) this.#fail(`expected ${character}`);
    this.#at++;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #fail(problem: string): never {
    refuseSyntax(`character ${Math.min(this.#at, this.#text.length)}`, problem);
  }
}
