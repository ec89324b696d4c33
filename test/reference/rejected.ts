// The one failure of docs/format.md §2: no cause, whatever the cause.

export class Rejected extends Error {
  override readonly name = 'Rejected';

  constructor() {
    super('decryption failed');
  }
}

/** Throws {@link Rejected} unless `condition` holds. */
export function accept(condition: boolean): asserts condition {
  if (!condition) throw new Rejected();
}
