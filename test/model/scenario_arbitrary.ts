// Random scenarios over a small world, so that names meet often: two accounts, a handful of principals, one key.

import fc from 'fast-check';
import type { CallerJson, ConditionJson, GrantJson, PolicyJson, Scenario } from './scenario.js';

const ours = '111122223333';
const theirs = '444455556666';
const keyArn = `arn:aws:kms:us-east-1:${ours}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const otherKeyArn = `arn:aws:kms:us-east-1:${ours}:key/0987dcba-09fe-87dc-65ba-ab0987654321`;
const aliasArn = `arn:aws:kms:us-east-1:${ours}:alias/blue`;
const sourceArn = `arn:aws:rds:us-east-1:${ours}:db:one`;

const variable = (name: string) => `\${${name}}`;
const role = (account: string) => `arn:aws:iam::${account}:role/team/admin`;
const session = (account: string) => `arn:aws:sts::${account}:assumed-role/admin/s1`;

const callers: readonly CallerJson[] = [ours, theirs].flatMap((account): CallerJson[] => [
  { arn: `arn:aws:iam::${account}:root`, account, kind: 'root' },
  { arn: `arn:aws:iam::${account}:user/alice`, account, kind: 'user', tags: { Team: 'blue' } },
  { arn: session(account), account, kind: 'assumed role', roleArn: role(account) },
  { arn: `arn:aws:sts::${account}:federated-user/fred`, account, kind: 'federated user' },
]);
const service: CallerJson = { arn: 'rds.amazonaws.com', account: '', kind: 'service' };

const principals = [ours, theirs].flatMap((account) => [
  `arn:aws:iam::${account}:root`,
  account,
  `arn:aws:iam::${account}:user/alice`,
  `arn:aws:iam::${account}:user/bob`,
  role(account),
  session(account),
  `arn:aws:sts::${account}:federated-user/fred`,
]);

const operations =
  'Encrypt Decrypt GenerateDataKey DescribeKey CreateGrant RetireGrant RevokeGrant PutKeyPolicy'.split(
    ' ',
  );
const granted = operations.slice(0, 6);

const caller = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...callers.slice(0, 4)) },
  { weight: 3, arbitrary: fc.constantFrom(...callers.slice(4)) },
  { weight: 1, arbitrary: fc.constant(service) },
);

const asked = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      action: fc.constantFrom(...operations),
      resource: fc.constant({ kind: 'key' as const, arn: keyArn, account: ours }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      action: fc.constantFrom('CreateAlias', 'DeleteAlias'),
      resource: fc.constant({ kind: 'alias' as const, arn: aliasArn, account: ours }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      action: fc.constantFrom('ListKeys', 'CreateKey'),
      resource: fc.constant({ kind: 'any' as const, arn: '*', account: ours }),
    }),
  },
);

/** An element that now and then comes inverted, and now and then as a single text. */
function invertible(name: string, texts: readonly string[]): fc.Arbitrary<object> {
  const list = fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 });
  return fc.tuple(list, fc.integer({ max: 9, min: 0 })).map(([values, n]) => {
    const value = values.length === 1 ? values[0] : values;
    return { [n === 9 ? `Not${name}` : name]: value };
  });
}

const everything = { weight: 3, arbitrary: fc.constant({ Action: 'kms:*' }) };
const actions = fc.oneof(everything, {
  weight: 2,
  arbitrary: invertible('Action', [
    ...operations.map((name) => `kms:${name}`),
    'KMS:*crypt',
    'kms:?escribe*',
    'kms:*Grant*',
    '*',
    's3:*',
    'kms:*Alias',
  ]),
});

const resources = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ Resource: '*' }) },
  {
    weight: 2,
    arbitrary: invertible('Resource', [
      keyArn,
      otherKeyArn,
      aliasArn,
      `arn:aws:kms:*:${ours}:key/*`,
      `arn:aws:kms:us-????-1:*:*`,
      `arn:aws:kms:*:*:alias/${variable('aws:PrincipalTag/team')}`,
      `arn:aws:kms:*:*:key/${variable("aws:username, '1234*'")}*`,
    ]),
  },
);

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
  ours,
  `b${variable('?')}`,
];
const arns = [
  role(ours),
  `arn:aws:iam::*:user/${variable('aws:username')}`,
  'arn:aws:iam::*:role/*',
  sourceArn,
];
const numbers = ['90', '365', '365.0', '1000', '-1'];
const times = ['2026-09-12T08:41:07Z', '2026-09-12', '2025-01-01T00:00:00+02:00', '1800000000'];
const ranges = ['10.0.0.0/8', '10.1.2.3', '192.168.7.9/16', '0.0.0.0/0'];

const families: Readonly<Record<string, readonly string[]>> = {
  StringEquals: strings,
  StringNotEquals: strings,
  StringEqualsIgnoreCase: strings,
  StringNotEqualsIgnoreCase: strings,
  StringLike: strings,
  StringNotLike: strings,
  ArnLike: arns,
  ArnNotEquals: arns,
  ArnEquals: arns,
  ArnNotLike: arns,
  NumericEquals: numbers,
  NumericNotEquals: numbers,
  NumericLessThan: numbers,
  NumericLessThanEquals: numbers,
  NumericGreaterThan: numbers,
  NumericGreaterThanEquals: numbers,
  DateEquals: times,
  DateNotEquals: times,
  DateLessThan: times,
  DateLessThanEquals: times,
  DateGreaterThan: times,
  DateGreaterThanEquals: times,
  Bool: ['true', 'FALSE', 'yes'],
  BinaryEquals: ['Ymx1ZQ==', 'Z3JlZW4='],
  IpAddress: ranges,
  NotIpAddress: ranges,
};

/** A key, and the operators that suit it; any other is tried now and then. */
const suiting: readonly (readonly [string, RegExp])[] = [
  ['kms:EncryptionContext:tenant', /^String/],
  ['KMS:encryptioncontext:TENANT', /^String/],
  ['kms:EncryptionContextKeys', /^String/],
  ['kms:RequestAlias', /^String/],
  ['kms:CallerAccount', /^String/],
  ['kms:GrantOperations', /^String/],
  ['aws:username', /^String/],
  ['aws:PrincipalTag/team', /^String|Binary/],
  ['aws:UserAgent', /Binary|String/],
  ['aws:PrincipalArn', /^Arn/],
  ['aws:SourceArn', /^Arn/],
  ['kms:RotationPeriodInDays', /^Numeric/],
  ['aws:CurrentTime', /^Date/],
  ['aws:SecureTransport', /^Bool/],
  ['aws:SourceIp', /Ip/],
];

