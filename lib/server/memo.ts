// What was worked out of a short text, kept for the next time; bounded, since strangers choose the
// texts.

const textLengthMax = 512;
const keptMax = 256;

/** Values by the texts that they come of. */
export class Memo<Value> {
  readonly #kept = new Map<string, Value>();

  get(text: string): Value | undefined {
    return this.#kept.get(text);
  }

  /** @returns the value */
  keep(text: string, value: Value): Value {
    if (text.length > textLengthMax) return value;
    if (this.#kept.size >= keptMax) this.#kept.clear();
    this.#kept.set(text, value);
    return value;
  }
}
