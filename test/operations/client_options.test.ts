// What Kms.client takes: who asks, with which policies, over what kind of connection.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenConditionKeys, type KmsClientOptions } from '../../lib/client_options.js';
import { Kms } from '../../lib/kms.js';
import { account, region } from '../unit/engine_for_tests.js';
import { allow, allowAll, keyPolicy, otherAccount, outcome } from './support/scene.js';

let kms: Kms;
let KeyId: string;
beforeAll(async () => {
  kms = await Kms.open({ store: 'memory', account, region });
  KeyId = (await kms.client().createKey()).KeyMetadata.Arn;
});
afterAll(() => kms.close());

const policy = 'is no policy: ';
const cyclic: Record<string, unknown> = {};
cyclic['Statement'] = cyclic;
const cases: readonly [unknown, string | RegExp][] = [
  [null, 'options must be an object'],
  ['bob', 'options must be an object'],
  [{ principals: '' }, "unknown option 'principals'"],
  [{ principal: 'bob' }, /^`principal` must be the ARN/],
  [{ principal: 7 }, /^`principal` must be the ARN/],
  [{ principal: `arn:aws:iam::${account}:group/a` }, /^`principal` must be the ARN/],
  [{ principal: '', service: 's3.amazonaws.com' }, 'give either `principal` or `service`'],
  [{ service: 's3' }, '`service` must be a name like rds.amazonaws.com'],
  [{ service: 7 }, '`service` must be a name like rds.amazonaws.com'],
  [{ account: '7' }, '`account` must be 12 digits'],
  [{ region: 'Frankfurt' }, '`region` must be the name of a Region'],
  [{ principalTags: { a: 7 } }, '`principalTags` must be an object of strings'],
  [{ principalTags: null }, '`principalTags` must be an object of strings'],
  [{ identityPolicies: allowAll }, '`identityPolicies` must be a list'],
  [{ sessionPolicies: allowAll }, '`sessionPolicies` must be a list'],
  [{ identityPolicies: [allowAll, undefined] }, '`identityPolicies[1]` must be a policy document'],
  [{ identityPolicies: [cyclic] }, '`identityPolicies[0]` must be a policy document'],
  [{ identityPolicies: [{ a: 1n }] }, '`identityPolicies[0]` must be a policy document'],
  [{ identityPolicies: ['{'] }, new RegExp(`^\`identityPolicies\\[0\\]\` ${policy}`)],
  [{ sessionPolicies: ['{}'] }, new RegExp(`^\`sessionPolicies\\[0\\]\` ${policy}`)],
  [{ permissionsBoundary: '[]' }, new RegExp(`^\`permissionsBoundary\` ${policy}`)],
  [{ permissionsBoundary: null }, new RegExp(`^\`permissionsBoundary\` ${policy}`)],
  [
    {
      identityPolicies: [
        { ...allowAll, Statement: [{ ...allowAll.Statement[0], Principal: '*' }] },
      ],
    },
    new RegExp(`^\`identityPolicies\\[0\\]\` ${policy}`),
  ],
  [{ conditionValues: null }, '`conditionValues` must be an object'],
  [{ conditionValues: 'a' }, '`conditionValues` must be an object'],
  [
    { conditionValues: { 'kms:ViaService': 'a' } },
    '`conditionValues` cannot say what kms:ViaService is',
  ],
  [
    { conditionValues: { 'aws:PrincipalArn': 'a' } },
    '`conditionValues` cannot say what aws:PrincipalArn is',
  ],
  [{ conditionValues: { 'aws:SourceIp': 7 } }, '`conditionValues`: aws:SourceIp must be text'],
  [
    { conditionValues: { 'aws:PrincipalOrgPaths': [7] } },
    '`conditionValues`: aws:PrincipalOrgPaths must be text',
  ],
  [{ sourceArn: 7 }, '`sourceArn` must be text'],
  [{ sourceAccount: 111122223333 }, '`sourceAccount` must be text'],
];
test.each(cases)('refuses %o', (options, message) => {
  try {
    kms.client(options as KmsClientOptions);
  } catch (error) {
    expect(error).toMatchObject({ name: 'KeysteadError', code: 'ERR_INVALID_ARGUMENT' });
    const text = (error as Error).message;
    if (typeof message === 'string') expect(text).toBe(message);
    else expect(text).toMatch(message);
    return;
  }
  expect.unreachable();
});

test('Kms.open checks strictPrincipals', async () => {
  const work = Kms.open({ store: 'memory', strictPrincipals: 'yes' as never });
  expect(await outcome(work)).toBe(
    'ERR_INVALID_ARGUMENT: `strictPrincipals` must be true or false',
  );
});

describe('who asks', () => {
  const whoIs = async (options: KmsClientOptions) =>
    (await outcome(kms.client(options).putKeyPolicy({ KeyId, Policy: '{}' }))).replace(
      / is not auth.*/,
      '',
    );

  test.each([
    `arn:aws:iam::${account}:user/path/bob`,
    `arn:aws:sts::${account}:assumed-role/worker/one`,
    `arn:aws:iam::${account}:role/worker`,
    `arn:aws:sts::${account}:federated-user/fred`,
    `arn:aws:iam::${otherAccount}:root`,
  ])('%s', async (principal) => {
    expect(await whoIs({ principal })).toBe(`AccessDeniedException: User: ${principal}`);
  });

  test('by default the root of the account that is said, or of the Kms', async () => {
    expect(await whoIs({ account: otherAccount })).toBe(
      `AccessDeniedException: User: arn:aws:iam::${otherAccount}:root`,
    );
    expect(await outcome(kms.client().describeKey({ KeyId }))).toBe('ok');
    expect(await whoIs({ service: 's3.amazonaws.com' })).toBe(
      'AccessDeniedException: User: s3.amazonaws.com',
    );
  });
});

