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
import { pageToRead, toIamPage } from './iam_pages.js';
import { commitPlan, listEntities, remove, replace } from './iam_store.js';
import { addIamTags, requestedTags } from './iam_tags.js';
import { boundaryCondition, refuseWithPolicies } from './iam_users.js';
import { linkPolicy, toBoundary, unlinkBoundary } from './policy_links.js';
import type { RoleRecord } from './records.js';
import { entityPath } from './records.js';
import {
  encodeDocument,
  entityExists,
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
import { newUniqueId } from './unique_id.js';

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
      const { Path = '/', RoleName, PermissionsBoundary, Tags = [], Description } = request;
      const { ground, account, nowMs } = call;
      const trust = await readTrustPolicy(request.AssumeRolePolicyDocument, call);
      const path = entityPath(account, 'role', RoleName);
      if ((await ground.store.get(path)) !== undefined) throw entityExists('role', RoleName);
      const boundary =
        PermissionsBoundary === undefined
          ? undefined
          : await linkPolicy(call, PermissionsBoundary, 'boundaryCount');
      const record: RoleRecord = {
        format: 1,
        id: newUniqueId(ground.hsm, 'AROA'),
        name: RoleName,
        path: Path,
        createdAtMs: nowMs,
        tags: addIamTags([], Tags),
        inlinePolicies: [],
        attachedPolicies: [],
        permissionsBoundary: boundary?.link,
        ...trust,
        description: Description,
        maxSessionDurationSeconds: request.MaxSessionDuration ?? maxSessionDurationDefault,
      };
      const made = replace({ path, record, sealed: undefined }, record);
      const changes = boundary === undefined ? [made] : [made, boundary.change];
      return { changes, output: { Role: toRole(record, account, true) } };
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
  async run(request, { ground, account }) {
    const { PathPrefix = '/' } = request;
    const page = pageToRead(request);
    const keeps = ({ path }: RoleRecord) => path.startsWith(PathPrefix);
    const read = await listEntities(ground, account, 'role', { ...page, keeps });
    const cut = toIamPage(read, page, ({ name }) => name.toLowerCase());
    return { Roles: cut.items.map((record) => toRole(record, account, false)), ...cut.page };
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
      return {
        changes: [remove(entry), ...(await unlinkBoundary(call, entry.record))],
        output: {},
      };
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
