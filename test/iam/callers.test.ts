// Who may call IAM: identity policies on the ARNs of users, roles and policies, and conditions on
// what a request asks.

import { describe, expect, it, vi } from 'vitest';
import { iamOperationNamed, iamOperations, stsOperations } from '../../lib/iam/iam_table.js';
import {
  account,
  allow,
  document,
  openWorld,
  policyArn,
  refusal,
  roleArn,
  rootArn,
  trust,
  userArn,
} from './support/iam_world.js';

const world = await openWorld();
const { root } = world;
await root.createUser({
  UserName: 'target',
  Path: '/dev/',
  Tags: [{ Key: 'team', Value: 'blue' }],
});
await root.createRole({ RoleName: 'target', AssumeRolePolicyDocument: trust(rootArn) });
await root.createPolicy({ PolicyName: 'target', PolicyDocument: allow('kms:*') });

const caller = (...identityPolicies: string[]) =>
  world.iam({ principal: userArn('caller'), identityPolicies });

/** A request that keeps to the shape of the row. */
function requestFor(name: string): object {
  const { shape } = iamOperationNamed('iam', name);
  const values: Record<string, unknown> = {
    UserName: 'target',
    RoleName: 'target',
    PolicyName: 'target',
    PolicyArn: policyArn('target'),
    PermissionsBoundary: policyArn('target'),
    PolicyDocument: allow('kms:*'),
    AssumeRolePolicyDocument: trust(rootArn),
    VersionId: 'v1',
    AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
    Status: 'Active',
    Tags: [{ Key: 'a', Value: 'b' }],
    TagKeys: ['a'],
    Path: '/',
  };
  return Object.fromEntries(
    Object.keys(shape).flatMap((member) => (member in values ? [[member, values[member]]] : [])),
  );
}

describe.each(Object.entries(iamOperations))('%s', (name, row) => {
  it('stands in the table under its name and has an action of its own', () => {
    expect(row.name).toBe(name);
    expect(row.action?.name).toBe(`iam:${name}`);
  });

  it('is refused without its permission, and before anything is said of what is there', async () => {
    const refused = await refusal(caller(allow('kms:*')).call(name, requestFor(name)));
    expect(refused.code).toBe('AccessDenied');
    expect(refused.message).toMatch(
      new RegExp(
        `^User: ${userArn('caller')} is not authorized to perform: iam:${name} on resource: ` +
          `arn:aws:iam::${account}:(user|role|policy)/.* because no identity-based policy allows the iam:${name} action$`,
      ),
    );
  });

  it('gets further with it', async () => {
    const result = await caller(allow(`iam:${name}`))
      .call(name, requestFor(name))
      .catch((error: Error & { code: string }) => error.code);
    expect(result).not.toBe('AccessDenied');
  });
});

it('refuses operations that there are not', async () => {
  for (const name of ['CreateGroup', 'AssumeRole', 'toString', '__proto__'])
    expect((await refusal(root.call(name, {}))).code).toBe('UnsupportedOperation');
  expect((await refusal(world.sts().call('CreateUser', {}))).code).toBe('UnsupportedOperation');
  expect(Object.keys(stsOperations)).toEqual(['AssumeRole', 'GetCallerIdentity']);
});

it.each([undefined, null, 'x', 7, []])('refuses %j as a request', async (input) => {
  expect((await refusal(root.call('CreateUser', input as never))).code).toBe('ValidationError');
});

