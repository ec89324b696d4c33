// Managed policies as users and roles use them: each policy counts its users, so that one in use is
// not deleted. Link and count change together.

import { IamError } from '../errors.js';
import type { SealedChange } from '../store/sealed_store.js';
import { parseEntityArn } from './iam_arn.js';
import type { IamCall } from './iam_operation.js';
import type { Entry } from './iam_store.js';
import { readEntity, replace } from './iam_store.js';
import type { PolicyLink, PolicyRecord, Subject } from './records.js';
import { noSuchEntity } from './subjects.js';
import type { AttachedPermissionsBoundary } from './types.js';

type Count = 'attachmentCount' | 'boundaryCount';

/** The name in a policy's ARN. @throws IamError ValidationError, NoSuchEntity */
function policyNameOf(arn: string, { account }: IamCall): string {
  const parsed = parseEntityArn(arn);
  if (parsed?.kind === 'policy' && parsed.account === account) return parsed.name;
  // Those of AWS itself and of other accounts are not there.
  if (/^arn:aws:iam::(?:\d{12}|aws):policy\/[!-~]+$/.test(arn)) throw noSuchEntity('policy', arn);
  throw new IamError('ValidationError', `ARN ${arn} is not valid.`);
}

/** @throws IamError NoSuchEntity, ValidationError */
export async function requirePolicy(call: IamCall, arn: string): Promise<Entry<PolicyRecord>> {
  const name = policyNameOf(arn, call);
  const entry = await readEntity(call.ground, call.account, 'policy', name);
  if (entry === undefined || parseEntityArn(arn)?.path !== entry.record.path)
    throw noSuchEntity('policy', arn);
  return entry;
}

/** A new use of a policy. @throws IamError NoSuchEntity, ValidationError */
export async function linkPolicy(
  call: IamCall,
  arn: string,
  count: Count,
): Promise<{ readonly link: PolicyLink; readonly change: SealedChange }> {
  const entry = await requirePolicy(call, arn);
  const link = { arn, policyId: entry.record.id };
  return { link, change: counted(entry, count, 1) };
}

/** The end of a use. A policy that is gone has nothing to count. */
export async function unlinkPolicy(
  call: IamCall,
  { arn, policyId }: PolicyLink,
  count: Count,
): Promise<SealedChange[]> {
  const name = policyNameOf(arn, call);
  const entry = await readEntity(call.ground, call.account, 'policy', name);
  return entry?.record.id === policyId ? [counted(entry, count, -1)] : [];
}

/** What it takes to end the uses that a user or role makes of policies as its boundary. */
export async function unlinkBoundary(
  call: IamCall,
  { permissionsBoundary }: Subject,
): Promise<SealedChange[]> {
  if (permissionsBoundary === undefined) return [];
  return unlinkPolicy(call, permissionsBoundary, 'boundaryCount');
}

/** How answers tell of a boundary. */
export function toBoundary(link: PolicyLink | undefined): AttachedPermissionsBoundary | undefined {
  if (link === undefined) return undefined;
  const PermissionsBoundaryType = 'PermissionsBoundaryPolicy';
  return { PermissionsBoundaryType, PermissionsBoundaryArn: link.arn };
}

function counted(entry: Entry<PolicyRecord>, count: Count, change: 1 | -1): SealedChange {
  const { record } = entry;
  return replace(entry, { ...record, [count]: record[count] + change });
}

/** What conditions see of a boundary in a request. */
export function boundaryCondition({
  PermissionsBoundary,
}: {
  readonly PermissionsBoundary?: string | undefined;
}) {
  return PermissionsBoundary === undefined
    ? {}
    : { 'iam:PermissionsBoundary': PermissionsBoundary };
}

/** @throws IamError DeleteConflict for a user or role that has policies */
export function refuseWithPolicies({ attachedPolicies, inlinePolicies }: Subject): void {
  if (attachedPolicies.length > 0)
    throw new IamError('DeleteConflict', 'Cannot delete entity, must detach all policies first.');
  if (inlinePolicies.length > 0)
    throw new IamError('DeleteConflict', 'Cannot delete entity, must delete policies first.');
}