const oneCondition: fc.Arbitrary<ConditionJson> = fc
  .tuple(fc.constantFrom(...suiting), fc.integer({ min: 0, max: 9 }), fc.nat(), fc.nat())
  .chain(([[key, suits], n, pick, form]) => {
    if (n === 0) return fc.constantFrom('true', 'false').map((v) => ({ Null: { [key]: [v] } }));
    const names = Object.keys(families).filter((name) => n === 1 || suits.test(name));
    const name = names[pick % names.length] as string;
    // AWS KMS takes no ForAllValues on a pair of the encryption context.
    const isPair = /^kms:encryptioncontext:/i.test(key);
    const isSet = /Keys$|Operations$/.test(key);
    const qualifiers = isPair ? ['', '', 'ForAnyValue:'] : ['', 'ForAllValues:', 'ForAnyValue:'];
    const qualifier = isSet || form % 5 === 0 ? qualifiers[form % 3] : '';
    const operator = `${qualifier}${name}${form % 7 === 0 ? 'IfExists' : ''}`;
    return fc
      .uniqueArray(fc.constantFrom(...(families[name] as string[])), { minLength: 1, maxLength: 3 })
      .map((values) => ({ [operator]: { [key]: values } }));
  });

const condition = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: oneCondition.map((Condition) => ({ Condition })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(oneCondition, oneCondition)
      .map(([a, b]) => ({ Condition: { ...a, ...b } })),
  },
);

