// How grants combine with policies: the table of docs/authorization.md, and who may retire a grant
// (AWS KMS API Reference, RetireGrant).

import { type Demand, demand, isOfAnotherAccount } from './demand.js';
import { constraintsHold, type Grant, grantsOperation } from './grant.js';
import { named, namedBy, type PrincipalPattern } from './principal_pattern.js';
import type { AuthorizationRequest } from './request.js';

/**
 * What is still asked of the caller's side when a grant lets the request pass; undefined when it
 * does not.
 */
export function grantDemand(grant: Grant, request: AuthorizationRequest): Demand | undefined {
  if (!grantsOperation(grant, request)) return undefined;
  const asked = demandOf(grant.grantee, grant, request);
  return asked !== undefined && constraintsHold(grant, request) ? asked : undefined;
}

/**
 * What is still asked of whoever wants to retire a grant: its retiring principal, its grantee when
 * RetireGrant is among the operations, and principals of the account that issued it, when their own
 * policies allow it.
 */
export function retirementDemand(grant: Grant, request: AuthorizationRequest): Demand | undefined {
  const ways = [
    grant.retiring === undefined ? undefined : demandOf(grant.retiring, grant, request),
    grantDemand(grant, request),
    grant.issuingAccount === request.caller.principal.account ? demand.identity : undefined,
  ];
  const open = ways.filter((way) => way !== undefined);
  return open.length === 0 ? undefined : (Math.min(...open) as Demand);
}

function demandOf(
  pattern: PrincipalPattern,
  { issuingAccount }: Grant,
  request: AuthorizationRequest,
): Demand | undefined {
  const { principal } = request.caller;
  if (namedBy(pattern, principal) === named.not) return undefined;
  // An account that is named delegates to its own policies, as in a key policy.
  if (pattern.kind === 'account') return demand.identity;
  if (isOfAnotherAccount(request) && issuingAccount !== principal.account) return demand.identity;
  const isExact = pattern.kind !== 'user' && pattern.kind !== 'role' && !isUniqueId(pattern);
  return isExact ? demand.nothing : demand.limits;
}

function isUniqueId({ kind }: PrincipalPattern): boolean {
  return kind === 'unique id';
}
