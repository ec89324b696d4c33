// A key has one policy, and its name is `default`.

import { KmsError } from '../errors.js';

export const policyNameDefault = 'default';

/** @throws KmsError NotFoundException */
export function checkPolicyName({
  PolicyName = policyNameDefault,
}: {
  readonly PolicyName?: string | undefined;
}): void {
  if (PolicyName === policyNameDefault) return;
  throw new KmsError('NotFoundException', 'No such policy exists');
}
