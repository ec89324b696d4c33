// The one decision (AWS KMS Developer Guide, "Troubleshooting key access"; IAM User Guide, "Policy
// evaluation logic"). Every authority speaks here: key policy, identity policies, permissions
// boundary, session policies, grants. docs/authorization.md tells it in the same order.

import { kmsAction } from './action.js';
import type { CompiledPolicy, CompiledStatement, StatementReference } from './compile.js';
import { type Demand, demand, isOfAnotherAccount } from './demand.js';
import { appliesToRequest, findAllow, findApplicable, namesCaller } from './evaluate.js';
import type { Grant } from './grant.js';
import { grantDemand, retirementDemand } from './grant_demand.js';
import type { PolicyKind } from './policy_document.js';
import { named } from './principal_pattern.js';
import type { AuthorizationRequest } from './request.js';

export type Reason =
  | 'allowed'
  | `explicit deny in ${PolicyKind}`
  | `no ${PolicyKind} allows`
  | 'never across accounts';

/** The decision, as a value: only operations turn a Deny into an exception. */
export interface Decision {
  readonly decision: 'Allow' | 'Deny';
  readonly reason: Reason;
  /**
   * The statements that decided it: the first Deny that applies, or the first Allow of each policy
   * that was needed.
   */
  readonly statements: readonly StatementReference[];
  /** The grant that allowed it. */
  readonly grantId: string | undefined;
}

/** What lets the request pass on the side of the key. */
interface KeySide {
  readonly demand: Demand;
  readonly statement?: CompiledStatement;
  readonly grant?: Grant;
}

const retireGrant = kmsAction('kms:RetireGrant');
const nothing: readonly never[] = Object.freeze([]);

/** Decides a request. Total and pure: the same request always has the same answer. */
export function authorize(request: AuthorizationRequest): Decision {
  const denial = findDeny(request);
  if (denial !== undefined)
    return deny(`explicit deny in ${denial.reference.kind}`, [denial.reference]);
  const { action, resource } = request;
  const hasPolicy = resource.kind === 'key' || resource.kind === 'iam';
  if (action.authority === 'identity' || !hasPolicy) return decideWithoutKey(request);
  if (!action.crossAccount && isOfAnotherAccount(request)) return deny('never across accounts');
  const keySide = action === retireGrant ? retirementSide(request) : askKeySide(request);
  if (keySide === undefined) return deny(`no ${resource.policy?.kind ?? 'key policy'} allows`);
  return askCallerSide(keySide, request);
}

/** A Deny that applies, wherever it stands. */
function findDeny(request: AuthorizationRequest): CompiledStatement | undefined {
  const { caller, resource } = request;
  return (
    denyOf(resource.policy, request) ??
    denyOfAny(caller.identityPolicies, request) ??
    denyOfAny(caller.sessionPolicies, request) ??
    denyOf(caller.permissionsBoundary, request)
  );
}

function denyOf(policy: CompiledPolicy | undefined, request: AuthorizationRequest) {
  return policy === undefined || policy.denies.length === 0
    ? undefined
    : findApplicable(policy.denies, request);
}

function denyOfAny(policies: readonly CompiledPolicy[] = nothing, request: AuthorizationRequest) {
  for (const policy of policies) {
    const found = denyOf(policy, request);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Operations on no key, and the alias half of operations on aliases: the caller's own account
 * decides alone.
 */
function decideWithoutKey(request: AuthorizationRequest): Decision {
  const isService = request.caller.principal.kind === 'service';
  if (isService || isOfAnotherAccount(request)) return deny('no identity policy allows');
  return askCallerSide({ demand: demand.identity }, request);
}

/**
 * What the key policy and the grants say: whichever of them asks least more of the caller's
 * account.
 */
function askKeySide(request: AuthorizationRequest): KeySide | undefined {
  let best: KeySide | undefined;
  for (const statement of request.resource.policy?.allows ?? nothing) {
    const asked = statementDemand(statement, request);
    if (!asksLess(asked, best) || !appliesToRequest(statement, request)) continue;
    best = { demand: asked, statement };
    if (asked === demand.nothing) return best;
  }
  for (const grant of request.resource.grants) {
    const asked = grantDemand(grant, request);
    if (asksLess(asked, best)) best = { demand: asked, grant };
  }
  return best;
}

function asksLess(asked: Demand | undefined, best: KeySide | undefined): asked is Demand {
  return asked !== undefined && (best === undefined || asked < best.demand);
}

/**
 * What a statement of the key policy still asks of the caller's side, by how it names the caller.
 */
function statementDemand(
  statement: CompiledStatement,
  request: AuthorizationRequest,
): Demand | undefined {
  const as = namesCaller(statement, request);
  if (as === named.not) return undefined;
  if (isOfAnotherAccount(request)) return demand.identity;
  if ((as & named.itself) !== 0) return demand.nothing;
  if ((as & (named.role | named.provider)) !== 0) return demand.limits;
  return demand.identity;
}

/**
 * No key policy can allow RetireGrant (AWS KMS Developer Guide, "Retiring and revoking grants").
 */
function retirementSide(request: AuthorizationRequest): KeySide | undefined {
  const grant = request.call.retiredGrant;
  const asked = grant === undefined ? undefined : retirementDemand(grant, request);
  return grant === undefined || asked === undefined ? undefined : { demand: asked, grant };
}

/**
 * What the caller's own account must still say: identity policies, permissions boundary, session
 * policies.
 */
function askCallerSide(
  { demand: asked, statement, grant }: KeySide,
  request: AuthorizationRequest,
): Decision {
  const { principal, identityPolicies, permissionsBoundary, sessionPolicies } = request.caller;
  const found: StatementReference[] = statement === undefined ? [] : [statement.reference];
  // The account's root user needs no policy of its own.
  if (asked === demand.identity && principal.kind !== 'root') {
    const allowing = findAllow(identityPolicies, request);
    if (allowing === undefined) return deny('no identity policy allows');
    found.push(allowing.reference);
  }
  if (asked !== demand.nothing && permissionsBoundary !== undefined) {
    const allowing = findApplicable(permissionsBoundary.allows, request);
    if (allowing === undefined) return deny('no permissions boundary allows');
    found.push(allowing.reference);
  }
  if (asked !== demand.nothing && sessionPolicies !== undefined) {
    const allowing = findAllow(sessionPolicies, request);
    if (allowing === undefined) return deny('no session policy allows');
    found.push(allowing.reference);
  }
  return { decision: 'Allow', reason: 'allowed', statements: found, grantId: grant?.grantId };
}

function deny(reason: Reason, statements: readonly StatementReference[] = nothing): Decision {
  return { decision: 'Deny', reason, statements, grantId: undefined };
}
