// Managed policies on users and roles: Attach…Policy, Detach…Policy, ListAttached…Policies, and
// permissions boundaries: Put…PermissionsBoundary, Delete…PermissionsBoundary.

import { IamError } from '../errors.js';
import { parseEntityArn } from './iam_arn.js';
import { pageMembers, pathPrefixMember, requiredArnMember } from './iam_members.js';
import { iamOperation } from './iam_operation.js';
import { cutIamPage } from './iam_pages.js';
import { commitPlan, replace } from './iam_store.js';
import { boundaryCondition, linkPolicy, unlinkBoundary, unlinkPolicy } from './policy_links.js';
import type { SubjectKind } from './subjects.js';
import { requireEntity, roles, subjectShape, targetOf, users } from './subjects.js';
import type {
  AttachedPoliciesOutput,
  BoundaryInput,
  EmptyOutput,
  PathPrefixInput,
  PolicyArnInput,
} from './types.js';

/** AWS's quota (IAM and STS quotas). */
const attachedMax = 10;

function attach<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & PolicyArnInput, EmptyOutput>({
    service: 'iam',
    name: `Attach${title}Policy`,
    shape: subjectShape<Name, PolicyArnInput>(subject, { PolicyArn: requiredArnMember }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    conditions: ({ PolicyArn }) => ({ 'iam:PolicyARN': PolicyArn }),
    run: (request, call) =>
      commitPlan(call.ground, async () => {
        const entry = await requireEntity(call, kind, nameOf(request));
        const { attachedPolicies: known } = entry.record;
        const { link, change } = await linkPolicy(call, request.PolicyArn, 'attachmentCount');
        if (known.some(({ policyId }) => policyId === link.policyId))
          return { changes: [], output: {} };
        if (known.length >= attachedMax) throw tooMany(title);
        const attachedPolicies = [...known, link];
        const changed = replace(entry, { ...entry.record, attachedPolicies });
        return { changes: [changed, change], output: {} };
      }),
  });
}

function detach<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & PolicyArnInput, EmptyOutput>({
    service: 'iam',
    name: `Detach${title}Policy`,
    shape: subjectShape<Name, PolicyArnInput>(subject, { PolicyArn: requiredArnMember }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    conditions: ({ PolicyArn }) => ({ 'iam:PolicyARN': PolicyArn }),
    run: (request, call) =>
      commitPlan(call.ground, async () => {
        const { PolicyArn } = request;
        const entry = await requireEntity(call, kind, nameOf(request));
        const gone = entry.record.attachedPolicies.find(({ arn }) => arn === PolicyArn);
        if (gone === undefined)
          throw new IamError('NoSuchEntity', `Policy ${PolicyArn} was not found.`);
        const attachedPolicies = entry.record.attachedPolicies.filter((link) => link !== gone);
        const changed = replace(entry, { ...entry.record, attachedPolicies });
        const counted = await unlinkPolicy(call, gone, 'attachmentCount');
        return { changes: [changed, ...counted], output: {} };
      }),
  });
}

function listAttached<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & PathPrefixInput, AttachedPoliciesOutput>({
    service: 'iam',
    name: `ListAttached${title}Policies`,
    shape: subjectShape<Name, PathPrefixInput>(subject, {
      PathPrefix: pathPrefixMember,
      ...pageMembers,
    }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    async run(request, call) {
      const { PathPrefix = '/' } = request;
      const { record } = await requireEntity(call, kind, nameOf(request));
      const all = record.attachedPolicies.flatMap(({ arn }) => {
        const { path = '', name = '' } = parseEntityArn(arn) ?? {};
        return path.startsWith(PathPrefix) ? [{ PolicyName: name, PolicyArn: arn }] : [];
      });
      const { items, page } = cutIamPage(all, request, ({ PolicyName }) => PolicyName);
      return { AttachedPolicies: items, ...page };
    },
  });
}

function putBoundary<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & BoundaryInput, EmptyOutput>({
    service: 'iam',
    name: `Put${title}PermissionsBoundary`,
    shape: subjectShape<Name, BoundaryInput>(subject, { PermissionsBoundary: requiredArnMember }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    conditions: boundaryCondition,
    run: (request, call) =>
      commitPlan(call.ground, async () => {
        const entry = await requireEntity(call, kind, nameOf(request));
        const { permissionsBoundary: known } = entry.record;
        const { link, change } = await linkPolicy(
          call,
          request.PermissionsBoundary,
          'boundaryCount',
        );
        if (known?.policyId === link.policyId) return { changes: [], output: {} };
        const changed = replace(entry, { ...entry.record, permissionsBoundary: link });
        const counted = await unlinkBoundary(call, entry.record);
        return { changes: [changed, change, ...counted], output: {} };
      }),
  });
}

function deleteBoundary<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameShape, nameOf } = subject;
  return iamOperation<Name, EmptyOutput>({
    service: 'iam',
    name: `Delete${title}PermissionsBoundary`,
    shape: nameShape,
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    run: (request, call) =>
      commitPlan(call.ground, async () => {
        const entry = await requireEntity(call, kind, nameOf(request));
        const { permissionsBoundary, ...bare } = entry.record;
        if (permissionsBoundary === undefined)
          throw new IamError(
            'NoSuchEntity',
            `${title} ${nameOf(request)} has no permissions boundary.`,
          );
        const counted = await unlinkBoundary(call, entry.record);
        return { changes: [replace(entry, bare), ...counted], output: {} };
      }),
  });
}

export const attachUserPolicy = attach(users);
export const attachRolePolicy = attach(roles);
export const detachUserPolicy = detach(users);
export const detachRolePolicy = detach(roles);
export const listAttachedUserPolicies = listAttached(users);
export const listAttachedRolePolicies = listAttached(roles);
export const putUserPermissionsBoundary = putBoundary(users);
export const putRolePermissionsBoundary = putBoundary(roles);
export const deleteUserPermissionsBoundary = deleteBoundary(users);
export const deleteRolePermissionsBoundary = deleteBoundary(roles);

function tooMany(title: 'User' | 'Role'): IamError {
  const quota = `PoliciesPer${title}`;
  return new IamError('LimitExceeded', `Cannot exceed quota for ${quota}: ${attachedMax}`);
}
