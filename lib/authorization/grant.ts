// Grants (AWS KMS Developer Guide, "Grants in AWS KMS"): one key, one grantee, some operations,
// perhaps constraints. A grant only allows. Grant tokens decide nothing here: what this store wrote
// is in force at once, and a token never replaced the grantee.

import { type KmsAction, kmsAction } from './action.js';
import {
  allowsDelegation,
  type GrantConstraints,
  isSamePairs,
  satisfiesConstraints,
} from './grant_constraints.js';
import { isSamePattern, type PrincipalPattern } from './principal_pattern.js';
import type { AuthorizationRequest } from './request.js';

/** A grant as the decision sees it. */
export interface Grant {
  /** 64 hex digits. */
  readonly grantId: string;
  readonly name: string | undefined;
  readonly keyArn: string;
  readonly grantee: PrincipalPattern;
  readonly retiring: PrincipalPattern | undefined;
  /** The account of whoever created it. */
  readonly issuingAccount: string;
  readonly operations: ReadonlySet<KmsAction>;
  readonly constraints: GrantConstraints;
}

/** What a CreateGrant asks to be granted. */
export interface GrantProposal {
  readonly operations: ReadonlySet<KmsAction>;
  readonly constraints: GrantConstraints;
}

const createGrant = kmsAction('kms:CreateGrant') as KmsAction;
const describeKey = kmsAction('kms:DescribeKey') as KmsAction;
const retireGrant = kmsAction('kms:RetireGrant') as KmsAction;

/** Whether the grant is for this operation, whoever asks. */
export function grantsOperation(grant: Grant, { action }: AuthorizationRequest): boolean {
  return grant.operations.has(action);
}

/** Whether the grant's constraints let the request of its grantee pass. */
export function constraintsHold(grant: Grant, request: AuthorizationRequest): boolean {
  const { action, call } = request;
  const { constraints } = grant;
  if (constraints.sourceArn !== undefined && constraints.sourceArn !== call.keys?.['aws:SourceArn'])
    return false;
  // These two have no encryption context of their own.
  if (action === describeKey || action === retireGrant) return true;
  if (action !== createGrant) return satisfiesConstraints(constraints, call.encryptionContext);
  return call.proposedGrant !== undefined && mayDelegate(grant, call.proposedGrant);
}

/** One parent must allow all that the child does, and the child must be as constrained. */
function mayDelegate(parent: GrantProposal, child: GrantProposal): boolean {
  for (const operation of child.operations) if (!parent.operations.has(operation)) return false;
  return allowsDelegation(parent.constraints, child.constraints);
}

/**
 * The grant that a CreateGrant with a name repeats: all its parameters are the same, ARN and unique
 * id of a bound principal counting as equal. Without a name every call makes a new grant.
 */
export function findSameGrant(
  grants: readonly Grant[],
  wanted: Omit<Grant, 'grantId'>,
): Grant | undefined {
  if (wanted.name === undefined) return undefined;
  return grants.find(
    (grant) =>
      grant.name === wanted.name &&
      grant.keyArn === wanted.keyArn &&
      isSamePattern(grant.grantee, wanted.grantee) &&
      isSamePattern(grant.retiring, wanted.retiring) &&
      isSameSet(grant.operations, wanted.operations) &&
      isSameConstraints(grant.constraints, wanted.constraints),
  );
}

function isSameSet<Item>(a: ReadonlySet<Item>, b: ReadonlySet<Item>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}

function isSameConstraints(a: GrantConstraints, b: GrantConstraints): boolean {
  return (
    a.sourceArn === b.sourceArn &&
    isSamePairs(a.encryptionContextEquals, b.encryptionContextEquals) &&
    isSamePairs(a.encryptionContextSubset, b.encryptionContextSubset)
  );
}
