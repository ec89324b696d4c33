// CreatePolicyVersion, GetPolicyVersion, ListPolicyVersions, SetDefaultPolicyVersion,
// DeletePolicyVersion: how a managed policy changes for everybody who has it.

import { IamError } from '../errors.js';
import {
  booleanMember,
  documentMember,
  pageMembers,
  requiredArnMember,
  versionIdMember,
} from './iam_members.js';
import type { IamCall, IamTarget } from './iam_operation.js';
import { iamOperation } from './iam_operation.js';
import { cutIamPage } from './iam_pages.js';
import { commitPlan, replace } from './iam_store.js';
import { checkManagedPolicy } from './managed_policies.js';
import { requirePolicy } from './policy_links.js';
import type { PolicyRecord, PolicyVersionRecord } from './records.js';
import { encodeDocument } from './subjects.js';
import type {
  CreatePolicyVersionInput,
  EmptyOutput,
  IamPageInput,
  IamPolicyVersion,
  ListPolicyVersionsOutput,
  PolicyArnInput,
  PolicyVersionInput,
  PolicyVersionOutput,
} from './types.js';

/** AWS's quota (IAM and STS quotas). */
const versionsMax = 5;
/** Version numbers as text sort as numbers. */
const placeDigits = 9;

export const createPolicyVersion = iamOperation<CreatePolicyVersionInput, PolicyVersionOutput>({
  service: 'iam',
  name: 'CreatePolicyVersion',
  shape: {
    PolicyArn: requiredArnMember,
    PolicyDocument: documentMember,
    SetAsDefault: booleanMember,
  },
  on: onPolicy,
  async run({ PolicyArn, PolicyDocument, SetAsDefault = false }, call) {
    checkManagedPolicy(PolicyDocument);
    return commitPlan(call.ground, async () => {
      const entry = await requirePolicy(call, PolicyArn);
      const { versions, nextVersion, defaultVersionId } = entry.record;
      if (versions.length >= versionsMax) throw tooManyVersions();
      const versionId = `v${nextVersion}`;
      const { nowMs } = call;
      const made = { versionId, document: PolicyDocument, createdAtMs: nowMs };
      const record: PolicyRecord = {
        ...entry.record,
        updatedAtMs: nowMs,
        versions: [...versions, made],
        nextVersion: nextVersion + 1,
        defaultVersionId: SetAsDefault ? versionId : defaultVersionId,
      };
      const output = { PolicyVersion: toVersion(made, record) };
      return { changes: [replace(entry, record)], output };
    });
  },
});

export const getPolicyVersion = iamOperation<PolicyVersionInput, PolicyVersionOutput>({
  service: 'iam',
  name: 'GetPolicyVersion',
  shape: { PolicyArn: requiredArnMember, VersionId: versionIdMember },
  on: onPolicy,
  async run(request, call) {
    const { record } = await requirePolicy(call, request.PolicyArn);
    const found = requireVersion(record, request);
    const Document = encodeDocument(found.document);
    return { PolicyVersion: { Document, ...toVersion(found, record) } };
  },
});

export const listPolicyVersions = iamOperation<
  PolicyArnInput & IamPageInput,
  ListPolicyVersionsOutput
>({
  service: 'iam',
  name: 'ListPolicyVersions',
  shape: { PolicyArn: requiredArnMember, ...pageMembers },
  on: onPolicy,
  async run(request, call) {
    const { record } = await requirePolicy(call, request.PolicyArn);
    const all = record.versions.map((version) => toVersion(version, record));
    const place = ({ VersionId }: IamPolicyVersion) => VersionId.padStart(placeDigits, '0');
    const { items, page } = cutIamPage(all, request, place);
    return { Versions: items, ...page };
  },
});

export const setDefaultPolicyVersion = iamOperation<PolicyVersionInput, EmptyOutput>({
  service: 'iam',
  name: 'SetDefaultPolicyVersion',
  shape: { PolicyArn: requiredArnMember, VersionId: versionIdMember },
  on: onPolicy,
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const entry = await requirePolicy(call, request.PolicyArn);
      const { versionId: defaultVersionId } = requireVersion(entry.record, request);
      const record = { ...entry.record, defaultVersionId, updatedAtMs: call.nowMs };
      return { changes: [replace(entry, record)], output: {} };
    }),
});

export const deletePolicyVersion = iamOperation<PolicyVersionInput, EmptyOutput>({
  service: 'iam',
  name: 'DeletePolicyVersion',
  shape: { PolicyArn: requiredArnMember, VersionId: versionIdMember },
  on: onPolicy,
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const entry = await requirePolicy(call, request.PolicyArn);
      const { record } = entry;
      const gone = requireVersion(record, request);
      if (gone.versionId === record.defaultVersionId)
        throw new IamError('DeleteConflict', 'Cannot delete the default version of a policy.');
      const versions = record.versions.filter((version) => version !== gone);
      return { changes: [replace(entry, { ...record, versions })], output: {} };
    }),
});

function onPolicy({ PolicyArn }: PolicyArnInput, { account }: IamCall): IamTarget {
  return { arn: PolicyArn, account };
}

/** @throws IamError NoSuchEntity */
function requireVersion(
  { versions }: PolicyRecord,
  { PolicyArn, VersionId }: PolicyVersionInput,
): PolicyVersionRecord {
  const found = versions.find(({ versionId }) => versionId === VersionId);
  if (found !== undefined) return found;
  throw new IamError(
    'NoSuchEntity',
    `Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`,
  );
}

function toVersion(
  { versionId, createdAtMs }: PolicyVersionRecord,
  { defaultVersionId }: PolicyRecord,
): IamPolicyVersion {
  return {
    VersionId: versionId,
    IsDefaultVersion: versionId === defaultVersionId,
    CreateDate: new Date(createdAtMs),
  };
}

function tooManyVersions(): IamError {
  return new IamError(
    'LimitExceeded',
    `A managed policy can have up to ${versionsMax} versions. Before you create a new version, ` +
      'you must delete an existing version.',
  );
}
