// Percent-encoding as Signature Version 4 has it: RFC 3986's unreserved characters stay, every other
// byte of the UTF-8 form becomes %XY in upper case.

const reserved = /[!'()*]/g;

/**
 * @param text - not encoded
 * @returns undefined when a lone surrogate stands in it
 */
export function percentEncode(text: string): string | undefined {
  try {
    // encodeURIComponent spares five characters that RFC 3986 reserves.
    return encodeURIComponent(text).replace(reserved, hexOf);
  } catch {
    return undefined;
  }
}

/** @returns undefined for a broken escape or for what is not UTF-8 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function hexOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
