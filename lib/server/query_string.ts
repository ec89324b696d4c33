// Query strings and form bodies: names and values, decoded.

import { percentDecode } from './percent_encoding.js';

/** A name and its value. */
export type Pair = readonly [name: string, value: string];

/**
 * Takes `a=1&b` apart. A name without `=` has the empty value.
 *
 * @param text - percent-encoded
 * @param plus - what `+` stands for: itself in a URL, a space in a form
 * @returns undefined when an escape is broken or no UTF-8 comes of it
 */
export function parseQuery(text: string, plus: '+' | ' '): Pair[] | undefined {
  const pairs: Pair[] = [];
  if (text === '') return pairs;
  for (const part of text.split('&')) {
    const raw = plus === ' ' ? part.replaceAll('+', ' ') : part;
    const equals = raw.indexOf('=');
    const name = percentDecode(equals < 0 ? raw : raw.slice(0, equals));
    const value = equals < 0 ? '' : percentDecode(raw.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    if (raw !== '') pairs.push([name, value]);
  }
  return pairs;
}
