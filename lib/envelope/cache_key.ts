// The keys of a cache: strings, a character a byte where they are made of bytes.

/** Injective: the lengths of the parts stand before them. */
export function cacheKey(...parts: readonly (string | Uint8Array | undefined)[]): string {
  const texts = parts.map((part) => (typeof part === 'string' ? part : textOf(part)));
  return `${texts.map(({ length }) => length).join()};${texts.join('')}`;
}

/** Bytes as text, of as many characters. */
function textOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
