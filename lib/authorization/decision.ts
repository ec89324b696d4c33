// The one decision: may this principal do this to this key? Pure: no clock, no store, no native
// code. Key policies, identity policies and grants will be its further inputs; until then a key
// serves its own account and nobody else, as AWS's default key policy does for an account without
// IAM users.

/** Who asks. */
export interface Principal {
  readonly account: string;
  readonly arn: string;
}

/** What is asked for. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** The account that owns the key, or in which something is created. */
  readonly resourceAccount: string;
}

/** The decision, as a value: only operations turn a deny into an exception. */
export interface Decision {
  readonly decision: 'Allow' | 'Deny';
  readonly reason: 'own account' | 'no resource-based policy allows another account';
}

const allowOwnAccount: Decision = Object.freeze({ decision: 'Allow', reason: 'own account' });
const denyOtherAccount: Decision = Object.freeze({
  decision: 'Deny',
  reason: 'no resource-based policy allows another account',
});

/** @returns one of a fixed set of decisions: deciding allocates nothing */
export function decide({ principal, resourceAccount }: AuthorizationRequest): Decision {
  return principal.account === resourceAccount ? allowOwnAccount : denyOtherAccount;
}
