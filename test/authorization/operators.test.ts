// Every condition operator: values of the policy against a value of the request.

import { describe, expect, test } from 'vitest';
import { holds, statementRefusal } from './support/requests.js';

type Row = readonly [wanted: unknown, value: string, matches: boolean];

/** A condition key of each kind, whose value the request can carry as it is. */
const key = 'aws:UserAgent';
const carrying = (value: string) => ({ call: { keys: { [key]: value } } });

test('a long number that is none is told at once', () => {
  const startedMs = performance.now();
  const value = `${'1'.repeat(200_000)}x`;
  expect(holds({ NumericEquals: { [key]: '1' } }, carrying(value))).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(1000);
});

const strings: readonly Row[] = [
  ['blue', 'blue', true],
  ['blue', 'Blue', false],
  ['blue', 'blue ', false],
  ['', '', true],
  [['red', 'blue'], 'blue', true],
  [['red', 'green'], 'blue', false],
  [true, 'true', true],
  [365, '365', true],
  [365.0, '365.0', false],
];
const ignoringCase: readonly Row[] = [
  ['BLUE', 'blue', true],
  ['Ä', 'ä', true],
  // Lower-cased, not folded.
  ['STRASSE', 'straße', false],
  ['red', 'blue', false],
];
const likes: readonly Row[] = [
  ['b*', 'blue', true],
  ['B*', 'blue', false],
  ['?lue', 'blue', true],
];
const numbers: readonly Row[] = [
  [90, '90', true],
  ['90', '90.0', true],
  ['9e1', '90', true],
  ['-1', '-1.00', true],
  ['+90', '090', true],
  ['.5', '0.5', true],
  ['90', '91', false],
  ['90', 'ninety', false],
  ['90', '', false],
  ['90', '0x5a', false],
  ['90', 'Infinity', false],
  // More digits than a double tells apart equal nothing.
  ['900719925474099', '9007199254740990', false],
];
const dates: readonly Row[] = [
  ['2026-09-12T08:41:07Z', '2026-09-12T08:41:07Z', true],
  ['2026-09-12T08:41:07Z', '2026-09-12T10:41:07+02:00', true],
  ['2026-09-12T08:41:07Z', '2026-09-12T03:11:07.000-05:30', true],
  ['2026-09-12T08:41:07.5Z', '2026-09-12T08:41:07.500Z', true],
  ['2026-09-12T08:41:07.0001Z', '2026-09-12T08:41:07Z', true],
  ['2026-09-12T08:41Z', '2026-09-12T08:41:00Z', true],
  ['2026-09-12', '2026-09-12T00:00:00Z', true],
  ['2026-09', '2026-09-01', true],
  ['2026', '2026-01-01', true],
  ['2024-02-29', '1709164800', true],
  ['1789202467', '2026-09-12T08:41:07Z', true],
  [1789202467, '1789202467.000', true],
  ['0', '1970-01-01', true],
  ['2026-09-12T08:41:07Z', '2026-09-12T08:41:08Z', false],
  ['2026-09-12T08:41:07Z', 'yesterday', false],
  ['2026-09-12T08:41:07Z', '2026-09-12T08:41:07', false],
  ['2026-03-03', '2026-02-31', false],
];
const booleans: readonly Row[] = [
  ['true', 'true', true],
  [true, 'TRUE', true],
  ['false', 'no', true],
  ['yes', 'false', true],
  ['true', 'false', false],
  [false, 'true', false],
];
const binaries: readonly Row[] = [
  ['Ymx1ZQ==', 'Ymx1ZQ==', true],
  ['', '', true],
  ['Ymx1ZQ==', 'Z3JlZW4=', false],
  ['Ymx1ZQ==', 'blue', false],
  ['Ymx1ZQ==', 'Ymx1ZQ', false],
  // The bytes count, not the spare bits behind them.
  ['Ymx1ZQ==', 'Ymx1ZR==', true],
];
const addresses: readonly Row[] = [
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.1.2.3', false],
  ['10.9.9.9/8', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3/32', '10.1.2.4', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['2001:db8::/32', '2001:db8:1::5', true],
  ['2001:DB8::/32', '2001:db9::', false],
  ['2001:db8::1/32', '2001:db8::1', false],
  ['::1', '0:0:0:0:0:0:0:1', true],
  ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
  ['::/0', '10.1.2.3', false],
];
const arns: readonly Row[] = [
  ['arn:aws:iam::1:role/x', 'arn:aws:iam::1:role/x', true],
  ['arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/a/b:c', true],
  ['arn:aws:iam::?:role/x', 'arn:aws:iam::1:role/x', true],
  ['arn:aws:iam::1:role/X', 'arn:aws:iam::1:role/x', false],
  ['arn:aws:*:role/x:*:*', 'arn:aws:iam::1:role/x', false],
  ['arn:*:*:*:*:*', 'arn:aws:s3:::bucket', true],
  ['arn:aws:rds:*:1:db:one', 'arn:aws:rds:us-east-1:1:db:one', true],
  ['arn:aws:rds:*:1:db:one', 'arn:aws:rds:us-east-1:1:db:two', false],
];

/** Values of the request that the operator cannot read, and that never match, even negated. */
const unreadable = {
  IpAddress: [
    'nowhere',
    '',
    '10.1.2',
    '10.1.2.3.4',
    '010.1.2.3',
    '256.1.1.1',
    '1::2::3',
    ':::',
    '12345::',
    '1:2:3:4:5:6:7',
    '10.1.2.3/8',
  ],
  ArnLike: ['no arn', 'arn:aws:iam::1', '', 'ARN:aws:iam::1:role/x'],
};

const pairs: readonly (readonly [string, string, readonly Row[]])[] = [
  ['StringEquals', 'StringNotEquals', strings],
  [
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
    [...strings.filter(([w]) => w !== 'blue'), ...ignoringCase],
  ],
  ['StringLike', 'StringNotLike', [...strings, ...likes]],
  ['NumericEquals', 'NumericNotEquals', numbers],
  ['DateEquals', 'DateNotEquals', dates],
  ['IpAddress', 'NotIpAddress', addresses],
  ['ArnEquals', 'ArnNotEquals', arns],
  ['ArnLike', 'ArnNotLike', arns],
];
const rows = pairs.flatMap(([positive, negative, list]) =>
  list.map(([wanted, value, matches]) => [positive, negative, wanted, value, matches] as const),
);

describe('operators and their negations', () => {
  test.each(rows)('%s, not %s: %j and %j: %s', (positive, negative, wanted, value, matches) => {
    const parts = carrying(value);
    expect(holds({ [positive]: { [key]: wanted } }, parts)).toBe(matches);
    expect(holds({ [negative]: { [key]: wanted } }, parts)).toBe(!matches);
    expect(holds({ [`${positive}IfExists`]: { [key]: wanted } }, parts)).toBe(matches);
    expect(holds({ [`${negative}IfExists`]: { [key]: wanted } }, parts)).toBe(!matches);
  });

  test('none of the values of a negated operator may match', () => {
    const both = { [key]: ['red', 'blue'] };
    expect(holds({ StringNotEquals: both }, carrying('blue'))).toBe(false);
    expect(holds({ StringNotEquals: both }, carrying('green'))).toBe(true);
  });

  test.each(unreadable.IpAddress)('%j is no address, negated or not', (value) => {
    for (const operator of ['IpAddress', 'NotIpAddress', 'NotIpAddressIfExists'])
      expect(holds({ [operator]: { [key]: '10.0.0.0/8' } }, carrying(value))).toBe(false);
  });

  test.each(unreadable.ArnLike)('%j is no ARN, negated or not', (value) => {
    for (const operator of ['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals'])
      expect(holds({ [operator]: { [key]: 'arn:aws:iam::1:role/x' } }, carrying(value))).toBe(
        false,
      );
  });
});

describe('operators without a negation', () => {
  test.each(booleans)('Bool %j and %j: %s', (wanted, value, matches) => {
    expect(holds({ Bool: { [key]: wanted } }, carrying(value))).toBe(matches);
    expect(holds({ BoolIfExists: { [key]: wanted } }, carrying(value))).toBe(matches);
  });

  test.each(binaries)('BinaryEquals %j and %j: %s', (wanted, value, matches) => {
    expect(holds({ BinaryEquals: { [key]: wanted } }, carrying(value))).toBe(matches);
  });

  const orders = {
    LessThan: [1, 0, 0],
    LessThanEquals: [1, 1, 0],
    GreaterThan: [0, 0, 1],
    GreaterThanEquals: [0, 1, 1],
  };
  const samples = {
    Numeric: ['90', ['89.9', '90.0', '1e2'], 'many'],
    Date: [
      '2026-09-12',
      ['2026-09-11T23:59:59.999Z', '2026-09-12T00:00:00Z', '1789171201'],
      'never',
    ],
  } as const;
  const compared = Object.entries(samples).flatMap(([family, [wanted, values, unparsable]]) =>
    Object.entries(orders).map(([order, expected]) => ({
      operator: `${family}${order}`,
      wanted,
      values,
      unparsable,
      expected,
    })),
  );

  test.each(compared)('$operator', ({ operator, wanted, values, unparsable, expected }) => {
    const found = values.map((value) => holds({ [operator]: { [key]: wanted } }, carrying(value)));
    expect(found.map(Number)).toEqual(expected);
    expect(holds({ [operator]: { [key]: wanted } }, carrying(unparsable))).toBe(false);
    expect(holds({ [operator]: { [key]: ['0', wanted] } }, carrying(values[1]))).toBe(
      operator.includes('Equals') || operator.includes('Greater'),
    );
  });
});

describe('values that make no sense to an operator are refused', () => {
  test.each([
    ['NumericEquals', 'ninety'],
    ['NumericEquals', '0x5a'],
    ['NumericLessThan', '9007199254740993'],
    ['NumericLessThan', '1e400'],
    ['NumericLessThan', true],
    ['DateEquals', 'today'],
    ['DateEquals', '2026-13'],
    ['DateEquals', '2026-02-31'],
    ['DateEquals', '2026-09-12T24:00Z'],
    ['DateEquals', '2026-09-12T08:60Z'],
    ['DateEquals', '2026-09-12T08:41:07'],
    ['DateEquals', '2026-09-12T08:41:07+24:00'],
    ['DateEquals', '2026-9-1'],
    ['DateEquals', '2026-*'],
    ['DateLessThan', '20260912'.repeat(2)],
    ['BinaryEquals', 'blue!'],
    ['BinaryEquals', 'Ymx1ZQ'],
    ['IpAddress', '10.0.0.0/33'],
    ['IpAddress', '10.0.0.0/-1'],
    ['IpAddress', '10.0.0.0/8/8'],
    ['IpAddress', '10.0.*.*'],
    ['NotIpAddress', '::/129'],
    ['NotIpAddress', '10.0.0.0/'],
    ['ArnEquals', '*'],
    ['ArnLike', 'arn:aws:iam::1'],
    ['ArnNotLike', 'role/x'],
  ])('%s %j', (operator, wanted) => {
    const message = `Syntax errors in policy: Statement[0].Condition.${operator}.${key}: ${JSON.stringify(String(wanted))} has no meaning to this operator`;
    expect(statementRefusal({ Condition: { [operator]: { [key]: wanted } } })).toBe(message);
  });

  test.each([
    'StringEqual',
    'stringequals',
    'StringEqualsIfExist',
    'ForAllValues:Null',
    'NullIfExists',
    'ForSomeValues:StringEquals',
    'ForAnyValue:',
    'BinaryNotEquals',
    'BoolNotEquals',
    'NotStringEquals',
    '',
  ])('there is no operator %j', (operator) => {
    expect(statementRefusal({ Condition: { [operator]: { [key]: 'x' } } })).toBe(
      `Syntax errors in policy: Statement[0].Condition.${operator}.${key}: unknown condition operator`,
    );
  });
});
