// All operations of IAM and STS that are served, by AWS's name.

import { IamError } from '../errors.js';
import { assumeRole } from './assume_role.js';
import * as attached from './attached_policies.js';
import { getCallerIdentity } from './get_caller_identity.js';
import * as accessKeys from './iam_access_keys.js';
import type { IamOperation } from './iam_operation.js';
import * as roles from './iam_roles.js';
import * as tags from './iam_tags.js';
import * as users from './iam_users.js';
import * as inline from './inline_policies.js';
import * as policies from './managed_policies.js';
import * as versions from './policy_versions.js';

export const iamOperations = {
  AttachRolePolicy: attached.attachRolePolicy,
  AttachUserPolicy: attached.attachUserPolicy,
  CreateAccessKey: accessKeys.createAccessKey,
  CreatePolicy: policies.createPolicy,
  CreatePolicyVersion: versions.createPolicyVersion,
  CreateRole: roles.createRole,
  CreateUser: users.createUser,
  DeleteAccessKey: accessKeys.deleteAccessKey,
  DeletePolicy: policies.deletePolicy,
  DeletePolicyVersion: versions.deletePolicyVersion,
  DeleteRole: roles.deleteRole,
  DeleteRolePermissionsBoundary: attached.deleteRolePermissionsBoundary,
  DeleteRolePolicy: inline.deleteRolePolicy,
  DeleteUser: users.deleteUser,
  DeleteUserPermissionsBoundary: attached.deleteUserPermissionsBoundary,
  DeleteUserPolicy: inline.deleteUserPolicy,
  DetachRolePolicy: attached.detachRolePolicy,
  DetachUserPolicy: attached.detachUserPolicy,
  GetPolicy: policies.getPolicy,
  GetPolicyVersion: versions.getPolicyVersion,
  GetRole: roles.getRole,
  GetRolePolicy: inline.getRolePolicy,
  GetUser: users.getUser,
  GetUserPolicy: inline.getUserPolicy,
  ListAccessKeys: accessKeys.listAccessKeys,
  ListAttachedRolePolicies: attached.listAttachedRolePolicies,
  ListAttachedUserPolicies: attached.listAttachedUserPolicies,
  ListPolicies: policies.listPolicies,
  ListPolicyVersions: versions.listPolicyVersions,
  ListRolePolicies: inline.listRolePolicies,
  ListRoleTags: tags.listRoleTags,
  ListRoles: roles.listRoles,
  ListUserPolicies: inline.listUserPolicies,
  ListUserTags: tags.listUserTags,
  ListUsers: users.listUsers,
  PutRolePermissionsBoundary: attached.putRolePermissionsBoundary,
  PutRolePolicy: inline.putRolePolicy,
  PutUserPermissionsBoundary: attached.putUserPermissionsBoundary,
  PutUserPolicy: inline.putUserPolicy,
  SetDefaultPolicyVersion: versions.setDefaultPolicyVersion,
  TagRole: tags.tagRole,
  TagUser: tags.tagUser,
  UntagRole: tags.untagRole,
  UntagUser: tags.untagUser,
  UpdateAccessKey: accessKeys.updateAccessKey,
  UpdateAssumeRolePolicy: roles.updateAssumeRolePolicy,
  UpdateRole: roles.updateRole,
  UpdateUser: users.updateUser,
} as const;

export const stsOperations = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
} as const;

/** Any row, for those who take requests from outside. */
export type AnyIamOperation = IamOperation<object, object>;

/**
 * @param service - `iam` or `sts`
 * @param name - AWS's
 * @throws IamError UnsupportedOperation
 */
export function iamOperationNamed(service: 'iam' | 'sts', name: string): AnyIamOperation {
  const table: object = service === 'iam' ? iamOperations : stsOperations;
  if (Object.hasOwn(table, name))
    return (table as Record<string, AnyIamOperation>)[name] as AnyIamOperation;
  throw new IamError('UnsupportedOperation', `${service} has no operation ${name} here`);
}
