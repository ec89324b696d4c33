// CreateRole, GetRole, ListRoles, UpdateRole, UpdateAssumeRolePolicy, DeleteRole.

import { entityArn } from './iam_arn.js';
import {
  arnMember,
  descriptionMember,
  documentMember,
  maxSessionDurationMember,
  pageMembers,
  pathMember,
  pathPrefixMember,
  roleNameMember,
  tagsMember,
} from './iam_members.js';
import { iamOperation } from './iam_operation.js';
import { commitPlan, replace } from './iam_store.js';
import { requestedTags } from './iam_tags.js';
import { boundaryCondition, refuseWithPolicies, toBoundary } from './policy_links.js';
import type { RoleRecord } from './records.js';
import { deletion, listSubjects, newSubject } from './subject_life.js';
import {
  encodeDocument,
  listTarget,
  newTarget,
  present,
  requireEntity,
  targetOf,
  toTags,
} from './subjects.js';
import { readTrustPolicy } from './trust_policy.js';
import type {
  CreateRoleInput,
  EmptyOutput,
  IamRole,
  ListRolesOutput,
  PathPrefixInput,
  RoleNameInput,
  RoleOutput,
  UpdateAssumeRolePolicyInput,
  UpdateRoleInput,
} from './types.js';

const maxSessionDurationDefault = 3600;

export const createRole = iamOperation<CreateRoleInput, RoleOutput>({
  service: 'iam',
  name: 'CreateRole',
  shape: {
    Path: pathMember,
    RoleName: roleNameMember,
    AssumeRolePolicyDocument: documentMember,
    Description: descriptionMember,
    MaxSessionDuration: maxSessionDurationMember,
    PermissionsBoundary: arnMember,
    Tags: tagsMember,
  },
  on: ({ Path = '/', RoleName }, { account }) => newTarget(account, 'role', Path, RoleName),
  conditions: boundaryCondition,
  tags: requestedTags,
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const { RoleName, Description, MaxSessionDuration = maxSessionDurationDefault } = request;
      const trust = await readTrustPolicy(request.AssumeRolePolicyDocument, call);
      const { subject, make } = await newSubject(call, 'role', RoleName, request);
      const record: RoleRecord = {
        ...subject,
        ...trust,
        description: Description,
        maxSessionDurationSeconds: MaxSessionDuration,
      };
      return { changes: make(record), output: { Role: toRole(record, call.account, true) } };
    }),
});

export const getRole = iamOperation<RoleNameInput, RoleOutput>({
  service: 'iam',
  name: 'GetRole',
  shape: { RoleName: roleNameMember },
  on: ({ RoleName }, call) => targetOf(call, 'role', RoleName),
  async run({ RoleName }, call) {
    const { record } = await requireEntity(call, 'role', RoleName);
    return { Role: toRole(record, call.account, true) };
  },
});

export const listRoles = iamOperation<PathPrefixInput, ListRolesOutput>({
  service: 'iam',
  name: 'ListRoles',
  shape: { PathPrefix: pathPrefixMember, ...pageMembers },
  on: ({ PathPrefix }, call) => listTarget(call, 'role', PathPrefix),
  async run(request, call) {
    const { items, page } = await listSubjects(request, call, 'role');
    return { Roles: items.map((record) => toRole(record, call.account, false)), ...page };
  },
});

export const updateRole = iamOperation<UpdateRoleInput, EmptyOutput>({
  service: 'iam',
  name: 'UpdateRole',
  shape: {
    RoleName: roleNameMember,
    Description: descriptionMember,
    MaxSessionDuration: maxSessionDurationMember,
  },
  on: ({ RoleName }, call) => targetOf(call, 'role', RoleName),
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const entry = await requireEntity(call, 'role', request.RoleName);
      const { description, maxSessionDurationSeconds } = entry.record;
      const record = {
        ...entry.record,
        description: request.Description ?? description,
        maxSessionDurationSeconds: request.MaxSessionDuration ?? maxSessionDurationSeconds,
      };
      return { changes: [replace(entry, record)], output: {} };
    }),
});

export const updateAssumeRolePolicy = iamOperation<UpdateAssumeRolePolicyInput, EmptyOutput>({
  service: 'iam',
  name: 'UpdateAssumeRolePolicy',
  shape: { RoleName: roleNameMember, PolicyDocument: documentMember },
  on: ({ RoleName }, call) => targetOf(call, 'role', RoleName),
  run: ({ RoleName, PolicyDocument }, call) =>
    commitPlan(call.ground, async () => {
      const entry = await requireEntity(call, 'role', RoleName);
      const trust = await readTrustPolicy(PolicyDocument, call);
      return { changes: [replace(entry, { ...entry.record, ...trust })], output: {} };
    }),
});

export const deleteRole = iamOperation<RoleNameInput, EmptyOutput>({
  service: 'iam',
  name: 'DeleteRole',
  shape: { RoleName: roleNameMember },
  on: ({ RoleName }, call) => targetOf(call, 'role', RoleName),
  run: ({ RoleName }, call) =>
    commitPlan(call.ground, async () => {
      const entry = await requireEntity(call, 'role', RoleName);
      refuseWithPolicies(entry.record);
      return { changes: await deletion(call, entry), output: {} };
    }),
});

/** @param isWhole - lists tell neither boundary nor tags, as AWS's do not */
function toRole(record: RoleRecord, account: string, isWhole: boolean): IamRole {
  const { id, name, path, createdAtMs, trustPolicy, description, tags } = record;
  return present<IamRole>({
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: entityArn({ account, kind: 'role', path, name }),
    CreateDate: new Date(createdAtMs),
    AssumeRolePolicyDocument: encodeDocument(trustPolicy),
    Description: description,
    MaxSessionDuration: record.maxSessionDurationSeconds,
    PermissionsBoundary: isWhole ? toBoundary(record.permissionsBoundary) : undefined,
    Tags: isWhole && tags.length > 0 ? toTags(tags) : undefined,
  });
}
