// Policy variables and wildcards.

import { describe, expect, test } from 'vitest';
import { compilePolicy, keyResource } from '../../lib/authorization/index.js';
import {
  account,
  applies,
  callers,
  compiledOf,
  documentOf,
  holds,
  identityPolicy,
  keyArn,
  keyPolicy,
  principal,
  type RequestParts,
  reasonOf,
  statementRefusal,
} from './support/requests.js';

const variable = (text: string) => `\${${text}}`;
const tagged = (value: string) => ({ as: { ...callers.alice, tags: { Team: value } } });
const context = (tenant: string): RequestParts => ({ call: { encryptionContext: { tenant } } });
const tenant = 'kms:EncryptionContext:tenant';
const team = variable('aws:PrincipalTag/team');

// A second is far more than either takes; going back over every way to split the spaces takes hours.
test('one that does not end is refused without trying every way to read it', () => {
  const startedMs = performance.now();
  const Resource = `arn:aws:kms:::key/\${${' '.repeat(4000)}`;
  expect(statementRefusal({ Resource })).toContain('unknown policy variable');
  expect(performance.now() - startedMs).toBeLessThan(1000);
});

test('spaces around its name are no part of it', () => {
  const Resource = `${keyArn.slice(0, keyArn.lastIndexOf('/'))}/\${  aws:PrincipalTag/team  ,  'x' }`;
  expect(statementRefusal({ Resource })).toBeUndefined();
});

