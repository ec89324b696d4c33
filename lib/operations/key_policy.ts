// Writing a key policy (KMS API Reference, PutKeyPolicy): it must compile, name principals that can be, and let its
// writer write the next one.

import type { CompiledPolicy } from '../authorization/index.js';
import { lockoutError, principalsNamed } from '../authorization/index.js';
import { KmsError } from '../errors.js';
import type { PolicyBindings } from '../keys/key_policy.js';
import { compileKeyPolicy } from '../keys/key_policy.js';
import type { Caller } from './operation.js';
import { findUniqueIdsOf } from './principals.js';

/** A policy as it is stored. */
export interface WrittenPolicy {
  readonly policy: string;
  readonly policyBindings: PolicyBindings;
  readonly compiled: CompiledPolicy;
}

/** @throws KmsError MalformedPolicyDocumentException, LimitExceededException */
export async function readPolicy(text: string, caller: Caller): Promise<WrittenPolicy> {
  const named = principalsNamed(compileKeyPolicy(text, {}));
  const { bindings, unknown } = await findUniqueIdsOf(named, caller);
  if (unknown !== undefined && caller.strictPrincipals) throw invalidPrincipals();
  const compiled = compileKeyPolicy(text, bindings);
  return { policy: text, policyBindings: bindings, compiled };
}

/** @throws KmsError MalformedPolicyDocumentException when the policy locks its writer out */
export function checkLockout(
  request: Parameters<typeof lockoutError>[0],
  { compiled }: WrittenPolicy,
): void {
  const error = lockoutError(request, compiled);
  if (error !== undefined) throw new KmsError(error.name, error.message);
}

function invalidPrincipals(): KmsError {
  return new KmsError(
    'MalformedPolicyDocumentException',
    'Policy contains a statement with one or more invalid principals.',
  );
}
