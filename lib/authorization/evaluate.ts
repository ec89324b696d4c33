// Whether a statement applies to a request. Total: whatever can go wrong in a policy went wrong
// when it was written.

import type { CompiledPolicy, CompiledStatement } from './compile.js';
import { conditionHolds } from './condition.js';
import type { ConditionKey } from './condition_keys.js';
import { ambiguous } from './condition_values.js';
import { namedByStatement } from './principal_element.js';
import { named } from './principal_pattern.js';
import type { AuthorizationRequest } from './request.js';

/** Action, resource and conditions; whom the statement names is asked apart. */
export function appliesToRequest(
  { actions, covers, conditions, variables, effect }: CompiledStatement,
  request: AuthorizationRequest,
): boolean {
  if (actions[request.action.index] !== 1) return false;
  if (variables.length > 0 && ambiguousVariable(variables, request) !== undefined)
    return effect === 'Deny';
  if (!covers(request)) return false;
  for (const condition of conditions) {
    if (!conditionHolds(condition, effect, request)) return false;
  }
  return true;
}

/**
 * A variable whose value cannot be known. What a statement with one says cannot be known either: it
 * neither allows nor escapes a Deny.
 */
export function ambiguousVariable(
  variables: readonly ConditionKey[],
  request: AuthorizationRequest,
): ConditionKey | undefined {
  return variables.find((key) => key.read(request) === ambiguous);
}

/**
 * As what the statement names the caller; the policies of identities name nobody and mean whom they
 * belong to.
 */
export function namesCaller(
  { principal, effect }: CompiledStatement,
  request: AuthorizationRequest,
): number {
  if (principal === undefined) return named.itself;
  return namedByStatement(principal, effect, request.caller.principal);
}

/** The first of the statements that applies to the caller and the request. */
export function findApplicable(
  statements: readonly CompiledStatement[],
  request: AuthorizationRequest,
): CompiledStatement | undefined {
  for (const statement of statements) {
    if (namesCaller(statement, request) !== named.not && appliesToRequest(statement, request))
      return statement;
  }
  return undefined;
}

/** The first statement of any of the policies that allows the request. */
export function findAllow(
  policies: readonly CompiledPolicy[],
  request: AuthorizationRequest,
): CompiledStatement | undefined {
  for (const { allows } of policies) {
    const statement = findApplicable(allows, request);
    if (statement !== undefined) return statement;
  }
  return undefined;
}
