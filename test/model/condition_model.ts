// Conditions for the model: each operator is one platform function on two texts.

import { type Keys, multivalued } from './keys_model.js';
import { arnMatches, isArn, textEquals, textMatches } from './pattern_model.js';
import type { StatementJson } from './scenario.js';

const number = (text: string) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
/**
 * Seconds since 1970 but for four digits, which are a year; else a date. The platform takes many
 * more forms.
 */
function time(text: string): number {
  if (/^\d{4}(-\d\d-\d\d(T.*)?)?$/.test(text)) return Date.parse(text);
  return number(text) * 1000;
}

/** An address as bits, 32 or 128 of them; NaN-like undefined when it is none. */
function bitsOf(address: string): string | undefined {
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (v4 !== null)
    return v4
      .slice(1)
      .map((n) => Number(n).toString(2).padStart(8, '0'))
      .join('');
  if (!/^[0-9a-f:]*::[0-9a-f:]*$/.test(address)) return undefined;
  const [head = [], tail = []] = address
    .split('::')
    .map((half) => half.split(':').filter((g) => g !== ''));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((g) => Number.parseInt(g, 16).toString(2).padStart(16, '0')).join('');
}

function inRange(address: string, range: string): boolean {
  const [base = '', length] = range.split('/');
  const [actual = '', wanted = ''] = [bitsOf(address), bitsOf(base)];
  const prefix = wanted.slice(0, Number(length ?? wanted.length));
  // Host bits are ignored in version 4; in version 6 they hold nothing.
  const holdsAny = wanted.length === 32 || !wanted.slice(prefix.length).includes('1');
  return holdsAny && actual.length === wanted.length && actual.startsWith(prefix);
}

type Test = (value: string, wanted: string, variables: Keys | undefined) => boolean;
const tests: Record<string, Test> = {
  StringEquals: (v, w, vars) => textEquals(w, v, vars),
  StringEqualsIgnoreCase: (v, w, vars) => textEquals(w, v, vars, 'i'),
  StringLike: (v, w, vars) => textMatches(w, v, vars),
  ArnLike: (v, w, vars) => arnMatches(w, v, vars),
  NumericEquals: (v, w) => number(v) === number(w),
  NumericLessThan: (v, w) => number(v) < number(w),
  NumericLessThanEquals: (v, w) => number(v) <= number(w),
  NumericGreaterThan: (v, w) => number(v) > number(w),
  NumericGreaterThanEquals: (v, w) => number(v) >= number(w),
  DateEquals: (v, w) => time(v) === time(w),
  DateLessThan: (v, w) => time(v) < time(w),
  DateLessThanEquals: (v, w) => time(v) <= time(w),
  DateGreaterThan: (v, w) => time(v) > time(w),
  DateGreaterThanEquals: (v, w) => time(v) >= time(w),
  Bool: (v, w) => (v.toLowerCase() === 'true') === (w.toLowerCase() === 'true'),
  BinaryEquals: (v, w) => Buffer.from(v, 'base64').toString('base64') === v && v === w,
  IpAddress: inRange,
};
const unreadable: Record<string, (value: string) => boolean> = {
  IpAddress: (v) => bitsOf(v) === undefined,
  ArnLike: (v) => !isArn(v),
};

export function conditionsHold(
  st: StatementJson,
  keys: Keys,
  variables: Keys | undefined,
): boolean {
  return Object.entries(st.Condition ?? {}).every(([operator, wanted]) =>
    Object.entries(wanted).every(([key, values]) => {
      const value = keys.get(key.toLowerCase());
      // What cannot be known allows nothing, and escapes no Deny.
      if (value?.isAmbiguous === true) return st.Effect === 'Deny';
      return holds(
        operator,
        multivalued.includes(key.toLowerCase()),
        value?.values,
        values,
        variables,
      );
    }),
  );
}

function holds(
  operator: string,
  isSet: boolean,
  value: readonly string[] | undefined,
  wanted: readonly string[],
  variables: Keys | undefined,
): boolean {
  if (operator === 'Null') return wanted.includes(String(value === undefined));
  const [, qualifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = name.includes('Not');
  const base = name.replace('Not', '').replace('ArnEquals', 'ArnLike');
  const one = (v: string) =>
    !unreadable[base]?.(v) && wanted.some((w) => tests[base]?.(v, w, variables)) !== negated;
  if (qualifier === 'ForAllValues') return (value ?? []).every(one);
  if (qualifier === 'ForAnyValue') return value?.some(one) ?? ifExists !== undefined;
  if (isSet) return false;
  return value === undefined ? negated || ifExists !== undefined : one(value[0] as string);
}