const principal = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ Principal: { AWS: `arn:aws:iam::${ours}:root` } }) },
  {
    weight: 5,
    arbitrary: invertible('Principal', principals).map((element) =>
      Object.fromEntries(Object.entries(element).map(([name, value]) => [name, { AWS: value }])),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { Principal: '*' },
      { Principal: { AWS: '*' } },
      { Principal: { Service: 'rds.amazonaws.com' } },
      { NotPrincipal: { Service: 'rds.amazonaws.com' } },
      {
        NotPrincipal: { AWS: [ours, role(ours), session(ours), `arn:aws:iam::${ours}:user/alice`] },
      },
    ),
  },
);

const effect = (denies: number) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant({ Effect: 'Allow' }) },
    { weight: denies, arbitrary: fc.constant({ Effect: 'Deny' }) },
  );

function policy(parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<PolicyJson> {
  const statement = fc.tuple(...parts).map((all) => Object.assign({}, ...all));
  return fc
    .array(statement, { minLength: 1, maxLength: 4 })
    .map((Statement) => ({ Version: '2012-10-17', Statement }));
}

const keyPolicy = policy([effect(2), principal, actions, resources, condition]);
const identityPolicy = policy([effect(1), actions, resources, condition]);

const context = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.dictionary(
      fc.constantFrom('tenant', 'blue', 'b'),
      fc.constantFrom('blue', 'green', 'b*', ''),
      { maxKeys: 2 },
    ),
  },
);

const constraints = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: context.map((equals) => ({ equals })) },
  { weight: 1, arbitrary: context.map((subset) => ({ subset })) },
  {
    weight: 1,
    arbitrary: fc.tuple(context, context).map(([equals, subset]) => ({ equals, subset })),
  },
);

const grantedOperations = fc.subarray(granted, { minLength: 1 });
const grant: fc.Arbitrary<GrantJson> = fc
  .tuple(
    fc.record(
      {
        grantee: fc.constantFrom(...principals),
        retiring: fc.constantFrom(...principals),
        issuer: fc.constantFrom(ours, ours, theirs),
        operations: grantedOperations,
      },
      { requiredKeys: ['grantee', 'issuer', 'operations'] },
    ),
    constraints,
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([parties, constrained, n]) =>
    n === 0
      ? { ...parties, ...constrained, grantee: service.arn, retiring: ours, sourceArn }
      : { ...parties, ...constrained },
  );

const keys = fc
  .record(
    {
      'kms:RequestAlias': fc.constantFrom('alias/blue', 'blue'),
      'kms:RotationPeriodInDays': fc.constantFrom('90', '365', '1000', 'many'),
      'kms:GrantOperations': fc.subarray(['blue', 'green', 'Encrypt'], { minLength: 1 }),
      'aws:SecureTransport': fc.constantFrom('true', 'false'),
      'aws:SourceIp': fc.constantFrom('10.1.2.3', '192.168.200.1', '8.8.8.8', 'nowhere'),
      'aws:UserAgent': fc.constantFrom('Ymx1ZQ==', 'blue'),
      'aws:SourceArn': fc.constantFrom(sourceArn, role(theirs), 'no arn'),
    },
    { requiredKeys: [] },
  )
  .map((record) => record as Scenario['keys']);

const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Any scenario. */
export const scenarioArbitrary: fc.Arbitrary<Scenario> = fc
  .tuple(
    asked,
    fc.record({
      caller,
      keyPolicy,
      identityPolicies: fc.array(identityPolicy, { maxLength: 2, minLength: 0 }),
      boundary: sometimes(identityPolicy),
      sessionPolicies: sometimes(fc.array(identityPolicy, { minLength: 1, maxLength: 2 })),
      grants: fc.array(grant, { maxLength: 3 }),
      retires: fc.integer({ min: 0, max: 2 }),
      proposes: fc
        .tuple(fc.record({ operations: grantedOperations }), constraints)
        .map(([a, b]) => ({ ...a, ...b })),
      timeMs: fc.constantFrom(1_789_202_467_000, 1_789_171_200_000, 1_700_000_000_000),
      encryptionContext: context,
      keys,
    }),
  )
  .map(([question, rest]) => ({ ...question, ...rest }));
