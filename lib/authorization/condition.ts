// Conditions: operators, set qualifiers, IfExists, Null, absent and multivalued keys (IAM User
// Guide, "Condition operators" and "Multivalued context keys"). All conditions of a statement must
// hold; the values of one are alternatives.

import { type ConditionKey, conditionKey } from './condition_keys.js';
import { type Operator, operators, type ValueTest } from './condition_operators.js';
import { ambiguous, type ConditionValue } from './condition_values.js';
import { isJsonObject, JsonNumber, type JsonValue } from './json.js';
import { refuse, refuseSyntax } from './policy_error.js';
import type { AuthorizationRequest } from './request.js';
import type { TextRules } from './text_pattern.js';

export type Effect = 'Allow' | 'Deny';

/** One operator on one key. */
export interface Condition {
  /** As the policy spells it, `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: ConditionKey;
  /** The policy's values. */
  readonly wanted: readonly string[];
  readonly holds: (value: ConditionValue, request: AuthorizationRequest) => boolean;
}

/** @param effect - of the statement: what cannot be known neither allows nor escapes a Deny */
export function conditionHolds(
  { key, holds }: Condition,
  effect: Effect,
  request: AuthorizationRequest,
): boolean {
  const value = key.read(request);
  return value === ambiguous ? effect === 'Deny' : holds(value, request);
}

/** Reads and compiles a Condition element. */
export function parseConditions(
  element: JsonValue | undefined,
  rules: TextRules,
  place: string,
): readonly Condition[] {
  if (element === undefined) return [];
  if (!isJsonObject(element)) return refuseSyntax(place, 'must be an object');
  const conditions: Condition[] = [];
  for (const [operator, keys] of element) {
    const at = `${place}.${operator}`;
    if (!isJsonObject(keys) || keys.size === 0) return refuseSyntax(at, 'must name condition keys');
    for (const [name, values] of keys) {
      conditions.push(parseCondition(operator, name, values, rules, `${at}.${name}`));
    }
  }
  return conditions;
}

const operatorForm = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

function parseCondition(
  operator: string,
  name: string,
  values: JsonValue,
  rules: TextRules,
  place: string,
): Condition {
  const key = conditionKey(name, rules.owner);
  if (key === undefined) return refuseSyntax(place, 'unknown condition key');
  const wanted = parseScalars(values, place);
  const [, qualifier, base = '', ifExists] = operatorForm.exec(operator) ?? [];
  if (base === 'Null' && qualifier === undefined && ifExists === undefined) {
    return { operator, key, wanted, holds: compileNull(wanted, place) };
  }
  const row = operators.get(base);
  if (row === undefined) return refuseSyntax(place, 'unknown condition operator');
  if (qualifier === 'ForAllValues') refuseOverlyPermissive(name, rules);
  const matches = compileValues(row, wanted, rules, place);
  const whenAbsent = ifExists !== undefined;
  const holds =
    qualifier === undefined
      ? compileScalar(key, matches, row.negated || whenAbsent)
      : compileSet(qualifier, matches, whenAbsent);
  return { operator, key, wanted, holds };
}

/** A request without the pair would satisfy it: AWS KMS refuses such key policies. */
function refuseOverlyPermissive(name: string, { owner }: TextRules): void {
  const family = /^(?:kms:(EncryptionContext):|aws:(RequestTag)\/)/i.exec(name);
  if (owner !== 'key' || family === null) return;
  refuse(
    `OverlyPermissiveCondition:${family[1] ?? family[2]}: ForAllValues is not allowed with the single-valued condition key ${name}`,
  );
}

function parseScalars(values: JsonValue, place: string): readonly string[] {
  const list = Array.isArray(values) ? (values as readonly JsonValue[]) : [values as JsonValue];
  if (list.length === 0) refuseSyntax(place, 'must have a value');
  return list.map((value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean') return String(value);
    return value instanceof JsonNumber ? value.text : refuseSyntax(place, 'must be text');
  });
}

/** For a negated operator none of the policy's values may match, for the others one must. */
function compileValues(
  { negated, reads, compile }: Operator,
  wanted: readonly string[],
  rules: TextRules,
  place: string,
): ValueTest {
  const tests = wanted.map((value) => {
    const test = compile(value, rules, place);
    return test ?? refuseSyntax(place, `${JSON.stringify(value)} has no meaning to this operator`);
  });
  return (value, request) => {
    if (!reads(value)) return false;
    for (const test of tests) if (test(value, request)) return !negated;
    return negated;
  };
}

/** A multivalued key never matches without a set qualifier. */
function compileScalar(
  key: ConditionKey,
  matches: ValueTest,
  whenAbsent: boolean,
): Condition['holds'] {
  if (key.multivalued) return () => false;
  return (value, request) => {
    if (value === undefined) return whenAbsent;
    return typeof value === 'string' && matches(value, request);
  };
}

function compileSet(
  qualifier: string,
  matches: ValueTest,
  whenAbsent: boolean,
): Condition['holds'] {
  const forAll = qualifier === 'ForAllValues';
  return (value, request) => {
    const values = typeof value === 'string' ? [value] : (value ?? []);
    if (values.length === 0) return forAll || whenAbsent;
    for (const one of values) if (matches(one, request) !== forAll) return !forAll;
    return forAll;
  };
}

/** `true`: the key must be absent. An empty text is present, an empty set is not. */
function compileNull(wanted: readonly string[], place: string): Condition['holds'] {
  const wantsAbsent = wanted.map((text) => {
    const lower = text.toLowerCase();
    if (lower !== 'true' && lower !== 'false') refuseSyntax(place, 'Null takes true or false');
    return lower === 'true';
  });
  return (value) =>
    wantsAbsent.includes(value === undefined || (value.length === 0 && value !== ''));
}
