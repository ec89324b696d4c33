// Policy documents, read and compiled in one go when they are written and when they are loaded.
// What is not understood is refused here, so that evaluating is total: it has no errors.

import { type ActionSet, compileActions } from './action_element.js';
import { type Condition, type Effect, parseConditions } from './condition.js';
import type { ConditionKey } from './condition_keys.js';
import type { JsonObject, JsonValue } from './json.js';
import {
  ownerOf,
  type PolicyKind,
  parsePolicyDocument,
  type StatementElements,
} from './policy_document.js';
import { type Result, refuse, refuseSyntax, toResult } from './policy_error.js';
import { type PrincipalElement, parsePrincipalElement } from './principal_element.js';
import type { Bind, PrincipalPattern } from './principal_pattern.js';
import { compileResources, type ResourceMatcher } from './resource_element.js';
import type { TextRules } from './text_pattern.js';

/** Where a statement stands. */
export interface StatementReference {
  readonly kind: PolicyKind;
  /** The policy's name: `default` of a key, a name or ARN of IAM. */
  readonly document: string;
  /** Its place in the document, from 0. */
  readonly index: number;
  readonly sid: string | undefined;
}

/** A statement, ready to be matched. */
export interface CompiledStatement {
  readonly reference: StatementReference;
  readonly effect: Effect;
  /** Undefined in the policies of identities: they speak of whom they are attached to. */
  readonly principal: PrincipalElement | undefined;
  readonly actions: ActionSet;
  readonly covers: ResourceMatcher;
  readonly conditions: readonly Condition[];
  /** The keys of the policy variables in its resources and conditions. */
  readonly variables: readonly ConditionKey[];
  /** As written, for those who explain. */
  readonly elements: StatementElements;
}

/** A policy, ready to be evaluated. */
export interface CompiledPolicy {
  readonly kind: PolicyKind;
  readonly name: string;
  readonly denies: readonly CompiledStatement[];
  readonly allows: readonly CompiledStatement[];
  /** The document, for those who print it. */
  readonly document: JsonObject;
}

export interface CompileOptions {
  readonly kind: PolicyKind;
  /** What references to its statements call it. */
  readonly name: string;
  /** Binds names of users and roles to their unique ids, as AWS does when a policy is written. */
  readonly bind?: Bind | undefined;
}

/**
 * Reads, validates and compiles a policy document.
 *
 * @returns the policy, or MalformedPolicyDocumentException or LimitExceededException as a value
 */
export function compilePolicy(text: string, options: CompileOptions): Result<CompiledPolicy> {
  return toResult(() => {
    const { kind, name } = options;
    const { root, version, statements } = parsePolicyDocument(text, kind);
    const rules = {
      variables: version === '2012-10-17',
      wildcards: true,
      owner: ownerOf(kind),
    };
    const compiled = statements.map((elements, index) =>
      compileStatement(elements, index, options, rules),
    );
    const denies = compiled.filter(({ effect }) => effect === 'Deny');
    const allows = compiled.filter(({ effect }) => effect === 'Allow');
    return { kind, name, denies, allows, document: root };
  });
}

/** The users, roles and sessions that a key policy names, for those who check that they exist. */
export function principalsNamed({ denies, allows }: CompiledPolicy): readonly PrincipalPattern[] {
  return [...allows, ...denies].flatMap(({ principal }) => principal?.patterns ?? []);
}

function compileStatement(
  elements: StatementElements,
  index: number,
  { kind, name, bind }: CompileOptions,
  rules: TextRules,
): CompiledStatement {
  const place = `Statement[${index}]`;
  const { sid, effect, condition } = elements;
  const variables: ConditionKey[] = [];
  const noting = { ...rules, onVariable: (key: ConditionKey) => variables.push(key) };
  return {
    reference: { kind, document: name, index, sid },
    effect,
    principal: compilePrincipal(elements, bind),
    actions: compileActionElement(elements, place, rules),
    covers: compileResourceElement(elements, place, noting),
    conditions: parseConditions(condition, noting, `${place}.Condition`),
    variables,
    elements,
  };
}

function compilePrincipal(
  { principal }: StatementElements,
  bind: Bind | undefined,
): PrincipalElement | undefined {
  if (principal === undefined) return undefined;
  return parsePrincipalElement(principal.value, principal.inverted, bind);
}

/** A statement of a key policy without actions or resources is accepted and has no effect. */
function compileActionElement(
  { action }: StatementElements,
  place: string,
  { owner }: TextRules,
): ActionSet {
  if (action !== undefined) {
    const at = `${place}.Action`;
    const patterns = textsOf(action.value, at);
    if (owner === 'role' && !patterns.every((pattern) => /^sts:/i.test(pattern)))
      refuse('AssumeRole policy may only specify STS AssumeRole actions.');
    return compileActions(patterns, action.inverted, at);
  }
  if (owner !== 'key') refuse('Policy statement must contain actions.');
  return compileActions([], false, place);
}

function compileResourceElement(
  { resource }: StatementElements,
  place: string,
  rules: TextRules,
): ResourceMatcher {
  // A trust policy speaks of its own role.
  if (rules.owner === 'role')
    return resource === undefined ? () => true : refuse('Has prohibited field Resource');
  if (resource !== undefined) {
    const at = `${place}.Resource`;
    return compileResources(textsOf(resource.value, at), resource.inverted, rules, at);
  }
  if (rules.owner === 'identity') refuse('Policy statement must contain resources.');
  return () => false;
}

/** A text, or a list of texts that is not empty. */
function textsOf(value: JsonValue, place: string): readonly string[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value as JsonValue];
  if (list.length === 0) refuseSyntax(place, 'must not be empty');
  return list.map((text) =>
    typeof text === 'string' ? text : refuseSyntax(place, 'must be text or a list of texts'),
  );
}
