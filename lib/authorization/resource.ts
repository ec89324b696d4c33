// What actions are done to, made once and used for every request until the key's record changes.

import { splitArn } from './arn_parts.js';
import type { Resource } from './request.js';

const noGrants: readonly never[] = Object.freeze([]);

/** A KMS key. @param details - its policy, grants, tags, and values of conditions */
export function keyResource(
  arn: string,
  account: string,
  details: Partial<Pick<Resource, 'policy' | 'grants' | 'tags' | 'keys'>> = {},
): Resource {
  return { kind: 'key', arn, arnParts: splitArn(arn), account, grants: noGrants, ...details };
}

/** The alias half of CreateAlias, UpdateAlias and DeleteAlias. */
export function aliasResource(arn: string, account: string): Resource {
  return { kind: 'alias', arn, arnParts: splitArn(arn), account, grants: noGrants };
}

/**
 * A user, role or policy of IAM.
 *
 * @param details - the trust policy of a role that is to be assumed, and tags
 */
export function iamResource(
  arn: string,
  account: string,
  details: Partial<Pick<Resource, 'policy' | 'tags'>> = {},
): Resource {
  return { kind: 'iam', arn, arnParts: splitArn(arn), account, grants: noGrants, ...details };
}

/** What operations on no key are authorized against, in the caller's account. */
export function anyResource(account: string): Resource {
  return { kind: 'any', arn: '*', arnParts: undefined, account, grants: noGrants };
}
