import { describe, expect, test } from 'vitest';
import {
  aliasResource,
  anyResource,
  authorize,
  type Resource,
} from '../../lib/authorization/index.js';
import {
  account,
  applies,
  identityPolicy,
  keyArn,
  keyId,
  keyPolicy,
  requestOf,
  type Statement,
  statementRefusal,
} from './support/requests.js';

const aliasArn = `arn:aws:kms:us-east-1:${account}:alias/team/blue`;

/** Whether an identity policy's statement covers what it is about. */
function covers(statement: Statement, to: string, resource?: Resource): boolean {
  const key = keyPolicy({ Principal: { AWS: account } });
  const parts = { key, identity: [identityPolicy(statement)], to };
  return authorize(requestOf({ ...parts, ...(resource && { resource }) })).decision === 'Allow';
}

const onKey: readonly (readonly [string | string[], boolean])[] = [
  ['*', true],
  [keyArn, true],
  [keyArn.toUpperCase().replace('ARN:AWS:KMS', 'arn:aws:kms'), false],
  [`arn:aws:kms:*:*:key/*`, true],
  [`arn:aws:kms:us-east-1:${account}:*`, true],
  [`arn:aws:kms:us-????-1:${account}:key/${keyId}`, true],
  [`arn:aws:kms:us-???-1:${account}:key/${keyId}`, false],
  [`arn:*:kms:us-east-1:${account}:key/1234*`, true],
  [`arn:aws:kms:us-west-2:${account}:key/*`, false],
  [`arn:aws:kms:*:444455556666:key/*`, false],
  // A star stays within its part.
  [`arn:aws:kms:*:key/*:*`, false],
  [`arn:aws:kms:us-east-1:${account}:alias/*`, false],
  [`arn:aws:s3:us-east-1:${account}:key/*`, false],
  [[aliasArn, keyArn], true],
];

describe('Resource', () => {
  test.each(onKey)('%j covers the key: %s', (Resource, expected) => {
    expect(covers({ Resource }, 'Decrypt')).toBe(expected);
    expect(covers({ NotResource: Resource }, 'Decrypt')).toBe(!expected);
    expect(applies({ Resource }, { to: 'Decrypt' })).toBe(expected);
    expect(applies({ Effect: 'Deny', Resource }, { to: 'Decrypt' })).toBe(expected);
  });

  test.each([
    ['*', true],
    [aliasArn, true],
    ['arn:aws:kms:*:*:alias/*', true],
    ['arn:aws:kms:*:*:alias/team/*', true],
    ['arn:aws:kms:*:*:alias/blue', false],
    [keyArn, false],
  ])('%s covers the alias: %s', (Resource, expected) => {
    const alias = aliasResource(aliasArn, account);
    expect(covers({ Resource }, 'CreateAlias', alias)).toBe(expected);
  });

  test('what is done to no key is covered by * alone', () => {
    expect(covers({ Resource: '*' }, 'ListKeys', anyResource(account))).toBe(true);
    expect(covers({ Resource: 'arn:aws:kms:*:*:*' }, 'ListKeys', anyResource(account))).toBe(false);
    expect(covers({ NotResource: keyArn }, 'ListKeys', anyResource(account))).toBe(true);
  });

  test.each([
    'key/1234',
    '**',
    '',
    'arn:aws:kms:*',
    `arn:aws:kms:us-east-1:${account}`,
    `ARN:aws:kms:us-east-1:${account}:key/*`,
    `arn:aws:k*:us-east-1:${account}:key/*`,
    `arn:aws:km?:us-east-1:${account}:key/*`,
    `*:aws:kms:us-east-1:${account}:key/*`,
  ])('%j is no resource', (Resource) => {
    const message = `Syntax errors in policy: Statement[0].Resource: ${JSON.stringify(Resource)} is neither * nor an ARN that names its service`;
    expect(statementRefusal({ Resource })).toBe(message);
    expect(statementRefusal({ NotResource: ['*', Resource] }, 'identity policy')).toBe(message);
  });

  test.each([
    [[], 'must not be empty'],
    [true, 'must be text or a list of texts'],
    [['*', {}], 'must be text or a list of texts'],
  ])('%j is refused', (Resource, problem) => {
    expect(statementRefusal({ Resource })).toBe(
      `Syntax errors in policy: Statement[0].Resource: ${problem}`,
    );
  });
});
