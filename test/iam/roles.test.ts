// CreateRole, GetRole, ListRoles, UpdateRole, UpdateAssumeRolePolicy, DeleteRole; tags of users and
// roles.

import { describe, expect, it } from 'vitest';
import {
  allow,
  document,
  openWorld,
  policyArn,
  refusal,
  roleArn,
  rootArn,
  startMs,
  trust,
  userArn,
} from './support/iam_world.js';

const world = await openWorld();
const { root } = world;

it('are made and told', async () => {
  await root.createPolicy({ PolicyName: 'bounds', PolicyDocument: allow('kms:*') });
  const AssumeRolePolicyDocument = trust(rootArn);
  const { Role } = await root.createRole({
    RoleName: 'worker',
    Path: '/jobs/',
    AssumeRolePolicyDocument,
    Description: 'works',
    MaxSessionDuration: 7200,
    PermissionsBoundary: policyArn('bounds'),
    Tags: [{ Key: 'a', Value: '' }],
  });
  expect(Role).toEqual({
    Path: '/jobs/',
    RoleName: 'worker',
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    Arn: roleArn('jobs/worker'),
    CreateDate: new Date(startMs),
    AssumeRolePolicyDocument: expect.stringMatching(/^%7B/),
    Description: 'works',
    MaxSessionDuration: 7200,
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: policyArn('bounds'),
    },
    Tags: [{ Key: 'a', Value: '' }],
  });
  expect(decodeURIComponent(Role.AssumeRolePolicyDocument)).toBe(AssumeRolePolicyDocument);
  expect((await root.getRole({ RoleName: 'worker' })).Role).toEqual(Role);
  const { Roles } = await root.listRoles();
  expect(Roles[0]).not.toHaveProperty('Tags');
  expect(Roles[0]).toMatchObject({ RoleName: 'worker', MaxSessionDuration: 7200 });
});

it('are not made twice', async () => {
  const again = root.createRole({ RoleName: 'Worker', AssumeRolePolicyDocument: trust(rootArn) });
  expect(await refusal(again)).toEqual({
    code: 'EntityAlreadyExists',
    message: 'Role with name Worker already exists.',
  });
});

it.each([
  ['no JSON', 'x', 'MalformedPolicyDocument'],
  [
    'no principal',
    document({ Effect: 'Allow', Action: 'sts:AssumeRole' }),
    'MalformedPolicyDocument',
  ],
  ['a resource', trust(rootArn, { Resource: '*' }), 'MalformedPolicyDocument'],
  ['no action', trust(rootArn, { Action: undefined }), 'MalformedPolicyDocument'],
  ['another action', trust(rootArn, { Action: '*' }), 'MalformedPolicyDocument'],
  ['a group', trust('arn:aws:iam::111122223333:group/x'), 'MalformedPolicyDocument'],
  [
    'an unknown key',
    trust(rootArn, { Condition: { StringEquals: { 'sts:Nothing': 'x' } } }),
    'MalformedPolicyDocument',
  ],
  [
    'a key of IAM',
    trust(rootArn, { Condition: { StringEquals: { 'iam:PolicyARN': 'x' } } }),
    'MalformedPolicyDocument',
  ],
  [
    'a tag of IAM',
    trust(rootArn, { Condition: { StringEquals: { 'iam:ResourceTag/a': 'x' } } }),
    'MalformedPolicyDocument',
  ],
  [
    'the same Sid twice',
    document(
      ...[1, 2].map(() => ({
        Effect: 'Allow',
        Sid: 'A',
        Action: 'sts:AssumeRole',
        Principal: '*',
      })),
    ),
    'MalformedPolicyDocument',
  ],
  ['too much', trust(rootArn, { Sid: 'x'.repeat(2048) }), 'LimitExceeded'],
])('are not made with a trust policy of %s', async (_, AssumeRolePolicyDocument, code) => {
  const made = root.createRole({ RoleName: 'bad', AssumeRolePolicyDocument });
  expect((await refusal(made)).code).toBe(code);
  const changed = root.updateAssumeRolePolicy({
    RoleName: 'worker',
    PolicyDocument: AssumeRolePolicyDocument,
  });
  expect((await refusal(changed)).code).toBe(code);
});

it('trust strangers only where the importing server vouches for its callers', async () => {
  const stranger = userArn('stranger');
  const strict = world.iam({}, true);
  const refused = strict.createRole({ RoleName: 's', AssumeRolePolicyDocument: trust(stranger) });
  expect(await refusal(refused)).toEqual({
    code: 'MalformedPolicyDocument',
    message: `Invalid principal in policy: "AWS":"${stranger}"`,
  });
  await root.createRole({ RoleName: 's', AssumeRolePolicyDocument: trust(stranger) });
  await root.createUser({ UserName: 'known' });
  await strict.createRole({ RoleName: 'k', AssumeRolePolicyDocument: trust(userArn('known')) });
});

