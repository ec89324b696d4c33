// How conditions combine, and what absent and multivalued keys are to them.

import { describe, expect, test } from 'vitest';
import {
  applies,
  holds,
  type RequestParts,
  refusal,
  statementRefusal,
} from './support/requests.js';

const tenant = 'kms:EncryptionContext:tenant';
const names = 'kms:EncryptionContextKeys';
const context = (encryptionContext: Record<string, string>): RequestParts => ({
  call: { encryptionContext },
});

/**
 * A value of the policy for each operator, and two of the request: one that matches it, one that
 * does not.
 */
const suiting: Readonly<Record<string, readonly [string, string, string]>> = {
  StringEquals: ['a', 'a', 'b'],
  StringNotEquals: ['a', 'b', 'a'],
  StringEqualsIgnoreCase: ['a', 'A', 'b'],
  StringNotEqualsIgnoreCase: ['a', 'b', 'A'],
  StringLike: ['a*', 'ab', 'b'],
  StringNotLike: ['a*', 'b', 'ab'],
  NumericEquals: ['1', '1', '2'],
  NumericNotEquals: ['1', '2', '1.0'],
  NumericLessThan: ['1', '0', '1'],
  NumericLessThanEquals: ['1', '1', '2'],
  NumericGreaterThan: ['1', '2', '1'],
  NumericGreaterThanEquals: ['1', '1', '0'],
  DateEquals: ['2026', '2026-01-01', '2027'],
  DateNotEquals: ['2026', '2027', '2026-01'],
  DateLessThan: ['2026', '2025', '2026'],
  DateLessThanEquals: ['2026', '2026', '2027'],
  DateGreaterThan: ['2026', '2027', '2026'],
  DateGreaterThanEquals: ['2026', '2026', '2025'],
  Bool: ['true', 'true', 'false'],
  BinaryEquals: ['YQ==', 'YQ==', 'Yg=='],
  IpAddress: ['10.0.0.0/8', '10.1.1.1', '11.1.1.1'],
  NotIpAddress: ['10.0.0.0/8', '11.1.1.1', '10.1.1.1'],
  ArnEquals: ['arn:a:b:c:d:e', 'arn:a:b:c:d:e', 'arn:a:b:c:d:f'],
  ArnNotEquals: ['arn:a:b:c:d:e', 'arn:a:b:c:d:f', 'arn:a:b:c:d:e'],
  ArnLike: ['arn:a:b:c:d:*', 'arn:a:b:c:d:e', 'arn:x:b:c:d:e'],
  ArnNotLike: ['arn:a:b:c:d:*', 'arn:x:b:c:d:f', 'arn:a:b:c:d:f'],
};

describe.each(Object.entries(suiting))('%s', (operator, [wanted, value, failing]) => {
  const single = (given: string | readonly string[] | undefined, form: string) =>
    holds({ [form]: { 'aws:UserAgent': wanted } }, { call: { keys: { 'aws:UserAgent': given } } });
  const set = (given: readonly string[] | undefined, form: string) =>
    holds({ [form]: { 'aws:TagKeys': wanted } }, { call: { keys: { 'aws:TagKeys': given } } });

  test('an absent key', () => {
    expect(single(undefined, operator)).toBe(operator.includes('Not'));
    expect(single(undefined, `${operator}IfExists`)).toBe(true);
    expect(set(undefined, `ForAllValues:${operator}`)).toBe(true);
    expect(set([], `ForAllValues:${operator}`)).toBe(true);
    expect(set(undefined, `ForAnyValue:${operator}`)).toBe(false);
    expect(set([], `ForAnyValue:${operator}`)).toBe(false);
    expect(set(undefined, `ForAnyValue:${operator}IfExists`)).toBe(true);
  });

  test('a key with one value', () => {
    expect(single(value, operator)).toBe(true);
    expect(single(failing, operator)).toBe(false);
    expect(single(failing, `${operator}IfExists`)).toBe(false);
    expect(single([value], operator)).toBe(false);
  });

  test('a key with a set of values', () => {
    for (const suffix of ['', 'IfExists']) {
      expect(set([value], `ForAllValues:${operator}${suffix}`)).toBe(true);
      expect(set([value, failing], `ForAllValues:${operator}${suffix}`)).toBe(false);
      expect(set([failing, value], `ForAnyValue:${operator}${suffix}`)).toBe(true);
      expect(set([failing], `ForAnyValue:${operator}${suffix}`)).toBe(false);
    }
  });

  test('a multivalued key never matches without a set qualifier', () => {
    for (const form of [operator, `${operator}IfExists`])
      for (const values of [undefined, [value], [failing], [value, failing]])
        expect(set(values, form)).toBe(false);
  });
});

