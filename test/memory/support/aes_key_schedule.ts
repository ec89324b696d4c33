// The AES-256 key schedule (FIPS 197 §5.2), for tests that look for round keys in memory.

const roundKeys = 15;
const keyWords = 8;
const wordBytes = 4;

/** The 15 round keys of 16 bytes; the first two are the key's halves. */
export function aes256RoundKeys(key: Uint8Array): Uint8Array[] {
  const words = Array.from({ length: keyWords }, (_, i) => wordAt(key, i));
  for (let i = keyWords; i < roundKeys * wordBytes; i += 1) {
    words.push(nextWord(words, i));
  }
  return Array.from({ length: roundKeys }, (_, round) => bytesOf(words, round * wordBytes));
}

function nextWord(words: readonly number[], i: number): number {
  const previous = words[i - 1] ?? 0;
  const base = words[i - keyWords] ?? 0;
  if (i % keyWords === 0) {
    const constant = 1 << (24 + i / keyWords - 1);
    return base ^ substitute((previous << 8) | (previous >>> 24)) ^ constant;
  }
  return base ^ (i % keyWords === wordBytes ? substitute(previous) : previous);
}

function wordAt(key: Uint8Array, index: number): number {
  return new DataView(key.buffer, key.byteOffset).getInt32(index * wordBytes);
}

function bytesOf(words: readonly number[], first: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(wordBytes * wordBytes));
  for (let i = 0; i < wordBytes; i += 1) view.setInt32(i * wordBytes, words[first + i] ?? 0);
  return new Uint8Array(view.buffer);
}

function substitute(word: number): number {
  const substituted = [24, 16, 8, 0].map((shift) => sBox[(word >>> shift) & 0xff] ?? 0);
  return substituted.reduce((result, value) => (result << 8) | value, 0);
}

// FIPS 197 §5.1.1: the inverse in GF(2^8), then an affine map.
const sBox = Uint8Array.from({ length: 256 }, (_, value) => {
  const inverse = invert(value);
  const rotated = [0, 1, 2, 3, 4].map((n) => ((inverse << n) | (inverse >>> (8 - n))) & 0xff);
  return rotated.reduce((sum, term) => sum ^ term, 0x63);
});

function invert(value: number): number {
  for (let candidate = 1; candidate < 256; candidate += 1) {
    if (multiply(value, candidate) === 1) return candidate;
  }
  return 0;
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    if ((b >> bit) & 1) product ^= a << bit;
  }
  for (let bit = 14; bit >= 8; bit -= 1) {
    if ((product >> bit) & 1) product ^= 0x11b << (bit - 8);
  }
  return product;
}
