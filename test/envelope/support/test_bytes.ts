// Plaintexts for tests.

/** Byte i is (i * 31 + 7) mod 256, as in the vectors of the Encryption SDK for JavaScript. */
export function patternBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + 7) & 0xff;
  return bytes;
}

/**
 * A small, fast, seeded generator (xorshift32): what it gives looks random and is the same in every
 * run.
 */
export function seededBytes(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed | 1;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 0xff;
  }
  return bytes;
}
