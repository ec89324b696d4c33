// What explain says beyond the decision: the statements that applied, and those that came nearest.

import { describe, expect, test } from 'vitest';
import { compileGrant, type Explanation, explain } from '../../lib/authorization/index.js';
import {
  account,
  action,
  callers,
  compiledOf,
  identityPolicy,
  keyArn,
  keyPolicy,
  policy,
  type RequestParts,
  requestOf,
} from './support/requests.js';

const { alice } = callers;
const delegating = { Sid: 'delegates', Principal: { AWS: account } };
const explained = (parts: RequestParts): Explanation => explain(requestOf(parts));

describe('IAM allows, the key policy does not', () => {
  const key = keyPolicy({ Sid: 'bob', Principal: { AWS: `${alice.arn}2` } });
  const { reason, policies } = explained({ key, identity: [identityPolicy({ Sid: 'all' })] });

  test('is seen at once', () => {
    expect(reason).toBe('no key policy allows');
    expect(policies.map(({ kind, allows }) => [kind, allows.length])).toEqual([
      ['key policy', 0],
      ['identity policy', 1],
    ]);
  });

  test('the statement that came nearest says whom it wants', () => {
    expect(policies[0]?.nearest).toEqual([
      {
        statement: { kind: 'key policy', document: 'key policy', index: 0, sid: 'bob' },
        mismatches: [{ element: 'Principal', wanted: { AWS: `${alice.arn}2` }, actual: alice.arn }],
      },
    ]);
    expect(policies[1]?.nearest).toEqual([]);
  });
});

describe('mismatches', () => {
  const mismatches = (statement: object, parts: RequestParts = {}) =>
    explained({ key: keyPolicy({ ...statement }), ...parts }).policies[0]?.nearest[0]?.mismatches;

  test.each([
    [
      { Principal: { Service: 'ec2.amazonaws.com' } },
      'Principal',
      { Service: 'ec2.amazonaws.com' },
      alice.arn,
    ],
    [{ NotPrincipal: { AWS: [alice.arn] } }, 'NotPrincipal', { AWS: [alice.arn] }, alice.arn],
    [{ Action: ['kms:Sign', 'kms:Verify'] }, 'Action', ['kms:Sign', 'kms:Verify'], 'kms:Decrypt'],
    [{ NotAction: 'kms:De*' }, 'NotAction', 'kms:De*', 'kms:Decrypt'],
    [{ Action: undefined }, 'Action', undefined, 'kms:Decrypt'],
    [{ Resource: `${keyArn}0` }, 'Resource', `${keyArn}0`, keyArn],
    [{ NotResource: '*' }, 'NotResource', '*', keyArn],
    [{ Resource: undefined }, 'Resource', undefined, keyArn],
  ])('%j', (statement, element, wanted, actual) => {
    expect(mismatches(statement)).toEqual([{ element, wanted, actual }]);
  });

  const Condition = {
    StringEquals: { 'kms:EncryptionContext:tenant': ['blue', 'red'] },
    'ForAllValues:StringLikeIfExists': { 'kms:EncryptionContextKeys': 't*' },
    NumericLessThan: { 'kms:RotationPeriodInDays': 90 },
  };

  test('of conditions say operator, key, and both values', () => {
    const call = { encryptionContext: { tenant: 'green', app: 'x' } };
    expect(mismatches({ Condition }, { call })).toEqual([
      {
        element: 'Condition',
        operator: 'StringEquals',
        key: 'kms:EncryptionContext:tenant',
        wanted: ['blue', 'red'],
        actual: 'green',
      },
      {
        element: 'Condition',
        operator: 'ForAllValues:StringLikeIfExists',
        key: 'kms:EncryptionContextKeys',
        wanted: ['t*'],
        actual: ['tenant', 'app'],
      },
      {
        element: 'Condition',
        operator: 'NumericLessThan',
        key: 'kms:RotationPeriodInDays',
        wanted: ['90'],
        actual: undefined,
      },
    ]);
  });

  test('a pair that stands twice has no value', () => {
    const call = { encryptionContext: { tenant: 'blue', Tenant: 'blue' } };
    const { StringEquals } = Condition;
    expect(mismatches({ Condition: { StringEquals } }, { call })).toMatchObject([
      { actual: undefined },
    ]);
  });

  test('a variable that two tags answer to is told, and in a Deny applies', () => {
    const as = { ...alice, tags: { Team: 'blue', team: 'red' } };
    const StringLike = { 'kms:EncryptionContext:tenant': `\${aws:PrincipalTag/team}*` };
    const statement = { Condition: { StringLike } };
    expect(mismatches(statement, { as })).toEqual([
      { element: 'Variable', key: 'aws:PrincipalTag/team' },
    ]);
    const key = keyPolicy({}, { ...statement, Effect: 'Deny' });
    expect(explained({ key, as }).policies[0]?.denies).toHaveLength(1);
  });

  test('of several statements those with the fewest are told', () => {
    const key = keyPolicy(
      { Sid: 'far', Action: 'kms:Sign', Principal: { AWS: `${alice.arn}2` } },
      { Sid: 'near', Action: 'kms:Sign' },
      { Sid: 'near as well', Condition },
      { Sid: 'near too', Resource: `${keyArn}0` },
    );
    const [finding] = explained({ key, call: { encryptionContext: { tenant: 'blue' } } }).policies;
    expect(finding?.nearest.map(({ statement }) => statement.sid)).toEqual([
      'near',
      'near as well',
      'near too',
    ]);
  });
});

