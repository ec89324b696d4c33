// What the side of the key, once it lets a request pass, still asks of the caller's own account.

import type { AuthorizationRequest } from './request.js';

/** Each asks all that the one before it asks. */
export const demand = {
  nothing: 0,
  /** Permissions boundary and session policies, where there are any, must allow. */
  limits: 1,
  /** An identity policy must allow, and so must boundary and session policies. */
  identity: 2,
} as const;

export type Demand = (typeof demand)[keyof typeof demand];

/** A service is of no account, and so never of another. */
export function isOfAnotherAccount({ caller, resource }: AuthorizationRequest): boolean {
  const { kind, account } = caller.principal;
  return kind !== 'service' && account !== resource.account;
}
