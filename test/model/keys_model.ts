// The condition keys of a request for the model.

import type { Scenario } from './scenario.js';

export interface KeyValue {
  readonly values: readonly string[];
  /** Two names that differ in case alone. */
  readonly isAmbiguous: boolean;
}

/** The condition keys that are present, by lower-cased name. */
export type Keys = ReadonlyMap<string, KeyValue>;

export const multivalued = [
  'kms:encryptioncontextkeys',
  'kms:grantoperations',
  'kms:resourcealiases',
  'aws:calledvia',
];
const tellNoCaller = ['ListKeys', 'GenerateRandom', 'ListAliases', 'ListRetirableGrants'];

export function keysOf(s: Scenario): Keys {
  const { caller: c, resource } = s;
  const prefixed = (prefix: string, pairs: Readonly<Record<string, string>> = {}) =>
    Object.entries(pairs).map(([k, v]) => [`${prefix}${k}`, v] as const);
  const told = tellNoCaller.includes(s.action)
    ? {}
    : { 'kms:CallerAccount': c.account || undefined, 'kms:ViaService': s.viaService };
  const facts = Object.entries({
    ...told,
    ...s.keys,
    'kms:EncryptionContextKeys': Object.keys(s.encryptionContext),
    'aws:PrincipalArn': c.kind === 'service' ? undefined : (c.roleArn ?? c.arn),
    'aws:username': c.kind === 'user' ? c.arn.replace(/^.*\//, '') : undefined,
    'aws:ResourceAccount': resource.account,
    'aws:CurrentTime': new Date(s.timeMs).toISOString().replace(/\.\d+/, ''),
  });
  const pairs = [
    ...prefixed('kms:EncryptionContext:', s.encryptionContext),
    ...prefixed('aws:PrincipalTag/', c.tags),
    ...(resource.kind === 'key' ? prefixed('aws:ResourceTag/', s.keyTags) : []),
  ];
  const keys = new Map<string, KeyValue>();
  for (const [name, value] of [...facts, ...pairs]) {
    const lower = name.toLowerCase();
    const values = [value ?? []].flat();
    // No kms: key applies to the alias half of operations on aliases.
    if (values.length === 0 || (resource.kind === 'alias' && lower.startsWith('kms:'))) continue;
    keys.set(lower, { values, isAmbiguous: keys.has(lower) });
  }
  return keys;
}