it('are changed', async () => {
  await root.updateRole({ RoleName: 'worker', Description: 'rests' });
  await root.updateRole({ RoleName: 'worker', MaxSessionDuration: 3600 });
  await root.updateAssumeRolePolicy({ RoleName: 'worker', PolicyDocument: trust('*') });
  const { Role } = await root.getRole({ RoleName: 'worker' });
  expect(Role).toMatchObject({ Description: 'rests', MaxSessionDuration: 3600 });
  expect(decodeURIComponent(Role.AssumeRolePolicyDocument)).toBe(trust('*'));
  for (const MaxSessionDuration of [3599, 43_201]) {
    const refused = root.updateRole({ RoleName: 'worker', MaxSessionDuration });
    expect((await refusal(refused)).code).toBe('ValidationError');
  }
});

it('are deleted once nothing hangs on them', async () => {
  const RoleName = 'worker';
  await root.attachRolePolicy({ RoleName, PolicyArn: policyArn('bounds') });
  expect((await refusal(root.deleteRole({ RoleName }))).code).toBe('DeleteConflict');
  await root.detachRolePolicy({ RoleName, PolicyArn: policyArn('bounds') });
  await root.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allow('kms:*') });
  expect((await refusal(root.deleteRole({ RoleName }))).code).toBe('DeleteConflict');
  await root.deleteRolePolicy({ RoleName, PolicyName: 'p' });
  await root.deleteRole({ RoleName });
  await root.deletePolicy({ PolicyArn: policyArn('bounds') });
  for (const gone of [
    root.getRole({ RoleName }),
    root.deleteRole({ RoleName }),
    root.updateRole({ RoleName }),
    root.updateAssumeRolePolicy({ RoleName, PolicyDocument: trust('*') }),
  ]) {
    expect(await refusal(gone)).toEqual({
      code: 'NoSuchEntity',
      message: 'The role with name worker cannot be found.',
    });
  }
});

describe.each([
  ['User', { UserName: 'tagged' }],
  ['Role', { RoleName: 'tagged' }],
] as const)('tags of a %s', (title, name) => {
  const call = (operation: string, input: object = {}) =>
    root.call(operation, { ...name, ...input });
  const tagsOf = async () => {
    const { Tags } = (await call(`List${title}Tags`)) as { Tags: { Key: string; Value: string }[] };
    return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
  };

  it('are hung on, replaced and taken off without regard to case', async () => {
    await call(`Create${title}`, title === 'Role' ? { AssumeRolePolicyDocument: trust('*') } : {});
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'Größe', Value: 'x y' },
      { Key: '__proto__', Value: 'p' },
    ];
    await call(`Tag${title}`, { Tags });
    await call(`Tag${title}`, { Tags: [{ Key: 'A', Value: '2' }] });
    expect(await tagsOf()).toEqual(
      Object.fromEntries([
        ['A', '2'],
        ['Größe', 'x y'],
        ['__proto__', 'p'],
      ]),
    );
    const page = (await call(`List${title}Tags`, { MaxItems: 2 })) as { Marker: string };
    expect(page).toMatchObject({ Tags: [{ Key: 'A' }, { Key: 'Größe' }], IsTruncated: true });
    const last = await call(`List${title}Tags`, { MaxItems: 2, Marker: page.Marker });
    expect(last).toMatchObject({ Tags: [{ Key: '__proto__' }], IsTruncated: false });
    await call(`Untag${title}`, { TagKeys: ['a', 'größe', 'absent'] });
    expect(Object.keys(await tagsOf())).toEqual(['__proto__']);
  });

  it.each([
    [
      [
        { Key: 'x', Value: '' },
        { Key: 'X', Value: '' },
      ],
      'InvalidInput',
    ],
    [[{ Key: 'aws:x', Value: '' }], 'InvalidInput'],
    [[{ Key: 'AWS:x', Value: '' }], 'InvalidInput'],
    [[{ Key: 'x!', Value: '' }], 'ValidationError'],
    [[{ Key: '', Value: '' }], 'ValidationError'],
    [[{ Key: 'x' }], 'ValidationError'],
    [[{ Key: 'x', Value: 'y'.repeat(257) }], 'ValidationError'],
    [Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' })), 'LimitExceeded'],
  ])('are refused: %j', async (Tags, code) => {
    expect((await refusal(call(`Tag${title}`, { Tags }))).code).toBe(code);
    expect(Object.keys(await tagsOf())).toEqual(['__proto__']);
  });
});