test('every policy that was asked is there, in the order of asking', () => {
  const { policies, decision } = explained({
    key: keyPolicy(delegating),
    identity: [identityPolicy({ Action: 'kms:Sign' }), identityPolicy()],
    boundary: policy('permissions boundary', {}),
    session: [policy('session policy', {})],
  });
  expect(decision).toBe('Allow');
  expect(policies.map(({ kind, allows }) => [kind, allows.length])).toEqual([
    ['key policy', 1],
    ['identity policy', 0],
    ['identity policy', 1],
    ['permissions boundary', 1],
    ['session policy', 1],
  ]);
});

test('all Denies that apply are told, beside the one that decided', () => {
  const key = keyPolicy(
    {},
    { Sid: 'one', Effect: 'Deny' },
    { Sid: 'two', Effect: 'Deny' },
    { Sid: 'not', Effect: 'Deny', Action: 'kms:Sign' },
  );
  const { reason, statements, policies } = explained({ key });
  expect(reason).toBe('explicit deny in key policy');
  expect(statements.map(({ sid }) => sid)).toEqual(['one']);
  expect(policies[0]?.denies.map(({ sid }) => sid)).toEqual(['one', 'two']);
});

describe('grants', () => {
  const grant = (id: string, GranteePrincipal: string, Operations: string[], tenant?: string) =>
    compiledOf(
      compileGrant(
        {
          GrantId: id,
          KeyId: keyArn,
          GranteePrincipal,
          IssuingAccount: `arn:aws:iam::${account}:root`,
          Operations,
          Constraints: tenant === undefined ? undefined : { EncryptionContextSubset: { tenant } },
        },
        { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' },
      ),
    );
  const nearest = (grants: ReturnType<typeof grant>[]) =>
    explained({ resource: { grants } }).nearestGrants;

  test('that came nearest say what failed', () => {
    expect(
      nearest([
        grant('a', `${alice.arn}2`, ['Encrypt']),
        grant('b', alice.arn, ['Decrypt'], 'blue'),
      ]),
    ).toEqual([{ grantId: 'b', mismatches: [{ element: 'Constraints' }] }]);
    expect(nearest([grant('a', alice.arn, ['Encrypt'])])).toEqual([
      { grantId: 'a', mismatches: [{ element: 'Operations' }] },
    ]);
    expect(nearest([grant('a', `${alice.arn}2`, ['Decrypt'])])).toEqual([
      { grantId: 'a', mismatches: [{ element: 'GranteePrincipal' }] },
    ]);
    expect(nearest([grant('a', alice.arn, ['Decrypt'])])).toEqual([]);
    expect(nearest([])).toEqual([]);
  });

  test('RetireGrant is about the grant that would be retired', () => {
    const retiredGrant = grant('a', alice.arn, ['Decrypt']);
    const ask = (as: RequestParts['as']) =>
      explain({
        ...requestOf({ ...(as && { as }), call: { retiredGrant } }),
        action: action('RetireGrant'),
      });
    expect(ask('service').nearestGrants).toEqual([
      { grantId: 'a', mismatches: [{ element: 'RetiringPrincipal' }] },
    ]);
    expect(ask('root')).toMatchObject({ decision: 'Allow', grantId: 'a', nearestGrants: [] });
  });
});
