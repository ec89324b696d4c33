// Policies embedded in a user or role: Put…Policy, Get…Policy, List…Policies, Delete…Policy.

import { IamError } from '../errors.js';
import { documentMember, pageMembers, policyNameMember } from './iam_members.js';
import { iamOperation } from './iam_operation.js';
import { cutIamPage } from './iam_pages.js';
import { compileIamPolicy } from './iam_policy.js';
import { commitPlan, replace } from './iam_store.js';
import type { Subject } from './records.js';
import type { SubjectKind } from './subjects.js';
import { encodeDocument, requireEntity, roles, subjectShape, targetOf, users } from './subjects.js';
import type {
  EmptyOutput,
  IamPageInput,
  PolicyDocumentInput,
  PolicyNameInput,
  PolicyNamesOutput,
  RolePolicyOutput,
  UserPolicyOutput,
} from './types.js';

/** AWS's quotas: characters that are no white space, of all inline policies together. */
const inlineSizeMax = { user: 2048, role: 10_240 } as const;

function put<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & PolicyDocumentInput, EmptyOutput>({
    service: 'iam',
    name: `Put${title}Policy`,
    shape: subjectShape<Name, PolicyDocumentInput>(subject, {
      PolicyName: policyNameMember,
      PolicyDocument: documentMember,
    }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    async run(request, call) {
      const { PolicyName, PolicyDocument } = request;
      compileIamPolicy(PolicyDocument, 'identity policy', PolicyName);
      return commitPlan(call.ground, async () => {
        const entry = await requireEntity(call, kind, nameOf(request));
        const others = without(entry.record, PolicyName);
        const inlinePolicies = [...others, [PolicyName, PolicyDocument] as const];
        checkSize(inlinePolicies, kind, nameOf(request));
        return { changes: [replace(entry, { ...entry.record, inlinePolicies })], output: {} };
      });
    },
  });
}

function get<Name extends object, Output extends PolicyDocumentInput>(subject: SubjectKind<Name>) {
  const { kind, title, nameShape, nameOf } = subject;
  return iamOperation<Name & PolicyNameInput, Output>({
    service: 'iam',
    name: `Get${title}Policy`,
    shape: subjectShape<Name, PolicyNameInput>(subject, { PolicyName: policyNameMember }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    async run(request, call) {
      const { record } = await requireEntity(call, kind, nameOf(request));
      const PolicyDocument = encodeDocument(requireInline(record, request.PolicyName, kind));
      const [nameMember = ''] = Object.keys(nameShape);
      const { PolicyName } = request;
      return { [nameMember]: record.name, PolicyName, PolicyDocument } as unknown as Output;
    },
  });
}

function list<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & IamPageInput, PolicyNamesOutput>({
    service: 'iam',
    name: `List${title}Policies`,
    shape: subjectShape<Name, IamPageInput>(subject, pageMembers),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    async run(request, call) {
      const { record } = await requireEntity(call, kind, nameOf(request));
      const names = record.inlinePolicies.map(([name]) => name);
      const { items, page } = cutIamPage(names, request, (name) => name);
      return { PolicyNames: items, ...page };
    },
  });
}

function deletePolicy<Name extends object>(subject: SubjectKind<Name>) {
  const { kind, title, nameOf } = subject;
  return iamOperation<Name & PolicyNameInput, EmptyOutput>({
    service: 'iam',
    name: `Delete${title}Policy`,
    shape: subjectShape<Name, PolicyNameInput>(subject, { PolicyName: policyNameMember }),
    on: (request, call) => targetOf(call, kind, nameOf(request)),
    run: (request, call) =>
      commitPlan(call.ground, async () => {
        const entry = await requireEntity(call, kind, nameOf(request));
        requireInline(entry.record, request.PolicyName, kind);
        const inlinePolicies = without(entry.record, request.PolicyName);
        return { changes: [replace(entry, { ...entry.record, inlinePolicies })], output: {} };
      }),
  });
}

export const putUserPolicy = put(users);
export const putRolePolicy = put(roles);
export const getUserPolicy = get<{ readonly UserName: string }, UserPolicyOutput>(users);
export const getRolePolicy = get<{ readonly RoleName: string }, RolePolicyOutput>(roles);
export const listUserPolicies = list(users);
export const listRolePolicies = list(roles);
export const deleteUserPolicy = deletePolicy(users);
export const deleteRolePolicy = deletePolicy(roles);

function without({ inlinePolicies }: Subject, policyName: string): Subject['inlinePolicies'] {
  return inlinePolicies.filter(([name]) => name !== policyName);
}

/** @throws IamError NoSuchEntity */
function requireInline({ inlinePolicies }: Subject, policyName: string, kind: string): string {
  const found = inlinePolicies.find(([name]) => name === policyName);
  if (found !== undefined) return found[1];
  throw new IamError('NoSuchEntity', `The ${kind} policy with name ${policyName} cannot be found.`);
}

/** @throws IamError LimitExceeded */
function checkSize(policies: Subject['inlinePolicies'], kind: 'user' | 'role', name: string): void {
  const size = policies.reduce((sum, [, text]) => sum + text.replace(/\s/g, '').length, 0);
  const max = inlineSizeMax[kind];
  if (size > max)
    throw new IamError(
      'LimitExceeded',
      `Maximum policy size of ${max} bytes exceeded for ${kind} ${name}`,
    );
}
