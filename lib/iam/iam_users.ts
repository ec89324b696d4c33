// CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser.

import type { KmsAction } from '../authorization/index.js';
import { kmsAction } from '../authorization/index.js';
import { IamError } from '../errors.js';
import type { SealedChange } from '../store/sealed_store.js';
import { entityArn } from './iam_arn.js';
import { requirePermission } from './iam_dispatch.js';
import {
  arnMember,
  pageMembers,
  pathMember,
  pathPrefixMember,
  requiredUserNameMember,
  tagsMember,
  userNameMember,
} from './iam_members.js';
import type { IamCall } from './iam_operation.js';
import { iamOperation } from './iam_operation.js';
import type { Entry } from './iam_store.js';
import { commitPlan, remove, replace } from './iam_store.js';
import { requestedTags } from './iam_tags.js';
import { boundaryCondition, refuseWithPolicies, toBoundary } from './policy_links.js';
import type { AccessKeyOwner, UserRecord } from './records.js';
import { accessKeyPath, encodeIamRecord, entityPath } from './records.js';
import { deletion, listSubjects, newSubject } from './subject_life.js';
import {
  accountTarget,
  entityExists,
  listTarget,
  newTarget,
  present,
  requireEntity,
  targetOf,
  toTags,
  userNameOf,
} from './subjects.js';
import type {
  CreateUserInput,
  EmptyOutput,
  IamUser,
  ListUsersOutput,
  OptionalUserNameInput,
  PathPrefixInput,
  UpdateUserInput,
  UserNameInput,
  UserOutput,
} from './types.js';

export const createUser = iamOperation<CreateUserInput, UserOutput>({
  service: 'iam',
  name: 'CreateUser',
  shape: {
    Path: pathMember,
    UserName: requiredUserNameMember,
    PermissionsBoundary: arnMember,
    Tags: tagsMember,
  },
  on: ({ Path = '/', UserName }, { account }) => newTarget(account, 'user', Path, UserName),
  conditions: boundaryCondition,
  tags: requestedTags,
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const { subject, make } = await newSubject(call, 'user', request.UserName, request);
      const record: UserRecord = { ...subject, accessKeys: [] };
      const output = { User: toUser(record, call.account, toTags(record.tags)) };
      return { changes: make(record), output };
    }),
});

export const getUser = iamOperation<OptionalUserNameInput, UserOutput>({
  service: 'iam',
  name: 'GetUser',
  shape: { UserName: userNameMember },
  on: (request, call) => targetOfUser(request, call),
  async run(request, call) {
    const name = userNameOf(request, call);
    if (name === undefined) return { User: rootUser(call) };
    const { record } = await requireEntity(call, 'user', name);
    return { User: toUser(record, call.account, toTags(record.tags)) };
  },
});

export const listUsers = iamOperation<PathPrefixInput, ListUsersOutput>({
  service: 'iam',
  name: 'ListUsers',
  shape: { PathPrefix: pathPrefixMember, ...pageMembers },
  on: ({ PathPrefix }, call) => listTarget(call, 'user', PathPrefix),
  async run(request, call) {
    const { items, page } = await listSubjects(request, call, 'user');
    return { Users: items.map((record) => toUser(record, call.account)), ...page };
  },
});

export const updateUser = iamOperation<UpdateUserInput, EmptyOutput>({
  service: 'iam',
  name: 'UpdateUser',
  shape: { UserName: requiredUserNameMember, NewPath: pathMember, NewUserName: userNameMember },
  on: ({ UserName }, call) => targetOf(call, 'user', UserName),
  run: (request, call) =>
    commitPlan(call.ground, async () => {
      const { UserName, NewPath, NewUserName = UserName } = request;
      const entry = await requireEntity(call, 'user', UserName);
      const { record } = entry;
      const renamed = { ...record, name: NewUserName, path: NewPath ?? record.path };
      // The permission is needed on both ARNs.
      const target = newTarget(call.account, 'user', renamed.path, renamed.name);
      requirePermission(kmsAction('iam:UpdateUser') as KmsAction, target, {}, call);
      return { changes: await moveUser(entry, renamed, call), output: {} };
    }),
});

export const deleteUser = iamOperation<UserNameInput, EmptyOutput>({
  service: 'iam',
  name: 'DeleteUser',
  shape: { UserName: requiredUserNameMember },
  on: ({ UserName }, call) => targetOf(call, 'user', UserName),
  run: ({ UserName }, call) =>
    commitPlan(call.ground, async () => {
      const entry = await requireEntity(call, 'user', UserName);
      refuseWithPolicies(entry.record);
      if (entry.record.accessKeys.length > 0)
        throw new IamError(
          'DeleteConflict',
          'Cannot delete entity, must delete access keys first.',
        );
      return { changes: await deletion(call, entry), output: {} };
    }),
});

/** What a permission is needed on when the request may name no user. */
export function targetOfUser(request: OptionalUserNameInput, call: IamCall) {
  const name = userNameOf(request, call);
  return name === undefined ? accountTarget(call) : targetOf(call, 'user', name);
}

/** The user's record under its new name, and its access keys pointing there. */
async function moveUser(
  entry: Entry<UserRecord>,
  renamed: UserRecord,
  { ground, account }: IamCall,
): Promise<SealedChange[]> {
  const path = entityPath(account, 'user', renamed.name);
  const isSamePath = path === entry.path;
  if (!isSamePath && (await ground.store.get(path)) !== undefined)
    throw entityExists('user', renamed.name);
  const changes = isSamePath
    ? [replace(entry, renamed)]
    : [remove(entry), replace({ path, record: renamed, sealed: undefined }, renamed)];
  if (renamed.name === entry.record.name) return changes;
  for (const { accessKeyId } of renamed.accessKeys) {
    const keyPath = accessKeyPath(accessKeyId);
    const after = encodeIamRecord<AccessKeyOwner>({ account, userName: renamed.name });
    changes.push({ path: keyPath, before: await ground.store.get(keyPath), after });
  }
  return changes;
}

/** What GetUser says of an account's root. */
function rootUser(call: IamCall): IamUser {
  const { arn, account } = accountTarget(call);
  return { Path: '/', UserName: 'root', UserId: account, Arn: arn, CreateDate: new Date(0) };
}

function toUser(
  record: UserRecord,
  account: string,
  tags: IamUser['Tags'] | undefined = undefined,
): IamUser {
  const { id, name, path, createdAtMs, permissionsBoundary } = record;
  return present<IamUser>({
    Path: path,
    UserName: name,
    UserId: id,
    Arn: entityArn({ account, kind: 'user', path, name }),
    CreateDate: new Date(createdAtMs),
    PermissionsBoundary: toBoundary(permissionsBoundary),
    Tags: tags === undefined || tags.length === 0 ? undefined : tags,
  });
}
