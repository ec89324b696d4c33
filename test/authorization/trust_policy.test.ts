// The trust policy of a role decides on sts:AssumeRole as a key policy decides on its key.

import { describe, expect, test } from 'vitest';
import {
  accessDeniedText,
  authorize,
  compilePolicy,
  iamResource,
} from '../../lib/authorization/index.js';
import {
  account,
  callers,
  documentOf,
  errorOf,
  identityPolicy,
  otherAccount,
  policy,
  type RequestParts,
  reasonOf,
  refusal,
  requestOf,
  type Statement,
} from './support/requests.js';

const roleArn = `arn:aws:iam::${account}:role/deploy`;
const trust = (...statements: readonly Statement[]) => policy('trust policy', ...statements);
const assume = (statement: Statement, parts: RequestParts = {}): RequestParts => ({
  ...parts,
  to: 'sts:AssumeRole',
  resource: iamResource(roleArn, account, { policy: trust(statement), tags: { Team: 'blue' } }),
});
const identity = [identityPolicy({ Action: 'sts:AssumeRole', Resource: roleArn })];

describe('who may assume a role', () => {
  test.each<[string, RequestParts]>([
    ['allowed', assume({ Principal: { AWS: callers.alice.arn } })],
    ['no identity policy allows', assume({ Principal: { AWS: account } })],
    ['allowed', assume({ Principal: { AWS: account } }, { identity })],
    ['no trust policy allows', assume({ Principal: { AWS: otherAccount } }, { identity })],
    ['no identity policy allows', assume({ Principal: { AWS: otherAccount } }, { as: 'stranger' })],
    ['allowed', assume({ Principal: { AWS: otherAccount } }, { as: 'stranger', identity })],
    ['allowed', assume({ Principal: { Service: 'rds.amazonaws.com' } }, { as: 'service' })],
    ['explicit deny in trust policy', assume({ Effect: 'Deny' }, { identity })],
    ['no trust policy allows', assume({ Action: 'sts:TagSession' }, { identity })],
  ])('%s: %#', (reason, parts) => {
    expect(reasonOf(parts)).toBe(reason);
  });

  test('conditions see the call and the role', () => {
    const Condition = {
      StringEquals: { 'sts:ExternalId': 'x', 'aws:ResourceTag/team': 'blue' },
      Null: { 'aws:PrincipalArn': 'false' },
    };
    const call = { keys: { 'sts:ExternalId': 'x' } };
    expect(reasonOf(assume({ Condition }, { call }))).toBe('allowed');
    expect(reasonOf(assume({ Condition }))).toBe('no trust policy allows');
    const ofKms = { Null: { 'kms:CallerAccount': 'true', 'kms:ViaService': 'true' } };
    expect(reasonOf(assume({ Condition: ofKms }))).toBe('allowed');
  });

  test('the texts name a resource-based policy', () => {
    const text = (parts: RequestParts) => {
      const request = requestOf(parts);
      return accessDeniedText(request, authorize(request));
    };
    const nobody = { Principal: { AWS: `${callers.alice.arn}2` } };
    expect(text(assume(nobody))).toBe(
      `User: ${callers.alice.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn} because no resource-based policy allows the sts:AssumeRole action`,
    );
    expect(text(assume(nobody, { as: 'stranger' }))).toContain(
      'on this resource because the resource does not exist in this Region',
    );
    expect(text(assume({ Effect: 'Deny' }))).toMatch(
      /with an explicit deny in a resource-based policy$/,
    );
  });
});

describe('a trust policy is refused', () => {
  test.each([
    [{ Action: 'kms:*' }, 'AssumeRole policy may only specify STS AssumeRole actions.'],
    [
      { Action: ['sts:AssumeRole', '*'] },
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [{ Action: undefined }, 'Policy statement must contain actions.'],
    [{ Resource: '*' }, 'Has prohibited field Resource'],
    [{ NotResource: '*' }, 'Has prohibited field Resource'],
    [{ Principal: undefined }, 'Policy contains a statement with no principal.'],
    [
      { Principal: { AWS: 'alice' } },
      'Policy contains a statement with one or more invalid principals.',
    ],
    [
      { Condition: { StringEquals: { 'iam:PolicyARN': 'x' } } },
      'Syntax errors in policy: Statement[0].Condition.StringEquals.iam:PolicyARN: unknown condition key',
    ],
  ])('with %j', (statement, message) => {
    const text = documentOf('trust policy', [statement]);
    const error = errorOf(compilePolicy(text, { kind: 'trust policy', name: 'trust' }));
    expect(error).toEqual({ name: 'MalformedPolicyDocumentException', message });
  });

  test('with a Sid twice, not with an Id', () => {
    const twice = documentOf('trust policy', [{ Sid: 'a' }, { Sid: 'a' }]);
    expect(refusal(twice, 'trust policy')?.message).toMatch(/must be unique/);
    const withId = documentOf('trust policy', [{}]).replace('{', '{"Id":"x",');
    expect(refusal(withId, 'trust policy')).toBeUndefined();
  });
});
