// Why a request was decided as it was: the decision, the statements that decided it, and for what
// was not allowed the statements and grants that came nearest, each with the elements that did not
// match.

import { authorize, type Decision } from './authorize.js';
import type { CompiledPolicy, CompiledStatement, StatementReference } from './compile.js';
import { conditionHolds } from './condition.js';
import { ambiguous, type ConditionValue } from './condition_values.js';
import { ambiguousVariable, namesCaller } from './evaluate.js';
import { constraintsHold, type Grant, grantsOperation } from './grant.js';
import { retirementDemand } from './grant_demand.js';
import { toPlain } from './json.js';
import type { Invertible as InvertibleElement, PolicyKind } from './policy_document.js';
import { named, namedBy } from './principal_pattern.js';
import type { AuthorizationRequest } from './request.js';

/** An element of a statement or a grant that kept it from applying. */
export type Mismatch =
  | {
      readonly element: ElementName;
      /** What the statement says; undefined when it lacks the element, and so never applies. */
      readonly wanted: unknown;
      readonly actual: string;
    }
  | {
      readonly element: 'Condition';
      readonly operator: string;
      readonly key: string;
      readonly wanted: readonly string[];
      /** Undefined when the key is absent. */
      readonly actual: ConditionValue;
    }
  /** A policy variable that two tags or pairs answer to. */
  | { readonly element: 'Variable'; readonly key: string }
  | { readonly element: 'GranteePrincipal' | 'Operations' | 'Constraints' | 'RetiringPrincipal' };

type Invertible = 'Principal' | 'Action' | 'Resource';
type ElementName = Invertible | `Not${Invertible}`;

/** A statement that nearly applied. */
export interface NearStatement {
  readonly statement: StatementReference;
  readonly mismatches: readonly Mismatch[];
}

/** A grant that nearly applied. */
export interface NearGrant {
  readonly grantId: string;
  readonly mismatches: readonly Mismatch[];
}

/** What one policy says of the request. */
export interface PolicyFinding {
  readonly kind: PolicyKind;
  readonly document: string;
  readonly denies: readonly StatementReference[];
  readonly allows: readonly StatementReference[];
  /** When nothing in it applies: those of its Allow statements with the fewest mismatches. */
  readonly nearest: readonly NearStatement[];
}

export interface Explanation extends Decision {
  /**
   * Every policy that was asked: key policy, identity policies, permissions boundary, session
   * policies.
   */
  readonly policies: readonly PolicyFinding[];
  /** When no grant applies: those with the fewest mismatches. */
  readonly nearestGrants: readonly NearGrant[];
}

/** Explains the decision of {@link authorize} on a request. Not for the path of every request. */
export function explain(request: AuthorizationRequest): Explanation {
  const { caller, resource } = request;
  const { identityPolicies, permissionsBoundary, sessionPolicies = [] } = caller;
  const policies = [resource.policy, ...identityPolicies, permissionsBoundary, ...sessionPolicies];
  return {
    ...authorize(request),
    policies: policies.filter((policy) => policy !== undefined).map((p) => findingOf(p, request)),
    nearestGrants: nearest(nearGrants(request)),
  };
}

function findingOf(policy: CompiledPolicy, request: AuthorizationRequest): PolicyFinding {
  const { kind, name, denies, allows } = policy;
  const applying = (statements: readonly CompiledStatement[]) =>
    statements
      .filter((statement) => mismatchesOf(statement, request).length === 0)
      .map(({ reference }) => reference);
  const near = allows.map((statement) => ({
    statement: statement.reference,
    mismatches: mismatchesOf(statement, request),
  }));
  return {
    kind,
    document: name,
    denies: applying(denies),
    allows: applying(allows),
    nearest: nearest(near),
  };
}

/** Those with the fewest mismatches; none when something has no mismatch at all. */
function nearest<Near extends { readonly mismatches: readonly Mismatch[] }>(
  candidates: readonly Near[],
): readonly Near[] {
  const fewest = Math.min(...candidates.map(({ mismatches }) => mismatches.length));
  return fewest === 0 ? [] : candidates.filter(({ mismatches }) => mismatches.length === fewest);
}

function mismatchesOf(
  statement: CompiledStatement,
  request: AuthorizationRequest,
): readonly Mismatch[] {
  const { elements, actions, covers, variables, effect } = statement;
  const { principal } = request.caller;
  const found: Mismatch[] = [];
  const note = (name: Invertible, element: InvertibleElement | undefined, actual: string) =>
    found.push({
      element: element?.inverted === true ? `Not${name}` : name,
      wanted: element === undefined ? undefined : toPlain(element.value),
      actual,
    });
  if (namesCaller(statement, request) === named.not)
    note('Principal', elements.principal, principal.arn);
  if (actions[request.action.index] !== 1) note('Action', elements.action, request.action.name);
  const unclear = ambiguousVariable(variables, request);
  if (unclear !== undefined)
    return effect === 'Deny' ? found : [...found, { element: 'Variable', key: unclear.name }];
  if (!covers(request)) note('Resource', elements.resource, request.resource.arn);
  return [...found, ...conditionMismatches(statement, request)];
}

function conditionMismatches(
  { conditions, effect }: CompiledStatement,
  request: AuthorizationRequest,
): readonly Mismatch[] {
  return conditions
    .filter((condition) => !conditionHolds(condition, effect, request))
    .map(({ operator, key, wanted }) => {
      const value = key.read(request);
      const actual = value === ambiguous ? undefined : value;
      return { element: 'Condition', operator, key: key.name, wanted, actual };
    });
}

/** The grant that would be retired, or the grants that could allow the operation. */
function nearGrants(request: AuthorizationRequest): readonly NearGrant[] {
  const { retiredGrant } = request.call;
  if (retiredGrant === undefined) {
    return request.resource.grants.map((grant) => ({
      grantId: grant.grantId,
      mismatches: grantMismatches(grant, request),
    }));
  }
  const mayRetire = retirementDemand(retiredGrant, request) !== undefined;
  const mismatches: Mismatch[] = mayRetire ? [] : [{ element: 'RetiringPrincipal' }];
  return [{ grantId: retiredGrant.grantId, mismatches }];
}

function grantMismatches(grant: Grant, request: AuthorizationRequest): readonly Mismatch[] {
  const found: Mismatch[] = [];
  if (namedBy(grant.grantee, request.caller.principal) === named.not)
    found.push({ element: 'GranteePrincipal' });
  if (!grantsOperation(grant, request)) found.push({ element: 'Operations' });
  if (!constraintsHold(grant, request)) found.push({ element: 'Constraints' });
  return found;
}
