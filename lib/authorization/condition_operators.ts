// The condition operators (IAM User Guide, "Condition operators") as a table. Each row reads a
// value of the request, reads a value of the policy once, and says when the two match; negation and
// missing keys are the same for all and live in condition.ts.

import { splitArn } from './arn_parts.js';
import { compileArnPattern } from './arn_pattern.js';
import { parseDateTime } from './date_time.js';
import { type IpAddress, parseIpAddress, parseIpRange, rangeHolds } from './ip_range.js';
import type { AuthorizationRequest } from './request.js';
import {
  compileLiteral,
  compileTextMatcher,
  isLoneVariable,
  parsePieces,
  type TextRules,
} from './text_pattern.js';

/** Whether one value of the request matches one value of the policy. */
export type ValueTest = (value: string, request: AuthorizationRequest) => boolean;

/** What an operator does, without qualifier and IfExists. */
export interface Operator {
  readonly negated: boolean;
  /**
   * False for a value of the request that the operator cannot read and that never matches, even
   * negated.
   */
  readonly reads: (value: string) => boolean;
  /**
   * The test for one value of the policy; undefined when the value makes no sense to the operator.
   */
  readonly compile: (wanted: string, rules: TextRules, place: string) => ValueTest | undefined;
}

type Compile = Operator['compile'];
const everything = (_value: string) => true;

const equals: Compile = (wanted, rules, place) => {
  const literal = compileLiteral(parsePieces(wanted, { ...rules, wildcards: false }, place));
  return (value, request) => value === literal(request);
};

// Lower-cased texts are compared, not case-folded ones, as AWS does.
const equalsIgnoreCase: Compile = (wanted, rules, place) => {
  const literal = compileLiteral(parsePieces(wanted, { ...rules, wildcards: false }, place));
  return (value, request) => value.toLowerCase() === literal(request)?.toLowerCase();
};

const like: Compile = (wanted, rules, place) =>
  compileTextMatcher(parsePieces(wanted, { ...rules, wildcards: true }, place));

const arnLike: Compile = (wanted, rules, place) => {
  const pieces = parsePieces(wanted, { ...rules, wildcards: true }, place);
  // A variable that is the whole value is a whole ARN.
  if (isLoneVariable(pieces)) return equals(wanted, rules, place);
  const matcher = compileArnPattern(pieces);
  if (matcher === undefined) return undefined;
  return (value, request) => {
    const parts = splitArn(value);
    return parts !== undefined && matcher(parts, request);
  };
};

/** More digits than a double holds exactly would make unequal numbers equal. */
const numberForm = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?$/;
const significantDigitsMax = 15;

function parseDecimal(text: string): number | undefined {
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+/, '');
  return numberForm.test(text) && digits.length <= significantDigitsMax ? Number(text) : undefined;
}

type Compare = (value: number, wanted: number) => boolean;
const comparisons: Readonly<Record<string, Compare>> = {
  LessThan: (value, wanted) => value < wanted,
  LessThanEquals: (value, wanted) => value <= wanted,
  GreaterThan: (value, wanted) => value > wanted,
  GreaterThanEquals: (value, wanted) => value >= wanted,
  Equals: (value, wanted) => value === wanted,
};

/** A value of the request that is no number or time equals nothing. */
function comparing(parse: (text: string) => number | undefined, compare: Compare): Compile {
  return (wantedText) => {
    const wanted = parse(wantedText);
    if (wanted === undefined) return undefined;
    return (text) => {
      const value = parse(text);
      return value !== undefined && compare(value, wanted);
    };
  };
}

function isTrue(text: string): boolean {
  return text.toLowerCase() === 'true';
}

const bool: Compile = (wanted) => {
  const wantsTrue = isTrue(wanted);
  return (value) => isTrue(value) === wantsTrue;
};

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes, one a character. */
function decodeBase64(text: string): string | undefined {
  return base64Form.test(text) ? atob(text) : undefined;
}

const binary: Compile = (wantedText) => {
  const wanted = decodeBase64(wantedText);
  return wanted === undefined ? undefined : (value) => decodeBase64(value) === wanted;
};

const ip: Compile = (wanted) => {
  const range = parseIpRange(wanted);
  if (range === undefined) return undefined;
  return (value) => rangeHolds(range, parseIpAddress(value) as IpAddress);
};

const isAddress = (value: string) => parseIpAddress(value) !== undefined;
const isArn = (value: string) => splitArn(value) !== undefined;

type Entry = readonly [string, Operator];

function both(positive: string, negative: string, compile: Compile, reads = everything): Entry[] {
  return [
    [positive, { negated: false, reads, compile }],
    [negative, { negated: true, reads, compile }],
  ];
}

function ordered(family: string, parse: (text: string) => number | undefined): Entry[] {
  const rows = Object.entries(comparisons).map(
    ([name, compare]): Entry => [
      `${family}${name}`,
      { negated: false, reads: everything, compile: comparing(parse, compare) },
    ],
  );
  const compile = comparing(parse, comparisons['Equals'] as Compare);
  return [...rows, [`${family}NotEquals`, { negated: true, reads: everything, compile }]];
}

/** The operators, by name. Null is not among them: it asks for no value (condition.ts). */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ...both('StringEquals', 'StringNotEquals', equals),
  ...both('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', equalsIgnoreCase),
  ...both('StringLike', 'StringNotLike', like),
  ...ordered('Numeric', parseDecimal),
  ...ordered('Date', parseDateTime),
  ['Bool', { negated: false, reads: everything, compile: bool }] as Entry,
  ['BinaryEquals', { negated: false, reads: everything, compile: binary }] as Entry,
  ...both('IpAddress', 'NotIpAddress', ip, isAddress),
  ...both('ArnEquals', 'ArnNotEquals', arnLike, isArn),
  ...both('ArnLike', 'ArnNotLike', arnLike, isArn),
]);
