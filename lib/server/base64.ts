// Base64 (RFC 4648 §4) between bytes and bytes. What the wire carries in it may be a key: it must not
// become a string, which nobody can wipe, and no table is looked up at a place that depends on it.

/** The size of the encoded form. */
export function base64SizeBytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 3) * 4;
}

/**
 * Encodes into a buffer that has the room.
 *
 * @returns the place behind what was written
 */
export function writeBase64(bytes: Uint8Array, out: Uint8Array, start: number): number {
  let at = start;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const high = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8);
    const four = charactersOf(high | (bytes[i + 2] ?? 0));
    out[at] = four >>> 24;
    out[at + 1] = four >>> 16;
    out[at + 2] = left > 1 ? four >>> 8 : padding;
    out[at + 3] = left > 2 ? four : padding;
    at += 4;
  }
  return at;
}

/**
 * Decodes the canonical form alone: padded, no white space, no bits left over.
 *
 * @param text - ASCII
 * @returns bytes in memory of their own, or undefined
 */
export function decodeBase64(text: Uint8Array): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padded = countPadding(text);
  // Up to 64 bytes V8 would keep on its own heap, and copy where nobody wipes.
  const bytes = new Uint8Array(new ArrayBuffer((text.length / 4) * 3 - padded));
  let wrong = 0;
  let at = 0;
  for (let i = 0; i < text.length; i += 4) {
    const inPadding = i + 4 === text.length ? padded : 0;
    const a = sextetOf(text[i] as number);
    const b = sextetOf(text[i + 1] as number);
    const c = inPadding > 1 ? 0 : sextetOf(text[i + 2] as number);
    const d = inPadding > 0 ? 0 : sextetOf(text[i + 3] as number);
    const group = (a << 18) | (b << 12) | (c << 6) | d;
    wrong |= a | b | c | d | -(group & ((1 << (8 * inPadding)) - 1));
    // What lies past the end of an array is not written.
    bytes[at] = group >>> 16;
    bytes[at + 1] = group >>> 8;
    bytes[at + 2] = group;
    at += 3;
  }
  if (wrong >= 0) return bytes;
  bytes.fill(0);
  return undefined;
}

const padding = 0x3d;

function countPadding(text: Uint8Array): number {
  if (text.length === 0 || text[text.length - 1] !== padding) return 0;
  return text[text.length - 2] === padding ? 2 : 1;
}

/** A number whose four bytes are the same. */
const fourOf = (byte: number) => Math.imul(byte, 0x01010101);

/** 1 in each byte that is at least the limit, for bytes below 128. */
const atLeast = (bytes: number, limit: number) =>
  ((bytes + fourOf(0x80 - limit)) >>> 7) & 0x01010101;

/**
 * 24 bits as four characters, the first one in the highest byte: ranges added up, in all four
 * bytes at once, without a branch. No byte grows past 255 or falls below 0 on the way, into the
 * next one.
 */
function charactersOf(group: number): number {
  const values =
    ((group & 0xfc0000) << 6) | ((group & 0x03f000) << 4) | ((group & 0xfc0) << 2) | (group & 0x3f);
  return (
    values +
    fourOf(0x41) +
    Math.imul(atLeast(values, 26), 6) -
    Math.imul(atLeast(values, 52), 75) -
    Math.imul(atLeast(values, 62), 15) +
    Math.imul(atLeast(values, 63), 3)
  );
}

/** A character as 0 to 63, or -1. */
function sextetOf(character: number): number {
  return (
    -1 +
    ((((0x40 - character) & (character - 0x5b)) >> 8) & (character - 64)) +
    ((((0x60 - character) & (character - 0x7b)) >> 8) & (character - 70)) +
    ((((0x2f - character) & (character - 0x3a)) >> 8) & (character + 5)) +
    ((((0x2a - character) & (character - 0x2c)) >> 8) & 63) +
    ((((0x2e - character) & (character - 0x30)) >> 8) & 64)
  );
}
