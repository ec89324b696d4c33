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
    const third = inPadding > 1 ? zeroCharacter : (text[i + 2] as number);
    const fourth = inPadding > 0 ? zeroCharacter : (text[i + 3] as number);
    const high = ((text[i] as number) << 24) | ((text[i + 1] as number) << 16);
    const group = groupOf(high | (third << 8) | fourth);
    wrong |= group | -(group & ((1 << (8 * inPadding)) - 1));
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
/** `A`, which stands for six zeros. */
const zeroCharacter = 0x41;

function countPadding(text: Uint8Array): number {
  if (text.length === 0 || text[text.length - 1] !== padding) return 0;
  return text[text.length - 2] === padding ? 2 : 1;
}

// Four characters are worked on at once, each in a byte of a number of 32 bits: ranges are added up
// without a branch. No byte grows past 255 or falls below 0 on the way, into the next one.

const ones = 0x01010101;

/** 1 in each byte that is at least the limit, for bytes below 128; `gap`: 128 less the limit. */
const reaches = (bytes: number, gap: number) => ((bytes + Math.imul(gap, ones)) >>> 7) & ones;

/** 24 bits as four characters, the first one in the highest byte. */
function charactersOf(group: number): number {
  const values =
    ((group & 0xfc0000) << 6) | ((group & 0x03f000) << 4) | ((group & 0xfc0) << 2) | (group & 0x3f);
  return (
    values +
    Math.imul(0x41, ones) +
    Math.imul(reaches(values, 128 - 26), 6) -
    Math.imul(reaches(values, 128 - 52), 75) -
    Math.imul(reaches(values, 128 - 62), 15) +
    Math.imul(reaches(values, 128 - 63), 3)
  );
}

/** Four characters as 24 bits, or -1. */
function groupOf(four: number): number {
  const low = four & 0x7f7f7f7f;
  const fromZero = reaches(low, 128 - 0x30);
  const upper = reaches(low, 128 - 0x41) ^ reaches(low, 128 - 0x5b);
  const lower = reaches(low, 128 - 0x61) ^ reaches(low, 128 - 0x7b);
  const digit = fromZero ^ reaches(low, 128 - 0x3a);
  const plus = reaches(low, 128 - 0x2b) ^ reaches(low, 128 - 0x2c);
  const slash = reaches(low, 128 - 0x2f) ^ fromZero;
  const ofRange = upper | lower | digit;
  const values =
    ((low & Math.imul(ofRange, 255)) -
      Math.imul(upper, 65) -
      Math.imul(lower, 71) +
      (digit << 2) +
      Math.imul(plus, 62) +
      Math.imul(slash, 63)) |
    0;
  const wrong = (four & 0x80808080) | ((ofRange | plus | slash) ^ ones);
  return (
    ((wrong | -wrong) >> 31) |
    ((values >>> 6) & 0xfc0000) |
    ((values >>> 4) & 0x03f000) |
    ((values >>> 2) & 0xfc0) |
    (values & 0x3f)
  );
}