describe('a permission', () => {
  const on = (Action: string | string[], Resource: string, Condition: object = {}) =>
    document({ Effect: 'Allow', Action, Resource, Condition });

  it('is for the ARN of what is there, path and all', async () => {
    const dev = caller(on('iam:GetUser', userArn('dev/*')));
    await dev.getUser({ UserName: 'target' });
    expect((await refusal(dev.getUser({ UserName: 'caller' }))).code).toBe('AccessDenied');
    const bare = caller(on('iam:GetUser', userArn('target')));
    expect((await refusal(bare.getUser({ UserName: 'target' }))).code).toBe('AccessDenied');
  });

  it('is for the ARN that a new user would have', async () => {
    const dev = caller(on('iam:CreateUser', userArn('dev/*')));
    await dev.createUser({ UserName: 'new', Path: '/dev/' });
    expect((await refusal(dev.createUser({ UserName: 'new2' }))).code).toBe('AccessDenied');
  });

  it('is for lists by path', async () => {
    const dev = caller(on(['iam:ListUsers', 'iam:ListRoles'], userArn('dev/*')));
    expect((await dev.listUsers({ PathPrefix: '/dev/' })).Users.length).toBeGreaterThan(0);
    expect((await refusal(dev.listUsers())).code).toBe('AccessDenied');
    expect((await refusal(dev.listRoles())).code).toBe('AccessDenied');
  });

  it('is looked at as the user is when the change is made', async () => {
    const { store } = world.iamParts.identities.ground;
    await root.createUser({ UserName: 'moving', Tags: [{ Key: 'team', Value: 'blue' }] });
    const blue = caller(on('iam:*', '*', { StringEquals: { 'aws:ResourceTag/team': 'blue' } }));
    const commit = store.commit.bind(store);
    vi.spyOn(store, 'commit').mockImplementationOnce(async (...given) => {
      await root.tagUser({ UserName: 'moving', Tags: [{ Key: 'team', Value: 'red' }] });
      return commit(...given);
    });
    const input = { UserName: 'moving', PolicyName: 'p', PolicyDocument: allow('kms:*') };
    expect((await refusal(blue.putUserPolicy(input))).code).toBe('AccessDenied');
    vi.restoreAllMocks();
    expect((await root.listUserPolicies({ UserName: 'moving' })).PolicyNames).toEqual([]);
  });

  it('may depend on tags: of the user, of the request', async () => {
    const ofTarget = (key: string) => caller(on('iam:*', '*', { StringEquals: { [key]: 'blue' } }));
    await ofTarget('aws:ResourceTag/team').getUser({ UserName: 'target' });
    await ofTarget('iam:ResourceTag/team').getUser({ UserName: 'target' });
    const untagged = ofTarget('iam:ResourceTag/team').getRole({ RoleName: 'target' });
    expect((await refusal(untagged)).code).toBe('AccessDenied');
    const asks = ofTarget('aws:RequestTag/team');
    await asks.tagRole({ RoleName: 'target', Tags: [{ Key: 'team', Value: 'blue' }] });
    const red = asks.tagRole({ RoleName: 'target', Tags: [{ Key: 'team', Value: 'red' }] });
    expect((await refusal(red)).code).toBe('AccessDenied');
    const keys = caller(
      on('iam:UntagUser', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['x', 'y'] } }),
    );
    await keys.untagUser({ UserName: 'target', TagKeys: ['x'] });
    const refused = keys.untagUser({ UserName: 'target', TagKeys: ['x', 'team'] });
    expect((await refusal(refused)).code).toBe('AccessDenied');
  });

  it('may depend on the policy to be attached', async () => {
    const ArnEquals = { 'iam:PolicyARN': policyArn('target') };
    const attach = caller(on('iam:AttachRolePolicy', '*', { ArnEquals }));
    await attach.attachRolePolicy({ RoleName: 'target', PolicyArn: policyArn('target') });
    const other = attach.attachRolePolicy({ RoleName: 'target', PolicyArn: policyArn('other') });
    expect((await refusal(other)).code).toBe('AccessDenied');
  });

  it('may depend on the boundary: the one asked for, else the one that is there', async () => {
    const StringEquals = { 'iam:PermissionsBoundary': policyArn('target') };
    const delegate = caller(
      on(['iam:CreateUser', 'iam:PutUserPolicy', 'iam:PutUserPermissionsBoundary'], '*', {
        StringEquals,
      }),
    );
    expect((await refusal(delegate.createUser({ UserName: 'free' }))).code).toBe('AccessDenied');
    const PermissionsBoundary = policyArn('target');
    await delegate.createUser({ UserName: 'bounded', PermissionsBoundary });
    const policy = { PolicyName: 'p', PolicyDocument: allow('kms:*') };
    await delegate.putUserPolicy({ UserName: 'bounded', ...policy });
    await root.createUser({ UserName: 'free' });
    const free = delegate.putUserPolicy({ UserName: 'free', ...policy });
    expect((await refusal(free)).code).toBe('AccessDenied');
    const wider = delegate.putUserPermissionsBoundary({
      UserName: 'bounded',
      PermissionsBoundary: policyArn('wider'),
    });
    expect((await refusal(wider)).code).toBe('AccessDenied');
  });

  it('ends at the account', async () => {
    const stranger = world.iam({
      principal: 'arn:aws:iam::999999999999:user/x',
      identityPolicies: [allow('*')],
    });
    expect((await refusal(stranger.getUser({ UserName: 'target' }))).code).toBe('NoSuchEntity');
    expect((await stranger.listUsers()).Users).toEqual([]);
    expect((await refusal(stranger.getPolicy({ PolicyArn: policyArn('target') }))).code).toBe(
      'NoSuchEntity',
    );
    const theirs = world.iam({ account: '999999999999' });
    await theirs.createUser({ UserName: 'target' });
    expect((await root.getUser({ UserName: 'target' })).User.Arn).toBe(userArn('dev/target'));
    expect((await root.getRole({ RoleName: 'target' })).Role.Arn).toBe(roleArn('target'));
  });
});