describe('wildcards', () => {
  test.each([
    ['*', '', true],
    ['*', 'a:b/c\nd', true],
    ['a*', 'a', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbb', false],
    ['a*b*c', 'a-b-b-c', true],
    ['*ab*ab*', 'abxab', true],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'aab', false],
    ['aa*aa', 'aaa', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', '', false],
    ['??', '😀', true],
    ['?', '😀', false],
    ['*?c', 'c', false],
    ['*?c*', 'xxbcx', true],
    ['a?*', 'ab', true],
    ['?*?', 'a', false],
    ['', '', true],
    ['', 'a', false],
    ['A*', 'abc', false],
    ['a.c', 'abc', false],
  ])('StringLike %j matches %j: %s', (pattern, text, expected) => {
    expect(holds({ StringLike: { [tenant]: pattern } }, context(text))).toBe(expected);
    expect(holds({ StringNotLike: { [tenant]: pattern } }, context(text))).toBe(!expected);
  });

  test('are text to StringEquals', () => {
    expect(holds({ StringEquals: { [tenant]: 'b*' } }, context('blue'))).toBe(false);
    expect(holds({ StringEquals: { [tenant]: 'b*' } }, context('b*'))).toBe(true);
  });

  test('many stars do not take for ever', () => {
    const pattern = `${'*a'.repeat(2000)}b`;
    expect(holds({ StringLike: { [tenant]: pattern } }, context('a'.repeat(8000)))).toBe(false);
  });
});

describe('variables', () => {
  test.each([
    ['StringEquals', team, 'blue', true],
    ['StringEquals', team, 'green', false],
    ['StringEquals', `x-${team}-y`, 'x-blue-y', true],
    ['StringEqualsIgnoreCase', team, 'BLUE', true],
    ['StringLike', `${team}*`, 'blue-1', true],
    ['StringLike', `*${team}?`, 'my blues', true],
    ['StringEquals', variable('AWS:principalTAG/TEAM'), 'blue', true],
    ['StringEquals', variable("aws:PrincipalTag/team, 'x'"), 'blue', true],
    ['StringEquals', variable("aws:PrincipalTag/none, 'a b'"), 'a b', true],
    ['StringEquals', variable("aws:PrincipalTag/none, ''"), '', true],
    ['StringEquals', variable('*'), '*', true],
    ['StringLike', variable('*'), 'blue', false],
    ['StringLike', variable('?'), '?', true],
    ['StringLike', `${variable('$')}{x}`, `\${x}`, true],
  ])('%s %j is %j: %s', (operator, wanted, value, expected) => {
    const parts = { ...tagged('blue'), ...context(value) };
    expect(holds({ [operator]: { [tenant]: wanted } }, parts)).toBe(expected);
  });

  test('without a value they match nothing, and negated operators match', () => {
    const none = variable('aws:PrincipalTag/none');
    const parts = context('blue');
    for (const operator of ['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'])
      expect(holds({ [operator]: { [tenant]: [none, `*${none}`] } }, parts)).toBe(false);
    for (const operator of ['StringNotEquals', 'StringNotEqualsIgnoreCase', 'StringNotLike'])
      expect(holds({ [operator]: { [tenant]: none } }, parts)).toBe(true);
  });

  test('what they bring in is text: its stars are stars', () => {
    const parts = (value: string) => ({ ...tagged('b*'), ...context(value) });
    expect(holds({ StringLike: { [tenant]: team } }, parts('blue'))).toBe(false);
    expect(holds({ StringLike: { [tenant]: team } }, parts('b*'))).toBe(true);
  });

  test('a multivalued key never stands for one, nor does its default', () => {
    const parts = { to: 'CreateGrant', ...context('x') };
    const call = { ...parts.call, keys: { 'kms:GrantOperations': ['x'] } };
    const wanted = variable("kms:GrantOperations, 'x'");
    expect(holds({ StringEquals: { [tenant]: wanted } }, { ...parts, call })).toBe(false);
    expect(holds({ StringEquals: { [tenant]: wanted } }, parts)).toBe(false);
  });

  test('two tags that differ in case alone: nothing is allowed, what is denied stays so', () => {
    const as = { ...callers.alice, tags: { Team: 'blue', team: 'blue' } };
    const parts = { as, ...context('blue') };
    const values = [team, `${team}x`, variable("aws:PrincipalTag/team, 'blue'")];
    for (const operator of ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'])
      for (const value of values) {
        const Condition = { [operator]: { [tenant]: value } };
        expect(holds(Condition, parts)).toBe(false);
        expect(applies({ Effect: 'Deny', Condition }, parts)).toBe(true);
        expect(applies({ Effect: 'Deny', Condition, Action: 'kms:Sign' }, parts)).toBe(false);
      }
    const Resource = `arn:aws:kms:*:*:key/${team}`;
    expect(applies({ Resource }, parts)).toBe(false);
    expect(applies({ NotResource: Resource }, parts)).toBe(false);
    expect(applies({ Effect: 'Deny', Resource }, parts)).toBe(true);
  });

  test('before version 2012-10-17 they are text', () => {
    for (const version of ['2008-10-17', undefined]) {
      const Condition = { StringEquals: { [tenant]: team } };
      const text = documentOf('key policy', [{ Condition }], version as string);
      const json =
        version === undefined ? JSON.stringify({ ...JSON.parse(text), Version: undefined }) : text;
      const key = compiledOf(compilePolicy(json, { kind: 'key policy', name: 'default' }));
      expect(reasonOf({ key, ...tagged('blue'), ...context('blue') })).toBe('no key policy allows');
      expect(reasonOf({ key, ...context(team) })).toBe('allowed');
    }
  });

  test.each([
    `\${`,
    `\${}`,
    `\${aws:PrincipalTag/team`,
    variable('team'),
    variable('aws:NoSuchKey'),
    variable('kms:Nothing'),
    variable("aws:username, 'a'b'"),
    variable('aws:username, a'),
    variable('*x'),
  ])('%j is no variable', (wanted) => {
    const Condition = { StringEquals: { [tenant]: wanted } };
    expect(statementRefusal({ Condition })).toBe(
      `Syntax errors in policy: Statement[0].Condition.StringEquals.${tenant}: unknown policy variable in ${JSON.stringify(wanted)}`,
    );
  });

  test('are not looked for in values that are no text', () => {
    const parts = { call: { keys: { 'aws:SecureTransport': 'true' } } };
    expect(holds({ Bool: { 'aws:SecureTransport': team } }, parts)).toBe(false);
    for (const [operator, key] of [
      ['NumericEquals', 'kms:RotationPeriodInDays'],
      ['DateEquals', 'aws:CurrentTime'],
      ['IpAddress', 'aws:SourceIp'],
      ['BinaryEquals', 'aws:UserAgent'],
      ['Null', 'aws:UserAgent'],
    ] as const)
      expect(statementRefusal({ Condition: { [operator]: { [key]: team } } })).toContain(operator);
  });
});

describe('variables in ARNs', () => {
  const wanted = `arn:aws:iam::*:user/${variable('aws:username')}`;
  const value = `arn:aws:iam::${account}:user/alice`;

  test('stay within their part', () => {
    const parts = { call: { keys: { 'aws:SourceArn': value } } };
    expect(holds({ ArnLike: { 'aws:SourceArn': wanted } }, parts)).toBe(true);
    const sly = principal(`arn:aws:iam::${account}:user/x`, {
      tags: { team: `${account}:user/alice` },
    });
    const reaching = { ArnLike: { 'aws:SourceArn': `arn:aws:iam:*:${team}:*` } };
    expect(holds(reaching, { ...parts, as: sly })).toBe(false);
  });

  test('a variable that is the whole value is a whole ARN', () => {
    const Condition = { ArnEquals: { 'aws:SourceArn': variable('aws:PrincipalArn') } };
    const call = (arn: string) => ({ call: { keys: { 'aws:SourceArn': arn } } });
    expect(holds(Condition, call(value))).toBe(true);
    expect(holds(Condition, call(`${value}2`))).toBe(false);
    expect(holds({ ArnNotEquals: Condition.ArnEquals }, call(`${value}2`))).toBe(true);
  });

  test('a Resource has them after the fifth colon', () => {
    const resource = keyResource(keyArn, account, {});
    const allows = (Resource: string, team: string) => {
      const parts = { ...tagged(team), resource, key: keyPolicy({ Principal: { AWS: account } }) };
      return reasonOf({ ...parts, identity: [identityPolicy({ Resource })] }) === 'allowed';
    };
    const pattern = `arn:aws:kms:*:*:key/${team}-*`;
    expect(allows(pattern, '1234abcd')).toBe(true);
    expect(allows(pattern, '1234*')).toBe(false);
    expect(allows(`arn:aws:kms:*:*:key/${variable('aws:PrincipalTag/none')}*`, 'x')).toBe(false);
    for (const Resource of [`arn:aws:kms:*:${team}:key/*`, `arn:aws:kms:${team}:*:key/*`])
      expect(statementRefusal({ Resource })).toBe(
        'Syntax errors in policy: Statement[0].Resource: a policy variable must stand after the fifth colon',
      );
    expect(statementRefusal({ Resource: team })).toContain('neither * nor an ARN');
  });
});
