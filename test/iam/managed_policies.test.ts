// Customer managed policies, their versions, and their use as policies and boundaries.

import { describe, expect, it } from 'vitest';
import {
  account,
  allow,
  openWorld,
  policyArn,
  refusal,
  rootArn,
  startMs,
  trust,
} from './support/iam_world.js';

const world = await openWorld();
const { root } = world;
await root.createUser({ UserName: 'alice' });
await root.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: trust(rootArn) });

it('are made and told', async () => {
  const PolicyDocument = allow('kms:*');
  const { Policy } = await root.createPolicy({
    PolicyName: 'all',
    Path: '/x/',
    PolicyDocument,
    Description: 'everything',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  expect(Policy).toEqual({
    PolicyName: 'all',
    PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
    Arn: policyArn('x/all'),
    Path: '/x/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    Description: 'everything',
    CreateDate: new Date(startMs),
    UpdateDate: new Date(startMs),
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  expect((await root.getPolicy({ PolicyArn: Policy.Arn })).Policy).toEqual(Policy);
  const { PolicyVersion } = await root.getPolicyVersion({ PolicyArn: Policy.Arn, VersionId: 'v1' });
  expect(PolicyVersion).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true });
  expect(decodeURIComponent(PolicyVersion.Document ?? '')).toBe(PolicyDocument);
});

it('are not made twice, nor out of what is no policy', async () => {
  const again = root.createPolicy({ PolicyName: 'All', PolicyDocument: allow('kms:*') });
  expect(await refusal(again)).toEqual({
    code: 'EntityAlreadyExists',
    message: 'A policy called All already exists. Duplicate names are not allowed.',
  });
  const malformed = root.createPolicy({ PolicyName: 'bad', PolicyDocument: 'no' });
  expect((await refusal(malformed)).code).toBe('MalformedPolicyDocument');
  const long = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*', Sid: 'x'.repeat(6144) },
  });
  const tooLong = root.createPolicy({ PolicyName: 'long', PolicyDocument: long });
  expect((await refusal(tooLong)).code).toBe('LimitExceeded');
});

it.each([
  [policyArn('all'), 'NoSuchEntity'],
  [policyArn('x/nothing'), 'NoSuchEntity'],
  ['arn:aws:iam::999999999999:policy/x/all', 'NoSuchEntity'],
  ['arn:aws:iam::aws:policy/AdministratorAccess', 'NoSuchEntity'],
  [`arn:aws:iam::${account}:user/alice`, 'ValidationError'],
  ['arn:aws:kms:us-east-1:x:key', 'ValidationError'],
  ['too short', 'ValidationError'],
])('are not found as %s', async (PolicyArn, code) => {
  expect((await refusal(root.getPolicy({ PolicyArn }))).code).toBe(code);
  expect((await refusal(root.deletePolicy({ PolicyArn }))).code).toBe(code);
});

it('are listed by path and use', async () => {
  await root.createPolicy({ PolicyName: 'used', PolicyDocument: allow('kms:*') });
  await root.createPolicy({ PolicyName: 'bounds', PolicyDocument: allow('kms:*') });
  await root.attachUserPolicy({ UserName: 'alice', PolicyArn: policyArn('used') });
  await root.putUserPermissionsBoundary({
    UserName: 'alice',
    PermissionsBoundary: policyArn('bounds'),
  });
  const names = async (query: object) =>
    (await root.listPolicies(query)).Policies.map(({ PolicyName }) => PolicyName);
  expect(await names({})).toEqual(['all', 'bounds', 'used']);
  expect(await names({ Scope: 'Local' })).toEqual(['all', 'bounds', 'used']);
  expect(await names({ Scope: 'AWS' })).toEqual([]);
  expect(await names({ PathPrefix: '/x/' })).toEqual(['all']);
  expect(await names({ OnlyAttached: true })).toEqual(['bounds', 'used']);
  expect(await names({ PolicyUsageFilter: 'PermissionsPolicy' })).toEqual(['used']);
  expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual(['bounds']);
  expect(await names({ MaxItems: 2 })).toEqual(['all', 'bounds']);
  expect(await root.listPolicies({ MaxItems: 2 })).toMatchObject({ IsTruncated: true });
});

