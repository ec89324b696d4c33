// The texts of AccessDeniedException. They say who, what and why, and nothing of whether another
// account's key exists.

import type { Principal } from '../authorization/decision.js';
import { KmsError } from '../errors.js';

const doesNotExistOrDenied =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a ' +
  'resource-based policy explicitly denies access';

/** For a key that the caller named. */
export function resourceAccessDenied(principal: Principal, action: string): KmsError {
  return denied(principal, action, `on this resource ${doesNotExistOrDenied}`);
}

/** For a key that only the ciphertext names. */
export function ciphertextAccessDenied(principal: Principal, action: string): KmsError {
  return denied(
    principal,
    action,
    `on the resource associated with this ciphertext ${doesNotExistOrDenied}`,
  );
}

function denied({ arn }: Principal, action: string, reason: string): KmsError {
  const message = `User: ${arn} is not authorized to perform: ${action} ${reason}`;
  return new KmsError('AccessDeniedException', message);
}
