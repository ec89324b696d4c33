// The lockout safety check (AWS KMS API Reference, PutKeyPolicy): whoever writes a key policy must
// be able to write the next one.

import { kmsAction } from './action.js';
import { authorize } from './authorize.js';
import type { CompiledPolicy } from './compile.js';
import type { PolicyError } from './policy_error.js';
import type { AuthorizationRequest } from './request.js';

const putKeyPolicy = kmsAction('kms:PutKeyPolicy') as AuthorizationRequest['action'];

/**
 * @param request - the request that writes the policy, on the key it is for
 * @param policy - the policy it writes
 * @returns why the policy is refused, or undefined
 */
export function lockoutError(
  request: Omit<AuthorizationRequest, 'action'>,
  policy: CompiledPolicy,
): PolicyError | undefined {
  // No grant allows PutKeyPolicy.
  const resource = { ...request.resource, policy };
  const { decision } = authorize({ ...request, resource, action: putKeyPolicy });
  if (decision === 'Allow') return undefined;
  return {
    name: 'MalformedPolicyDocumentException',
    message: 'The new key policy will not allow you to update the key policy in the future.',
  };
}
