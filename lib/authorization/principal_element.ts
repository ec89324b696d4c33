// The Principal and NotPrincipal elements of a key policy's statement.

import type { Effect } from './condition.js';
import { isJsonObject, type JsonValue } from './json.js';
import { refuse } from './policy_error.js';
import type { Principal } from './principal.js';
import {
  type Bind,
  everythingOf,
  named,
  namedByAny,
  type PrincipalPattern,
  parsePrincipalPattern,
  parseProviderPattern,
  parseServicePattern,
} from './principal_pattern.js';

/** Whom a statement speaks of. */
export interface PrincipalElement {
  readonly inverted: boolean;
  readonly patterns: readonly PrincipalPattern[];
}

/** @param inverted - NotPrincipal: everybody else */
export function parsePrincipalElement(
  element: JsonValue,
  inverted: boolean,
  bind?: Bind,
): PrincipalElement {
  if (element === '*') return { inverted, patterns: [{ kind: 'any' }] };
  if (!isJsonObject(element)) return invalid();
  const patterns = [...element].flatMap(([type, names]) => {
    const list: readonly JsonValue[] = Array.isArray(names) ? names : [names as JsonValue];
    return list.map((name) => parseName(type, name, bind));
  });
  if (patterns.length === 0) refuse('Policy contains a statement with no principal.');
  return { inverted, patterns };
}

function parseName(type: string, name: JsonValue, bind?: Bind): PrincipalPattern {
  if (typeof name !== 'string') return invalid();
  switch (type) {
    case 'AWS':
      return name === '*' ? { kind: 'any' } : (parsePrincipalPattern(name, bind) ?? invalid());
    case 'Service':
      return parseServicePattern(name) ?? invalid();
    case 'Federated':
      return parseProviderPattern(name) ?? invalid();
    // CanonicalUser is Amazon S3's alone.
    default:
      return invalid();
  }
}

function invalid(): never {
  refuse('Policy contains a statement with one or more invalid principals.');
}

/**
 * As what a statement names the caller: bits of {@link named}, none when it does not.
 *
 * A Deny with NotPrincipal spares only who is listed with his account, his role and his session; an
 * Allow with NotPrincipal passes over whoever is listed as any of these.
 */
export function namedByStatement(
  { inverted, patterns }: PrincipalElement,
  effect: Effect,
  caller: Principal,
): number {
  const found = namedByAny(patterns, caller);
  if (!inverted) return found;
  const whole = everythingOf(caller);
  const isListed = effect === 'Deny' ? (found & whole) === whole : found !== named.not;
  return isListed ? named.not : named.everybody;
}
