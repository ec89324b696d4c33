// What was worked out of a short text, kept for the next time; bounded, since strangers choose the
// texts.

const textLengthMax = 512;
const keptMax = 256;

/** Values by the texts that they come of. */
export class Memo<Value> {
  readonly #kept = new Map<string, Value>();
  /** The one that was asked for last: comparing texts costs less than hashing one. */
  #lastText: string | undefined;
  #last: Value | undefined;

  get(text: string): Value | undefined {
    if (text === this.#lastText) return this.#last;
    const value = this.#kept.get(text);
    if (value === undefined) return undefined;
    this.#lastText = text;
    this.#last = value;
    return value;
  }

  /** @returns the value */
  keep(text: string, value: Value): Value {
    if (text.length > textLengthMax) return value;
    this.#lastText = undefined;
    if (this.#kept.size >= keptMax) this.#kept.clear();
    this.#kept.set(text, value);
    return value;
  }
}
