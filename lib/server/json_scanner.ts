// JSON (RFC 8259) token by token, from bytes, strictly. Strings become JavaScript strings only when
// they are asked for: what may be a key stays bytes.

import type { MemberNames } from './member_names.js';
import { WireError } from './wire_error.js';

const quote = 0x22;
const backslash = 0x5c;
const slash = 0x2f;
const lowerU = 0x75;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const words = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/** Where a string stands, without its quotes. */
export interface StringToken {
  readonly start: number;
  readonly end: number;
  readonly hasEscapes: boolean;
}

/** Reads tokens of a document of valid UTF-8. */
export class JsonScanner {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The next byte that is not white space, -1 at the end. */
  peek(): number {
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at] as number;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
    return -1;
  }

  /** Takes a punctuation mark when it comes next. */
  takes(mark: number): boolean {
    if (this.peek() !== mark) return false;
    this.#at++;
    return true;
  }

  /** @throws WireError SerializationException unless the mark comes next */
  take(mark: number): void {
    if (!this.takes(mark)) this.fail(`expected ${String.fromCharCode(mark)}`);
  }

  end(): void {
    if (this.peek() !== -1) this.fail('unexpected text after the document');
  }

  string(): StringToken {
    this.take(quote);
    const bytes = this.#bytes;
    const start = this.#at;
    let hasEscapes = false;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        this.#at = at + 1;
        return { start, end: at, hasEscapes };
      }
      if (byte < 0x20) this.fail('a control character in a string');
      if (byte === backslash) {
        hasEscapes = true;
        at++;
      }
    }
    return this.fail('unterminated string');
  }

  /** The name that the string is, of those that are expected. */
  known({ start, end }: StringToken, names: MemberNames | undefined): string | undefined {
    return names?.find(this.#bytes, start, end);
  }

  text({ start, end, hasEscapes }: StringToken): string {
    if (!hasEscapes) return this.#bytes.toString('utf8', start, end);
    const text = this.#unescape(start, end);
    // As UTF-8 it would be another text.
    if (/\p{Surrogate}/u.test(text)) this.fail('a lone surrogate in a string');
    return text;
  }

  #unescape(start: number, end: number): string {
    try {
      return JSON.parse(this.#bytes.toString('utf8', start - 1, end + 1)) as string;
    } catch {
      return this.fail('a malformed escape in a string');
    }
  }

  /** The bytes of a string of ASCII; a copy when escapes stand in it, which the caller wipes. */
  ascii({ start, end, hasEscapes }: StringToken): Uint8Array {
    const raw = this.#bytes.subarray(start, end);
    return hasEscapes ? this.#unescapeAscii(raw) : raw;
  }

  /** Some writers escape `/` and `+`, which base64 is full of. Other escapes become NUL. */
  #unescapeAscii(raw: Buffer): Uint8Array {
    const bytes = new Uint8Array(new ArrayBuffer(raw.length));
    let length = 0;
    for (let i = 0; i < raw.length; i++) {
      let byte = raw[i] as number;
      if (byte === backslash) {
        byte = raw[++i] as number;
        if (byte === lowerU) {
          byte = hexOf(raw.toString('latin1', i + 1, i + 5));
          i += 4;
        } else if (byte !== slash) byte = 0;
      }
      bytes[length++] = byte < 0x80 ? byte : 0;
    }
    return bytes.subarray(0, length);
  }

  /** A number, `true`, `false` or `null`. */
  scalar(): number | boolean | null {
    this.peek();
    for (const [word, value] of words) {
      if (this.#bytes.toString('latin1', this.#at, this.#at + word.length) === word) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #number(): number {
    const start = this.#at;
    while (isOfNumber(this.#bytes[this.#at])) this.#at++;
    const text = this.#bytes.toString('latin1', start, this.#at);
    if (!number.test(text)) this.fail('expected a value');
    const value = Number(text);
    return Number.isFinite(value) ? value : this.fail('a number out of range');
  }

  /** @throws WireError SerializationException; it tells the place, never what stands there */
  fail(problem: string): never {
    throw new WireError(
      'SerializationException',
      `the body is not JSON: ${problem}, byte ${this.#at}`,
    );
  }
}

/** `+-.0-9eE` */
function isOfNumber(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  if (byte >= 0x30 && byte <= 0x39) return true;
  return byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45 || byte === 0x65;
}

function hexOf(digits: string): number {
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : 0;
}