it('are not deleted while somebody has them', async () => {
  for (const name of ['used', 'bounds']) {
    expect(await refusal(root.deletePolicy({ PolicyArn: policyArn(name) }))).toEqual({
      code: 'DeleteConflict',
      message: 'Cannot delete a policy attached to entities.',
    });
  }
});

describe('versions', () => {
  const PolicyArn = policyArn('versioned');

  it('are numbered, up to five, and one is the default', async () => {
    await root.createPolicy({ PolicyName: 'versioned', PolicyDocument: allow('kms:Encrypt') });
    const second = await root.createPolicyVersion({
      PolicyArn,
      PolicyDocument: allow('kms:Decrypt'),
    });
    expect(second.PolicyVersion).toEqual({
      VersionId: 'v2',
      IsDefaultVersion: false,
      CreateDate: new Date(startMs),
    });
    const third = { PolicyArn, PolicyDocument: allow('kms:Sign'), SetAsDefault: true };
    expect((await root.createPolicyVersion(third)).PolicyVersion.IsDefaultVersion).toBe(true);
    const { Policy } = await root.getPolicy({ PolicyArn });
    expect(Policy.DefaultVersionId).toBe('v3');
    const { Versions } = await root.listPolicyVersions({ PolicyArn });
    expect(Versions.map(({ VersionId }) => VersionId)).toEqual(['v1', 'v2', 'v3']);
    for (const _ of [4, 5])
      await root.createPolicyVersion({ PolicyArn, PolicyDocument: allow('kms:Verify') });
    const sixth = root.createPolicyVersion({ PolicyArn, PolicyDocument: allow('kms:Verify') });
    expect((await refusal(sixth)).code).toBe('LimitExceeded');
    const malformed = root.createPolicyVersion({ PolicyArn, PolicyDocument: 'no' });
    expect((await refusal(malformed)).code).toBe('MalformedPolicyDocument');
  });

  it('are deleted, but for the default one, and their numbers are not used again', async () => {
    expect(await refusal(root.deletePolicyVersion({ PolicyArn, VersionId: 'v3' }))).toEqual({
      code: 'DeleteConflict',
      message: 'Cannot delete the default version of a policy.',
    });
    await root.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v1' });
    for (const VersionId of ['v3', 'v4', 'v5'])
      await root.deletePolicyVersion({ PolicyArn, VersionId });
    const made = await root.createPolicyVersion({ PolicyArn, PolicyDocument: allow('kms:Sign') });
    expect(made.PolicyVersion.VersionId).toBe('v6');
    for (const absent of [
      root.getPolicyVersion({ PolicyArn, VersionId: 'v3' }),
      root.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v3' }),
      root.deletePolicyVersion({ PolicyArn, VersionId: 'v3' }),
    ]) {
      expect(await refusal(absent)).toEqual({
        code: 'NoSuchEntity',
        message: `Policy ${PolicyArn} version v3 does not exist or is not attachable.`,
      });
    }
  });

  it('keep their policy from being deleted', async () => {
    expect(await refusal(root.deletePolicy({ PolicyArn }))).toEqual({
      code: 'DeleteConflict',
      message: expect.stringMatching(/^This policy has more than one version/),
    });
    for (const VersionId of ['v2', 'v6']) await root.deletePolicyVersion({ PolicyArn, VersionId });
    await root.deletePolicy({ PolicyArn });
    expect((await refusal(root.getPolicy({ PolicyArn }))).code).toBe('NoSuchEntity');
  });
});

