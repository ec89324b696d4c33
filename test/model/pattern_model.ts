// Wildcards and policy variables for the model: one regular expression a pattern.

import { type Keys, multivalued } from './keys_model.js';
import type { StatementJson } from './scenario.js';

export const listOf = (v: string | readonly string[] | undefined) => [v ?? []].flat() as string[];

const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const wild = (text: string) => quote(text).replaceAll('\\*', '[^]*').replaceAll('\\?', '[^]');
const piece = /(\$\{[^}]*\})/;

/**
 * The source of an expression; undefined when a variable has no value.
 *
 * @param variables - undefined: `${` is text
 */
function sourceOf(
  pattern: string,
  variables: Keys | undefined,
  literal = quote,
): string | undefined {
  if (variables === undefined) return literal(pattern);
  const parts = pattern.split(piece).map((part) => {
    if (!part.startsWith('${')) return literal(part);
    if (/^\$\{[*?$]\}$/.test(part)) return quote(part.charAt(2));
    const [, name = '', fallback] = /^\$\{([^,]*?)(?:, '([^']*)')?\}$/.exec(part) ?? [];
    const key = variables.get(name.toLowerCase());
    if (multivalued.includes(name.toLowerCase())) return undefined;
    const value = key === undefined ? fallback : key.values[0];
    return value === undefined ? undefined : quote(value);
  });
  return parts.includes(undefined) ? undefined : parts.join('');
}

const matches = (source: string | undefined, text: string, flags = '') =>
  source !== undefined && new RegExp(`^(?:${source})$`, flags).test(text);

export function textMatches(pattern: string, text: string, variables?: Keys): boolean {
  return matches(sourceOf(pattern, variables, wild), text);
}

export function textEquals(
  wanted: string,
  text: string,
  variables: Keys | undefined,
  flags = '',
): boolean {
  return matches(sourceOf(wanted, variables), text, flags);
}

/** Cut at the first five colons that stand outside of variables. */
function arnParts(text: string): readonly string[] {
  const parts = [''];
  for (const [token] of text.matchAll(/\$\{[^}]*\}|[\s\S]/g)) {
    if (token === ':' && parts.length < 6) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

export function isArn(text: string): boolean {
  return text.split(':').length >= 6 && text.startsWith('arn:');
}

/** Part by part: no star reaches into the next part. A variable alone is a whole ARN. */
export function arnMatches(pattern: string, arn: string, variables: Keys | undefined): boolean {
  if (!isArn(arn)) return false;
  if (/^\$\{[^}]*\}$/.test(pattern)) return textEquals(pattern, arn, variables);
  const parts = arnParts(pattern);
  const [a, b, c, d, e, ...rest] = arn.split(':');
  const actual = [a, b, c, d, e, rest.join(':')] as string[];
  return parts.every((part, i) => textMatches(part, actual[i] as string, variables));
}

/** Whether a variable in the resources, or in texts and ARNs of conditions, has two values. */
export function namesAmbiguous(st: StatementJson, variables: Keys): boolean {
  const conditions = Object.entries(st.Condition ?? {}).filter(([name]) => /String|Arn/.test(name));
  const texts = JSON.stringify([st.Resource, st.NotResource, conditions.map(([, c]) => c)]);
  const names = [...texts.matchAll(/\$\{([^,}]*)/g)].map(([, name = '']) => name.toLowerCase());
  return names.some((name) => variables.get(name)?.isAmbiguous === true);
}