test('bare names are those of the principal’s account', async () => {
  const principal = `arn:aws:iam::${otherAccount}:user/carol`;
  const carol = kms.client({ principal, identityPolicies: [allowAll] });
  const { KeyMetadata } = await carol.createKey();
  expect(KeyMetadata.AWSAccountId).toBe(otherAccount);
  expect((await carol.listKeys()).Keys).toHaveLength(1);
});

test('policies are taken when the client is made', async () => {
  const document = allow('kms:DescribeKey');
  const principal = `arn:aws:iam::${account}:user/bob`;
  const bob = kms.client({ principal, identityPolicies: [document] });
  document.Statement = [];
  expect(await outcome(bob.describeKey({ KeyId }))).toBe('ok');
  const text = kms.client({
    principal,
    identityPolicies: [JSON.stringify(allow('kms:DescribeKey'))],
  });
  expect(await outcome(text.describeKey({ KeyId }))).toBe('ok');
});

test('a boundary and session policies limit, and allow nothing alone', async () => {
  const principal = `arn:aws:iam::${account}:user/bob`;
  const describeKey = (options: KmsClientOptions) =>
    outcome(kms.client({ principal, ...options }).describeKey({ KeyId }));
  const yes = [allow('kms:DescribeKey')];
  const no = allow('kms:Encrypt');
  expect(await describeKey({ identityPolicies: yes, permissionsBoundary: no })).toMatch(
    /no permissions boundary/,
  );
  expect(await describeKey({ identityPolicies: yes, sessionPolicies: [no] })).toMatch(
    /no session policy/,
  );
  expect(await describeKey({ identityPolicies: yes, sessionPolicies: [] })).toMatch(
    /no session policy/,
  );
  expect(await describeKey({ identityPolicies: yes, sessionPolicies: [no, ...yes] })).toBe('ok');
  expect(await describeKey({ permissionsBoundary: yes[0], sessionPolicies: yes })).toMatch(
    /no identity-based/,
  );
});

test.each([...givenConditionKeys])('%s is seen by conditions', async (name) => {
  const principal = `arn:aws:iam::${account}:user/bob`;
  const isSet = name === 'aws:PrincipalOrgPaths';
  const present = { Null: { [name]: 'false' } };
  const condition = isSet ? { 'ForAnyValue:StringEquals': { [name]: 'a' } } : present;
  const identityPolicies = [
    { Version: '2012-10-17', Statement: [{ ...allowAll.Statement[0], Condition: condition }] },
  ];
  const conditionValues = { [name]: isSet ? ['a', 'b'] : 'a' };
  const given = kms.client({ principal, identityPolicies, conditionValues });
  expect(await outcome(given.describeKey({ KeyId }))).toBe('ok');
  const absent = kms.client({ principal, identityPolicies });
  expect(await outcome(absent.describeKey({ KeyId }))).toMatch(/^AccessDenied/);
});

test('principalTags and a service’s source', async () => {
  const principal = `arn:aws:iam::${account}:user/bob`;
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
  const identityPolicies = [
    { Version: '2012-10-17', Statement: [{ ...allowAll.Statement[0], Condition }] },
  ];
  const tagged = (team: string) =>
    kms.client({ principal, identityPolicies, principalTags: { team } });
  expect(await outcome(tagged('blue').describeKey({ KeyId }))).toBe('ok');
  expect(await outcome(tagged('red').describeKey({ KeyId }))).toMatch(/^AccessDenied/);
  const source = { 'aws:SourceAccount': account, 'aws:SourceArn': 'arn:aws:s3:::b' };
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'kms:DescribeKey',
    Resource: '*',
    Condition: { StringEquals: source },
  };
  await kms.client().putKeyPolicy({ KeyId, Policy: keyPolicy(statement) });
  const s3 = { service: 's3.amazonaws.com', sourceAccount: account, sourceArn: 'arn:aws:s3:::b' };
  expect(await outcome(kms.client(s3).describeKey({ KeyId }))).toBe('ok');
  expect(
    await outcome(kms.client({ ...s3, sourceArn: 'arn:aws:s3:::c' }).describeKey({ KeyId })),
  ).toMatch(/^Access/);
  expect(await outcome(kms.client({ service: s3.service }).describeKey({ KeyId }))).toMatch(
    /^Access/,
  );
});

test('tags and condition values are taken as they are when the client is made', async () => {
  let reads = 0;
  const principalTags = { team: 'red' };
  const conditionValues = {
    get 'aws:SourceIp'() {
      reads += 1;
      return reads === 1 ? '192.0.2.1' : (7 as unknown as string);
    },
    'aws:PrincipalOrgPaths': ['o-1/'],
  };
  const onlyWhen = (Condition: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition },
    });
  const alice = kms.client({
    principal: `arn:aws:iam::${account}:user/alice`,
    principalTags,
    conditionValues,
    identityPolicies: [
      onlyWhen({
        StringEquals: { 'aws:PrincipalTag/team': 'blue' },
        IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
        'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': 'o-2/' },
      }),
      onlyWhen({
        StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:RequestedRegion': region },
        IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
        Bool: { 'aws:ViaAWSService': 'false' },
      }),
    ],
  });
  principalTags.team = 'blue';
  conditionValues['aws:PrincipalOrgPaths'][0] = 'o-2/';
  expect(await outcome(alice.describeKey({ KeyId }))).toBe('ok');
});
