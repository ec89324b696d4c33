// Conditions and patterns for the model: one regular expression or one platform function each.

import type { ConditionJson, Scenario } from './scenario.js';

/** All condition keys of a request by lower-cased name; lists are multivalued. */
export type Keys = ReadonlyMap<string, string | readonly string[]>;

const multivalued = [
  'kms:encryptioncontextkeys',
  'kms:grantoperations',
  'kms:resourcealiases',
  'aws:calledvia',
];

export function keysOf(s: Scenario): Keys {
  const { caller: c, resource } = s;
  const all: Record<string, string | readonly string[] | undefined> = {
    ...s.keys,
    'kms:CallerAccount': c.account || undefined,
    'kms:EncryptionContextKeys': Object.keys(s.encryptionContext),
    'aws:PrincipalArn': c.kind === 'service' ? undefined : (c.roleArn ?? c.arn),
    'aws:username': c.kind === 'user' ? c.arn.replace(/^.*\//, '') : undefined,
    'aws:CurrentTime': new Date(s.timeMs).toISOString().replace(/\.\d+/, ''),
  };
  for (const [k, v] of Object.entries(s.encryptionContext)) all[`kms:EncryptionContext:${k}`] = v;
  for (const [k, v] of Object.entries(c.tags ?? {})) all[`aws:PrincipalTag/${k}`] = v;
  const present = Object.entries(all).filter(([k, v]) => {
    if (v === undefined || (v.length === 0 && v !== '')) return false;
    return resource.kind !== 'alias' || !k.startsWith('kms:');
  });
  return new Map(present.map(([k, v]) => [k.toLowerCase(), v as string | readonly string[]]));
}

const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const wild = (text: string) => quote(text).replaceAll('\\*', '.*').replaceAll('\\?', '.');

export function toPattern(pattern: string, flags: string): RegExp {
  return new RegExp(`^${wild(pattern)}$`, flags);
}

/** A pattern whose variables are filled in; undefined when one has no value. */
export function withVariables(pattern: string, keys: Keys): RegExp | undefined {
  let missing = false;
  const parts = pattern.split(/(\$\{[^}]*\})/).map((part) => {
    if (!part.startsWith('${')) return wild(part);
    if (/^\$\{[*?$]\}$/.test(part)) return quote(part.charAt(2));
    const [, name = '', fallback] = /^\$\{([^,]*?)(?:, '([^']*)')?\}$/.exec(part) ?? [];
    const value = keys.get(name.toLowerCase()) ?? fallback;
    if (typeof value !== 'string' || multivalued.includes(name.toLowerCase())) missing = true;
    return quote(String(value));
  });
  return missing ? undefined : new RegExp(`^${parts.join('')}$`, 's');
}

/** For operators without wildcards the stars of the policy are text. */
const literal = (wanted: string, keys: Keys) =>
  withVariables(
    wanted.replace(/\$\{([*?])\}|([*?])/g, (_, a, b) => `\${${a ?? b}}`),
    keys,
  );

const number = (text: string) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
const time = (text: string) => (/^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const v4 = (text: string) =>
  /^\d+\.\d+\.\d+\.\d+$/.test(text)
    ? text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
    : Number.NaN;

function inRange(address: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(v4(address) / size) === Math.floor(v4(base) / size);
}

const isArn = (text: string) => /^arn(:[^:]*){4}:/.test(text);

type Test = (value: string, wanted: string, keys: Keys) => boolean;
const tests: Record<string, Test> = {
  StringEquals: (v, w, keys) => literal(w, keys)?.test(v) ?? false,
  StringEqualsIgnoreCase: (v, w, keys) => {
    const source = literal(w, keys)?.source;
    return source !== undefined && new RegExp(source, 'is').test(v);
  },
  StringLike: (v, w, keys) => withVariables(w, keys)?.test(v) ?? false,
  ArnLike: (v, w, keys) => isArn(v) && (withVariables(w, keys)?.test(v) ?? false),
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
  BinaryEquals: (v, w) => Buffer.from(v, 'base64').equals(Buffer.from(w, 'base64')),
  IpAddress: inRange,
};
const unreadable: Record<string, (value: string) => boolean> = {
  IpAddress: (v) => Number.isNaN(v4(v)),
  ArnLike: (v) => !isArn(v),
};

export function conditionsHold(condition: ConditionJson, keys: Keys): boolean {
  return Object.entries(condition).every(([operator, wanted]) =>
    Object.entries(wanted).every(([key, values]) => holds(operator, key, values, keys)),
  );
}

function holds(operator: string, key: string, wanted: readonly string[], keys: Keys): boolean {
  const value = keys.get(key.toLowerCase());
  if (operator === 'Null') return wanted.includes(String(value === undefined));
  const [, qualifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = name.includes('Not');
  const base = name.replace('Not', '').replace('ArnEquals', 'ArnLike');
  const one = (v: string) =>
    !unreadable[base]?.(v) && wanted.some((w) => tests[base]?.(v, w, keys)) !== negated;
  if (qualifier === 'ForAllValues') return [value ?? []].flat().every(one);
  if (qualifier === 'ForAnyValue')
    return value === undefined ? ifExists !== undefined : [value].flat().some(one);
  if (multivalued.includes(key.toLowerCase())) return false;
  if (value === undefined) return negated || ifExists !== undefined;
  return typeof value === 'string' && one(value);
}
