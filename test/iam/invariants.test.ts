// After any sequence of operations, many at a time, the records agree with one another: policies
// count their uses, access keys have one owner each, and nobody has an id twice.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PolicyRecord, RoleRecord, Subject, UserRecord } from '../../lib/iam/records.js';
import {
  account,
  allow,
  openWorld,
  policyArn,
  rootArn,
  trust,
  type World,
} from './support/iam_world.js';

interface Step {
  readonly operation: string;
  readonly user: string;
  readonly role: string;
  readonly policy: string;
  readonly which: number;
}

const userOperations = [
  'CreateUser',
  'UpdateUser',
  'DeleteUser',
  'CreateAccessKey',
  'UpdateAccessKey',
  'DeleteAccessKey',
  'AttachUserPolicy',
  'DetachUserPolicy',
  'PutUserPermissionsBoundary',
  'DeleteUserPermissionsBoundary',
  'PutUserPolicy',
  'DeleteUserPolicy',
];
const roleOperations = [
  'CreateRole',
  'DeleteRole',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePermissionsBoundary',
  'DeleteRolePermissionsBoundary',
];
const policyOperations = [
  'CreatePolicy',
  'DeletePolicy',
  'CreatePolicyVersion',
  'DeletePolicyVersion',
  'SetDefaultPolicyVersion',
];

const steps = fc.array(
  fc.record<Step>({
    operation: fc.constantFrom(...userOperations, ...roleOperations, ...policyOperations),
    user: fc.constantFrom('a', 'b', 'B'),
    role: fc.constantFrom('a', 'b'),
    policy: fc.constantFrom('p', 'q'),
    which: fc.nat(2),
  }),
  { minLength: 20, maxLength: 120 },
);

/** Something is there from the start, so that most steps find what they ask for. */
async function openPeopledWorld(): Promise<World> {
  const world = await openWorld();
  for (const name of ['a', 'b']) {
    await world.root.createUser({ UserName: name });
    await world.root.createRole({ RoleName: name, AssumeRolePolicyDocument: trust(rootArn) });
  }
  for (const PolicyName of ['p', 'q'])
    await world.root.createPolicy({ PolicyName, PolicyDocument: allow('kms:*') });
  return world;
}

/** What the step asks; refusals are as good as changes. */
async function run({ root }: World, { operation, user, role, policy, which }: Step): Promise<void> {
  const keys = await root.listAccessKeys({ UserName: user }).catch(() => undefined);
  const AccessKeyId = keys?.AccessKeyMetadata[which]?.AccessKeyId ?? 'AKIAAAAAAAAAAAAAAAAA';
  const isRole = operation.includes('Role');
  const input = {
    ...(isRole ? { RoleName: role } : { UserName: user }),
    NewUserName: ['a', 'b', 'c'][which],
    AccessKeyId,
    Status: which === 0 ? 'Active' : 'Inactive',
    PolicyArn: policyArn(policy),
    PermissionsBoundary: policyArn(policy),
    PolicyName: policy,
    PolicyDocument: allow('kms:*'),
    AssumeRolePolicyDocument: trust(rootArn),
    VersionId: `v${which + 1}`,
    SetAsDefault: which === 0,
  };
  await root.call(operation, input).catch((error: { code: string }) => {
    expect(error.code).toMatch(/^(NoSuchEntity|EntityAlreadyExists|DeleteConflict|LimitExceeded)$/);
  });
}

async function recordsUnder<Record>({ store }: World, prefix: string): Promise<Record[]> {
  const records = await store.range({ prefix });
  return records.map(({ value }) => JSON.parse(Buffer.from(value).toString('utf8')) as Record);
}

async function checkRecords(world: World): Promise<void> {
  const users = await recordsUnder<UserRecord>(world, `iam/${account}/user/`);
  const roles = await recordsUnder<RoleRecord>(world, `iam/${account}/role/`);
  const policies = await recordsUnder<PolicyRecord>(world, `iam/${account}/policy/`);
  const subjects: Subject[] = [...users, ...roles];
  for (const { id, attachmentCount, boundaryCount, versions, defaultVersionId } of policies) {
    const links = subjects.flatMap(({ attachedPolicies }) => attachedPolicies);
    expect(attachmentCount).toBe(links.filter(({ policyId }) => policyId === id).length);
    const bounded = subjects.filter(({ permissionsBoundary: b }) => b?.policyId === id);
    expect(boundaryCount).toBe(bounded.length);
    expect(versions.map(({ versionId }) => versionId)).toContain(defaultVersionId);
  }
  const known = new Set(policies.map(({ id }) => id));
  for (const { attachedPolicies, permissionsBoundary: boundary } of subjects) {
    for (const { policyId } of attachedPolicies) expect(known).toContain(policyId);
    if (boundary !== undefined) expect(known).toContain(boundary.policyId);
  }
  const owned = users.flatMap(({ name, accessKeys }) =>
    accessKeys.map(({ accessKeyId }) => `${accessKeyId} ${name}`),
  );
  const owners = await world.store.range({ prefix: 'access-key/' });
  const indexed = owners.map(({ path, value }) => {
    const { userName } = JSON.parse(Buffer.from(value).toString('utf8'));
    return `${path.slice('access-key/'.length)} ${userName}`;
  });
  expect(indexed.sort()).toEqual(owned.sort());
  const ids = [...subjects, ...policies].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
}

it('the records agree, whatever is done, and however much of it at once', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 4), async (sequence, atOnce) => {
      const world = await openPeopledWorld();
      for (let i = 0; i < sequence.length; i += atOnce)
        await Promise.all(sequence.slice(i, i + atOnce).map((step) => run(world, step)));
      await checkRecords(world);
    }),
    { numRuns: 25 },
  );
});
