// The texts of AccessDeniedException (IAM User Guide, "Troubleshoot access denied error messages").
// They tell the caller's own account which policy is missing, and another account nothing of
// whether a key exists.

import type { Decision } from './authorize.js';
import { isOfAnotherAccount } from './demand.js';
import type { PolicyKind } from './policy_document.js';
import type { AuthorizationRequest } from './request.js';

/** What AWS calls the kinds of policies there, each with its article. */
const titles: Readonly<Record<PolicyKind, readonly [string, string]>> = {
  'key policy': ['a', 'resource-based policy'],
  'trust policy': ['a', 'resource-based policy'],
  'identity policy': ['an', 'identity-based policy'],
  'permissions boundary': ['a', 'permissions boundary'],
  'session policy': ['a', 'session policy'],
};

const doesNotExistOrDenied =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a ' +
  'resource-based policy explicitly denies access';

/** Why a request was denied, for its caller. @param decision - a Deny of {@link authorize} */
export function accessDeniedText(request: AuthorizationRequest, decision: Decision): string {
  const { caller, action, resource } = request;
  const who = `User: ${caller.principal.arn} is not authorized to perform: ${action.name}`;
  const reason = reasonText(decision, action.name);
  if (!isOfAnotherAccount(request)) return `${who} on resource: ${resource.arn} ${reason}`;
  const isOfKey = /(?:key|trust) policy|never/.test(decision.reason);
  return `${who} on this resource ${isOfKey ? doesNotExistOrDenied : reason}`;
}

/**
 * For a key that another account names and that does not exist: the same answer as for one that
 * does.
 */
export function unknownKeyText(callerArn: string, actionName: string): string {
  return `User: ${callerArn} is not authorized to perform: ${actionName} on this resource ${doesNotExistOrDenied}`;
}

/** For a key that only a ciphertext names and that the caller cannot see. */
export function unknownCiphertextText(callerArn: string, actionName: string): string {
  return `User: ${callerArn} is not authorized to perform: ${actionName} on the resource associated with this ciphertext ${doesNotExistOrDenied}`;
}

function reasonText({ reason }: Decision, actionName: string): string {
  for (const [kind, [article, title]] of Object.entries(titles)) {
    if (reason === `explicit deny in ${kind}`)
      return `with an explicit deny in ${article} ${title}`;
    if (reason === `no ${kind} allows`)
      return `because no ${title} allows the ${actionName} action`;
  }
  return `because no resource-based policy allows the ${actionName} action`;
}