describe('conditions combine', () => {
  const blue = { StringEquals: { [tenant]: 'blue' } };

  test('operators and keys are all to hold, values are alternatives', () => {
    const both = { ...blue, StringLike: { 'kms:EncryptionContext:app': 'f*' } };
    expect(holds(both, context({ tenant: 'blue', app: 'files' }))).toBe(true);
    expect(holds(both, context({ tenant: 'blue', app: 'mail' }))).toBe(false);
    expect(holds(both, context({ tenant: 'red', app: 'files' }))).toBe(false);
    const twoKeys = { StringEquals: { [tenant]: 'blue', 'kms:EncryptionContext:app': ['x', 'y'] } };
    expect(holds(twoKeys, context({ tenant: 'blue', app: 'y' }))).toBe(true);
    expect(holds(twoKeys, context({ tenant: 'blue' }))).toBe(false);
  });

  test('statements stand alone', () => {
    expect(applies({ Condition: blue }, context({ tenant: 'red' }))).toBe(false);
    expect(applies({ Condition: {} })).toBe(true);
  });

  test('a Deny with a negated operator applies when the key is absent', () => {
    const Condition = { StringNotEquals: { [tenant]: 'blue' } };
    expect(applies({ Effect: 'Deny', Condition })).toBe(true);
    expect(applies({ Effect: 'Deny', Condition }, context({ tenant: 'blue' }))).toBe(false);
    const ifExists = { StringNotEqualsIfExists: { [tenant]: 'blue' } };
    expect(applies({ Effect: 'Deny', Condition: ifExists })).toBe(true);
  });

  test('names of keys are compared without regard to case', () => {
    const Condition = { StringEquals: { 'KMS:encryptionCONTEXT:TENANT': 'blue' } };
    expect(holds(Condition, context({ Tenant: 'blue' }))).toBe(true);
    expect(holds(Condition, context({ Tenant: 'Blue' }))).toBe(false);
  });

  test('two pairs whose names differ in case alone: nothing is allowed, what is denied stays so', () => {
    const twice = context({ tenant: 'blue', Tenant: 'blue' });
    expect(holds(blue, twice)).toBe(false);
    expect(applies({ Effect: 'Deny', Condition: blue }, twice)).toBe(true);
    const never = { StringEquals: { [tenant]: 'green' } };
    expect(applies({ Effect: 'Deny', Condition: never }, twice)).toBe(true);
  });
});

describe('Null', () => {
  test.each([
    ['true', {}, true],
    ['true', { tenant: 'x' }, false],
    ['false', {}, false],
    ['false', { tenant: 'x' }, true],
    // An empty text is there.
    ['false', { tenant: '' }, true],
    ['TRUE', {}, true],
    [true, {}, true],
    [false, {}, false],
    [['true', 'false'], {}, true],
    [['true', 'false'], { tenant: 'x' }, true],
  ])('%j with %j: %s', (wanted, pairs, expected) => {
    expect(holds({ Null: { [tenant]: wanted } }, context(pairs as Record<string, string>))).toBe(
      expected,
    );
    expect(holds({ Null: { [names]: wanted } }, context(pairs as Record<string, string>))).toBe(
      expected,
    );
  });

  test('an empty set is absent', () => {
    expect(
      holds({ Null: { 'aws:TagKeys': 'true' } }, { call: { keys: { 'aws:TagKeys': [] } } }),
    ).toBe(true);
  });

  test.each(['yes', '', 1])('%j is refused', (wanted) => {
    expect(statementRefusal({ Condition: { Null: { [tenant]: wanted } } })).toBe(
      `Syntax errors in policy: Statement[0].Condition.Null.${tenant}: Null takes true or false`,
    );
  });
});

describe('a malformed Condition', () => {
  test.each([
    ['x', 'Statement[0].Condition: must be an object'],
    [[], 'Statement[0].Condition: must be an object'],
    [null, 'Statement[0].Condition: must be an object'],
    [{ StringEquals: 'x' }, 'Statement[0].Condition.StringEquals: must name condition keys'],
    [{ StringEquals: {} }, 'Statement[0].Condition.StringEquals: must name condition keys'],
    [
      { StringEquals: { [tenant]: [] } },
      `Statement[0].Condition.StringEquals.${tenant}: must have a value`,
    ],
    [
      { StringEquals: { [tenant]: null } },
      `Statement[0].Condition.StringEquals.${tenant}: must be text`,
    ],
    [
      { StringEquals: { [tenant]: ['x', {}] } },
      `Statement[0].Condition.StringEquals.${tenant}: must be text`,
    ],
    [
      { StringEquals: { 'kms:Nothing': 'x' } },
      'Statement[0].Condition.StringEquals.kms:Nothing: unknown condition key',
    ],
  ])('%j is refused', (Condition, problem) => {
    expect(statementRefusal({ Condition })).toBe(`Syntax errors in policy: ${problem}`);
  });

  test('an operator that stands twice is refused', () => {
    const text =
      '{"Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":' +
      '{"Bool":{"aws:SecureTransport":"true"},"Bool":{"aws:SecureTransport":"false"}}}}';
    expect(refusal(text)?.message).toMatch(/the name "Bool" stands twice$/);
  });
});

describe('ForAllValues on a pair', () => {
  test.each([
    [tenant, 'EncryptionContext'],
    ['KMS:ENCRYPTIONCONTEXT:x', 'EncryptionContext'],
    ['aws:RequestTag/team', 'RequestTag'],
  ])('%s is refused in key policies', (key, family) => {
    const statement = { Condition: { 'ForAllValues:StringEquals': { [key]: 'x' } } };
    expect(refusal(documentWith(statement))).toEqual({
      name: 'MalformedPolicyDocumentException',
      message: expect.stringMatching(
        new RegExp(`^OverlyPermissiveCondition:${family}: .*${key}$`, 'i'),
      ),
    });
    expect(statementRefusal(statement, 'identity policy')).toBeUndefined();
    expect(
      statementRefusal({ Condition: { 'ForAnyValue:StringEquals': { [key]: 'x' } } }),
    ).toBeUndefined();
  });
});

function documentWith(statement: object): string {
  const whole = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', ...statement };
  return JSON.stringify({ Version: '2012-10-17', Statement: whole });
}
