// Random conditions: every operator, every qualifier, keys that suit and keys that do not.

import fc from 'fast-check';
import type { ConditionJson } from './scenario.js';
import { keyArn, ours, roleArn, sourceArn, viaService } from './world.js';

const variable = (name: string) => `\${${name}}`;

const strings = [
  'blue',
  'Blue',
  'b*',
  '?lue',
  variable('aws:PrincipalTag/team'),
  'green',
  '',
  variable('*'),
  variable("kms:GrantOperations, 'blue'"),
  variable("aws:PrincipalTag/none, 'blue'"),
  ours,
  `b${variable('?')}`,
  viaService,
  'tenant',
  'T*',
];
const arns = [
  roleArn(ours),
  `arn:aws:iam::*:user/${variable('aws:username')}`,
  'arn:aws:iam::*:role/*',
  'arn:aws:*:us-east-1:*:*:one',
  'arn:*:rds:us-????-1:*:db:*',
  sourceArn,
  variable('aws:PrincipalArn'),
];
const numbers = ['90', '365', '365.0', '1000', '-1'];
const times = ['2026-09-12T08:41:07Z', '2026-09-12', '2025-01-01T00:00:00+02:00', '1800000000'];
const ranges = [
  '10.0.0.0/8',
  '10.1.2.3',
  '192.168.7.9/16',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8::1/32',
  '::/0',
];

const families: readonly (readonly [readonly string[], string])[] = [
  [
    strings,
    'StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike ' +
      'StringNotLike',
  ],
  [arns, 'ArnLike ArnNotLike ArnEquals ArnNotEquals'],
  [
    numbers,
    'NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan ' +
      'NumericGreaterThanEquals',
  ],
  [
    times,
    'DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan ' +
      'DateGreaterThanEquals',
  ],
  [['true', 'FALSE', 'yes'], 'Bool'],
  [['Ymx1ZQ==', 'Z3JlZW4='], 'BinaryEquals'],
  [ranges, 'IpAddress NotIpAddress'],
];
const valuesOf = new Map(
  families.flatMap(([values, names]) => names.split(' ').map((name) => [name, values] as const)),
);

/** All operators but Null. */
export const operatorNames: readonly string[] = [...valuesOf.keys()];

/** A key, and the operators that suit it; any other is tried now and then. */
const suiting: readonly (readonly [string, RegExp])[] = [
  ['kms:EncryptionContext:tenant', /^String/],
  ['KMS:encryptioncontext:TENANT', /^String/],
  ['kms:EncryptionContextKeys', /^String/],
  ['kms:RequestAlias', /^String/],
  ['kms:CallerAccount', /^String/],
  ['kms:ViaService', /^String/],
  ['kms:GrantOperations', /^String/],
  ['aws:username', /^String/],
  ['aws:ResourceAccount', /^String/],
  ['aws:PrincipalTag/team', /^String|Binary/],
  ['aws:ResourceTag/Team', /^String/],
  ['aws:UserAgent', /^String|Binary/],
  ['aws:UserAgent', /Binary/],
  ['aws:PrincipalArn', /^Arn/],
  ['aws:SourceArn', /^Arn/],
  ['kms:RotationPeriodInDays', /^Numeric/],
  ['aws:CurrentTime', /^Date/],
  ['aws:SecureTransport', /^Bool/],
  ['aws:SourceIp', /Ip/],
];
const sets = /Keys$|GrantOperations$/;
const pair = /^kms:encryptioncontext:/i;

/** AWS KMS takes no ForAllValues on a pair of the encryption context. */
function qualifierFor(key: string, form: number): string {
  const qualifiers = ['ForAnyValue:', pair.test(key) ? '' : 'ForAllValues:', ''];
  const isRare = !sets.test(key) && form % 4 !== 0;
  return isRare ? '' : (qualifiers[(form >> 2) % 3] as string);
}

const oneCondition: fc.Arbitrary<ConditionJson> = fc
  .tuple(fc.constantFrom(...suiting), fc.integer({ min: 0, max: 11 }), fc.nat(999), fc.nat(999))
  .chain(([[key, suits], n, pick, form]) => {
    if (n === 0) return fc.constantFrom('true', 'false').map((v) => ({ Null: { [key]: [v] } }));
    const names = operatorNames.filter((name) => n === 1 || suits.test(name));
    const name = names[pick % names.length] as string;
    const operator = `${qualifierFor(key, form)}${name}${form % 7 === 0 ? 'IfExists' : ''}`;
    return fc
      .uniqueArray(fc.constantFrom(...(valuesOf.get(name) ?? [])), { minLength: 1, maxLength: 3 })
      .map((values) => ({ [operator]: { [key]: values } }));
  });

/** The Condition of a statement, if it has one. */
export const condition: fc.Arbitrary<object> = fc.oneof(
  { weight: 7, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: oneCondition.map((Condition) => ({ Condition })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(oneCondition, oneCondition)
      .map(([a, b]) => ({ Condition: { ...a, ...b } })),
  },
);

/** Values of condition keys that the call carries as they are. */
export const conditionKeys = fc.record(
  {
    'kms:RequestAlias': fc.constantFrom('alias/blue', 'blue'),
    'kms:RotationPeriodInDays': fc.constantFrom('90', '365', '1000', 'many'),
    'kms:GrantOperations': fc.subarray(['blue', 'green', 'Encrypt'], { minLength: 1 }),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
    'aws:SourceIp': fc.constantFrom(
      '10.1.2.3',
      '192.168.200.1',
      '8.8.8.8',
      'nowhere',
      '2001:db8::1',
      '::1',
    ),
    'aws:UserAgent': fc.constantFrom('Ymx1ZQ==', 'blue'),
    'aws:SourceArn': fc.constantFrom(sourceArn, sourceArn, roleArn(ours), keyArn, 'no arn'),
  },
  { requiredKeys: [] },
);