describe.each([
  ['User', { UserName: 'bob' }, { UserName: 'nobody' }],
  ['Role', { RoleName: 'bob' }, { RoleName: 'nobody' }],
] as const)('on a %s', (title, name, nobody) => {
  const call = (operation: string, input: object = {}) =>
    root.call(operation, { ...name, ...input });
  const countsOf = async (policy: string) => {
    const { Policy } = await root.getPolicy({ PolicyArn: policyArn(policy) });
    return [Policy.AttachmentCount, Policy.PermissionsBoundaryUsageCount];
  };

  it('are attached, listed, counted and detached', async () => {
    const more = title === 'Role' ? { AssumeRolePolicyDocument: trust(rootArn) } : {};
    await call(`Create${title}`, more);
    await root.createPolicy({ PolicyName: `p-${title}`, PolicyDocument: allow('kms:*') });
    const PolicyArn = policyArn(`p-${title}`);
    await call(`Attach${title}Policy`, { PolicyArn });
    await call(`Attach${title}Policy`, { PolicyArn });
    expect(await countsOf(`p-${title}`)).toEqual([1, 0]);
    await call(`Attach${title}Policy`, { PolicyArn: policyArn('x/all') });
    expect(await call(`ListAttached${title}Policies`)).toMatchObject({
      AttachedPolicies: [
        { PolicyName: 'all', PolicyArn: policyArn('x/all') },
        { PolicyName: `p-${title}`, PolicyArn },
      ],
      IsTruncated: false,
    });
    expect(await call(`ListAttached${title}Policies`, { PathPrefix: '/x/' })).toMatchObject({
      AttachedPolicies: [{ PolicyName: 'all' }],
    });
    await call(`Detach${title}Policy`, { PolicyArn });
    expect(await countsOf(`p-${title}`)).toEqual([0, 0]);
    expect(await refusal(call(`Detach${title}Policy`, { PolicyArn }))).toEqual({
      code: 'NoSuchEntity',
      message: `Policy ${PolicyArn} was not found.`,
    });
  });

  it('are at most ten', async () => {
    for (let i = 1; i < 10; i++) {
      await root.createPolicy({ PolicyName: `${title}${i}`, PolicyDocument: allow('kms:*') });
      await call(`Attach${title}Policy`, { PolicyArn: policyArn(`${title}${i}`) });
    }
    const PolicyArn = policyArn(`p-${title}`);
    expect(await refusal(call(`Attach${title}Policy`, { PolicyArn }))).toEqual({
      code: 'LimitExceeded',
      message: `Cannot exceed quota for PoliciesPer${title}: 10`,
    });
    expect(await countsOf(`p-${title}`)).toEqual([0, 0]);
  });

  it('bound it, one at a time, and each counts', async () => {
    const [first, second] = [policyArn(`${title}1`), policyArn(`p-${title}`)];
    const put = (PermissionsBoundary: string) =>
      call(`Put${title}PermissionsBoundary`, { PermissionsBoundary });
    await put(first);
    await put(first);
    expect(await countsOf(`${title}1`)).toEqual([1, 1]);
    await put(second);
    expect(await countsOf(`${title}1`)).toEqual([1, 0]);
    expect(await countsOf(`p-${title}`)).toEqual([0, 1]);
    await call(`Delete${title}PermissionsBoundary`);
    expect(await countsOf(`p-${title}`)).toEqual([0, 0]);
    expect(await refusal(call(`Delete${title}PermissionsBoundary`))).toEqual({
      code: 'NoSuchEntity',
      message: `${title} bob has no permissions boundary.`,
    });
  });

  it('are refused when they or their user are not there', async () => {
    for (const operation of [`Attach${title}Policy`, `Detach${title}Policy`]) {
      const absent = root.call(operation, { ...nobody, PolicyArn: policyArn('used') });
      expect((await refusal(absent)).code).toBe('NoSuchEntity');
      const gone = call(operation, { PolicyArn: policyArn('gone') });
      expect((await refusal(gone)).code).toBe('NoSuchEntity');
    }
    const gone = call(`Put${title}PermissionsBoundary`, { PermissionsBoundary: policyArn('gone') });
    expect((await refusal(gone)).code).toBe('NoSuchEntity');
    const absent = root.call(`Put${title}PermissionsBoundary`, {
      ...nobody,
      PermissionsBoundary: policyArn('used'),
    });
    expect((await refusal(absent)).code).toBe('NoSuchEntity');
    const bare = root.call(`Delete${title}PermissionsBoundary`, nobody);
    expect((await refusal(bare)).code).toBe('NoSuchEntity');
    const list = root.call(`ListAttached${title}Policies`, nobody);
    expect((await refusal(list)).code).toBe('NoSuchEntity');
  });
});
