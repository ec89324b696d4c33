// CreatePolicy, GetPolicy, ListPolicies, DeletePolicy.

import { IamError } from '../errors.js';
import { entityArn } from './iam_arn.js';
import {
  booleanMember,
  descriptionMember,
  documentMember,
  pageMembers,
  pathMember,
  pathPrefixMember,
  policyNameMember,
  requiredArnMember,
  tagsMember,
} from './iam_members.js';
import { iamOperation } from './iam_operation.js';
import { pageToRead, toIamPage } from './iam_pages.js';
import { compileIamPolicy } from './iam_policy.js';
import { commitPlan, listEntities, remove, replace } from './iam_store.js';
import { addIamTags, requestedTags } from './iam_tags.js';
import { requirePolicy } from './policy_links.js';
import type { PolicyRecord } from './records.js';
import { entityPath } from './records.js';
import { entityExists, listTarget, newTarget, present, toTags } from './subjects.js';
import type {
  CreatePolicyInput,
  EmptyOutput,
  IamPolicy,
  ListPoliciesInput,
  ListPoliciesOutput,
  PolicyArnInput,
  PolicyOutput,
} from './types.js';
import { newUniqueId } from './unique_id.js';

export const createPolicy = iamOperation<CreatePolicyInput, PolicyOutput>({
  service: 'iam',
  name: 'CreatePolicy',
  shape: {
    PolicyName: policyNameMember,
    Path: pathMember,
    PolicyDocument: documentMember,
    Description: descriptionMember,
    Tags: tagsMember,
  },
  on: ({ Path = '/', PolicyName }, { account }) => newTarget(account, 'policy', Path, PolicyName),
  tags: requestedTags,
  async run(request, call) {
    const { Path = '/', PolicyName, PolicyDocument, Description, Tags = [] } = request;
    const { ground, account, nowMs } = call;
    checkManagedPolicy(PolicyDocument);
    const record: PolicyRecord = {
      format: 1,
      id: newUniqueId(ground.hsm, 'ANPA'),
      name: PolicyName,
      path: Path,
      createdAtMs: nowMs,
      tags: addIamTags([], Tags),
      description: Description,
      updatedAtMs: nowMs,
      versions: [{ versionId: 'v1', document: PolicyDocument, createdAtMs: nowMs }],
      defaultVersionId: 'v1',
      nextVersion: 2,
      attachmentCount: 0,
      boundaryCount: 0,
    };
    const path = entityPath(account, 'policy', PolicyName);
    return commitPlan(ground, async () => {
      if ((await ground.store.get(path)) !== undefined) throw entityExists('policy', PolicyName);
      const changes = [replace({ path, record, sealed: undefined }, record)];
      return { changes, output: { Policy: toPolicy(record, account) } };
    });
  },
});

export const getPolicy = iamOperation<PolicyArnInput, PolicyOutput>({
  service: 'iam',
  name: 'GetPolicy',
  shape: { PolicyArn: requiredArnMember },
  on: ({ PolicyArn }, { account }) => ({ arn: PolicyArn, account }),
  async run({ PolicyArn }, call) {
    const { record } = await requirePolicy(call, PolicyArn);
    return { Policy: toPolicy(record, call.account) };
  },
});

export const listPolicies = iamOperation<ListPoliciesInput, ListPoliciesOutput>({
  service: 'iam',
  name: 'ListPolicies',
  shape: {
    Scope: { kind: 'enum', values: ['All', 'AWS', 'Local'] },
    OnlyAttached: booleanMember,
    PathPrefix: pathPrefixMember,
    PolicyUsageFilter: { kind: 'enum', values: ['PermissionsPolicy', 'PermissionsBoundary'] },
    ...pageMembers,
  },
  on: ({ PathPrefix }, call) => listTarget(call, 'policy', PathPrefix),
  async run(request, { ground, account }) {
    const page = pageToRead(request);
    const keeps = (record: PolicyRecord) => isAskedFor(record, request);
    const read = await listEntities(ground, account, 'policy', { ...page, keeps });
    const cut = toIamPage(read, page, ({ name }) => name.toLowerCase());
    return { Policies: cut.items.map((record) => toPolicy(record, account)), ...cut.page };
  },
});

export const deletePolicy = iamOperation<PolicyArnInput, EmptyOutput>({
  service: 'iam',
  name: 'DeletePolicy',
  shape: { PolicyArn: requiredArnMember },
  on: ({ PolicyArn }, { account }) => ({ arn: PolicyArn, account }),
  run: ({ PolicyArn }, call) =>
    commitPlan(call.ground, async () => {
      const entry = await requirePolicy(call, PolicyArn);
      const { attachmentCount, boundaryCount, versions } = entry.record;
      if (attachmentCount + boundaryCount > 0)
        throw new IamError('DeleteConflict', 'Cannot delete a policy attached to entities.');
      if (versions.length > 1)
        throw new IamError(
          'DeleteConflict',
          'This policy has more than one version. Before you delete a policy, you must delete the ' +
            "policy's versions. The default version is deleted with the policy.",
        );
      return { changes: [remove(entry)], output: {} };
    }),
});

/** @throws IamError MalformedPolicyDocument, LimitExceeded */
export function checkManagedPolicy(document: string): void {
  compileIamPolicy(document, 'identity policy', 'PolicyDocument');
  // A managed policy is shorter than the inline policies of a role: it may become a boundary.
  compileIamPolicy(document, 'permissions boundary', 'PolicyDocument');
}

/** There are none of AWS's own. */
function isAskedFor(
  { path, attachmentCount, boundaryCount }: PolicyRecord,
  { Scope, OnlyAttached = false, PathPrefix = '/', PolicyUsageFilter }: ListPoliciesInput,
): boolean {
  if (Scope === 'AWS' || !path.startsWith(PathPrefix)) return false;
  if (PolicyUsageFilter === 'PermissionsPolicy' && attachmentCount === 0) return false;
  if (PolicyUsageFilter === 'PermissionsBoundary' && boundaryCount === 0) return false;
  return !OnlyAttached || attachmentCount + boundaryCount > 0;
}

function toPolicy(record: PolicyRecord, account: string): IamPolicy {
  const { id, name, path, tags } = record;
  return present<IamPolicy>({
    PolicyName: name,
    PolicyId: id,
    Arn: entityArn({ account, kind: 'policy', path, name }),
    Path: path,
    DefaultVersionId: record.defaultVersionId,
    AttachmentCount: record.attachmentCount,
    PermissionsBoundaryUsageCount: record.boundaryCount,
    IsAttachable: true,
    Description: record.description,
    CreateDate: new Date(record.createdAtMs),
    UpdateDate: new Date(record.updatedAtMs),
    Tags: tags.length === 0 ? undefined : toTags(tags),
  });
}
