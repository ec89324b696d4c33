// CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser.

import { expect, it } from 'vitest';
import {
  account,
  allow,
  openWorld,
  policyArn,
  refusal,
  rootArn,
  startMs,
  userArn,
} from './support/iam_world.js';

const world = await openWorld();
const { root } = world;

it('makes a user with a path, a boundary and tags, and tells of it', async () => {
  await root.createPolicy({ PolicyName: 'bounds', PolicyDocument: allow('kms:*') });
  const { User } = await root.createUser({
    UserName: 'alice',
    Path: '/dev/',
    PermissionsBoundary: policyArn('bounds'),
    Tags: [{ Key: 'team', Value: 'blue' }],
  });
  expect(User).toEqual({
    Path: '/dev/',
    UserName: 'alice',
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: userArn('dev/alice'),
    CreateDate: new Date(startMs),
    PermissionsBoundary: {
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: policyArn('bounds'),
    },
    Tags: [{ Key: 'team', Value: 'blue' }],
  });
  expect((await root.getUser({ UserName: 'alice' })).User).toEqual(User);
  expect((await root.getPolicy({ PolicyArn: policyArn('bounds') })).Policy).toMatchObject({
    PermissionsBoundaryUsageCount: 1,
    AttachmentCount: 0,
  });
});

it('makes users under every path that there can be', async () => {
  const Path = `/${Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
    .filter((character) => !'/*?'.includes(character))
    .join('')}/x/`;
  const { User } = await root.createUser({ UserName: 'deep', Path });
  expect(User.Arn).toBe(userArn(`${Path.slice(1)}deep`));
  const deep = world.sts({ principal: User.Arn });
  expect(await deep.getCallerIdentity()).toMatchObject({ UserId: User.UserId, Arn: User.Arn });
});

it('knows no two users whose names differ in case only', async () => {
  expect(await refusal(root.createUser({ UserName: 'ALICE' }))).toEqual({
    code: 'EntityAlreadyExists',
    message: 'User with name ALICE already exists.',
  });
  expect(await refusal(root.getUser({ UserName: 'ALICE' }))).toEqual({
    code: 'NoSuchEntity',
    message: 'The user with name ALICE cannot be found.',
  });
});

const refused: readonly (readonly [object, RegExp])[] = [
  [{ UserName: 'a b' }, /'userName' failed to satisfy constraint: Member must satisfy regular/],
  [{ UserName: 'x'.repeat(65) }, /length less than or equal to 64/],
  [{}, /Value null at 'userName'/],
  ...['dev', '/dev', 'dev/', '//', '/a//b/', '/a*/', '/a?/', '/a b/', '/é/'].map(
    (Path) => [{ UserName: 'bob', Path }, /'path' failed/] as const,
  ),
  [
    { UserName: 'bob', Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `${i}`, Value: '' })) },
    /'tags'/,
  ],
  [{ UserName: 7 }, /can not be converted to a String/],
  [{ UserName: 'bob', PermissionsBoundary: 'arn:aws:iam::no:policy/x' }, /ARN .* is not valid/],
];

it.each(refused)('refuses %j', async (input, message) => {
  expect(await refusal(root.createUser(input as never))).toEqual({
    code: 'ValidationError',
    message: expect.stringMatching(message),
  });
});

it('refuses a boundary that is not there, and makes no user', async () => {
  for (const arn of [policyArn('nobody'), 'arn:aws:iam::aws:policy/PowerUserAccess']) {
    const made = root.createUser({ UserName: 'carol', PermissionsBoundary: arn });
    expect(await refusal(made)).toEqual({
      code: 'NoSuchEntity',
      message: `Policy ${arn} does not exist or is not attachable.`,
    });
  }
  expect((await refusal(root.getUser({ UserName: 'carol' }))).code).toBe('NoSuchEntity');
});

it("tells the account's root of itself, and a user of himself", async () => {
  expect((await root.getUser()).User).toMatchObject({ Arn: rootArn, UserId: account });
  await root.createUser({ UserName: 'dave' });
  await root.putUserPolicy({
    UserName: 'dave',
    PolicyName: 'self',
    PolicyDocument: allow('iam:GetUser'),
  });
  const dave = world.iam({ principal: userArn('dave') });
  expect((await dave.getUser()).User.UserName).toBe('dave');
});

it('asks a session for the name', async () => {
  const session = world.iam({
    principal: `arn:aws:sts::${account}:assumed-role/somebody/session`,
    identityPolicies: [allow('iam:*')],
  });
  expect(await refusal(session.getUser())).toEqual({
    code: 'ValidationError',
    message: 'Must specify userName when calling with non-User credentials',
  });
});

it('lists users in pages, in the order of their names and by path', async () => {
  const here = await openWorld();
  for (const name of ['b1', 'a1', 'C1', 'd1', 'e1'])
    await here.root.createUser({ UserName: name, Path: name === 'd1' ? '/x/' : '/y/' });
  const names: string[] = [];
  let Marker: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = await here.root.listUsers({ MaxItems: 2, Marker });
    names.push(...page.Users.map(({ UserName }) => UserName));
    Marker = page.Marker;
    expect(page.IsTruncated).toBe(pages < 3);
    if (!page.IsTruncated) break;
  }
  expect(names).toEqual(['a1', 'b1', 'C1', 'd1', 'e1']);
  const byPath = await here.root.listUsers({ PathPrefix: '/y/', MaxItems: 3 });
  expect(byPath.Users.map(({ UserName }) => UserName)).toEqual(['a1', 'b1', 'C1']);
  const rest = await here.root.listUsers({ PathPrefix: '/y/', MaxItems: 3, Marker: byPath.Marker });
  expect(rest.Users.map(({ UserName }) => UserName)).toEqual(['e1']);
  expect(rest.Users[0]).not.toHaveProperty('Tags');
});

it.each(['!', 'YSBi', Buffer.from('é').toString('base64url')])(
  'refuses the marker %s, which it never gave',
  async (Marker) => {
    expect(await refusal(root.listUsers({ Marker }))).toEqual({
      code: 'ValidationError',
      message: 'Invalid Marker.',
    });
  },
);

it('renames and moves a user, whose access keys and policies stay his', async () => {
  const { User } = await root.createUser({ UserName: 'eve' });
  const { AccessKey } = await root.createAccessKey({ UserName: 'eve' });
  await root.updateUser({ UserName: 'eve', NewUserName: 'evelyn', NewPath: '/ops/' });
  expect((await refusal(root.getUser({ UserName: 'eve' }))).code).toBe('NoSuchEntity');
  const renamed = (await root.getUser({ UserName: 'evelyn' })).User;
  expect(renamed).toMatchObject({ UserId: User.UserId, Arn: userArn('ops/evelyn') });
  expect((await world.use(AccessKey.AccessKeyId)).arn).toBe(userArn('ops/evelyn'));
  await root.updateUser({ UserName: 'evelyn', NewUserName: 'EVELYN' });
  expect((await root.getUser({ UserName: 'EVELYN' })).User.Path).toBe('/ops/');
  expect((await world.use(AccessKey.AccessKeyId)).arn).toBe(userArn('ops/EVELYN'));
  await root.updateUser({ UserName: 'EVELYN', NewPath: '/' });
  expect((await world.use(AccessKey.AccessKeyId)).arn).toBe(userArn('EVELYN'));
});

it('does not rename a user to one that is there', async () => {
  const renamed = root.updateUser({ UserName: 'dave', NewUserName: 'Alice' });
  expect((await refusal(renamed)).code).toBe('EntityAlreadyExists');
  expect((await refusal(root.updateUser({ UserName: 'nobody' }))).code).toBe('NoSuchEntity');
});

it('needs the permission to rename on both names', async () => {
  await root.putUserPolicy({
    UserName: 'dave',
    PolicyName: 'rename',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:UpdateUser', Resource: userArn('dave') },
    }),
  });
  const dave = world.iam({ principal: userArn('dave') });
  const renamed = dave.updateUser({ UserName: 'dave', NewUserName: 'admin' });
  expect(await refusal(renamed)).toMatchObject({
    code: 'AccessDenied',
    message: expect.stringContaining(`on resource: ${userArn('admin')}`),
  });
});

it('deletes a user once nothing hangs on it', async () => {
  const UserName = 'frank';
  const PolicyArn = policyArn('bounds');
  await root.createUser({ UserName, PermissionsBoundary: PolicyArn });
  await root.attachUserPolicy({ UserName, PolicyArn });
  await root.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allow('kms:*') });
  const { AccessKey } = await root.createAccessKey({ UserName });
  const conflict = async () => (await refusal(root.deleteUser({ UserName }))).message;
  expect(await conflict()).toBe('Cannot delete entity, must detach all policies first.');
  await root.detachUserPolicy({ UserName, PolicyArn });
  expect(await conflict()).toBe('Cannot delete entity, must delete policies first.');
  await root.deleteUserPolicy({ UserName, PolicyName: 'p' });
  expect(await refusal(root.deleteUser({ UserName }))).toEqual({
    code: 'DeleteConflict',
    message: 'Cannot delete entity, must delete access keys first.',
  });
  await root.deleteAccessKey({ UserName, AccessKeyId: AccessKey.AccessKeyId });
  const uses = async () =>
    (await root.getPolicy({ PolicyArn })).Policy.PermissionsBoundaryUsageCount;
  const usesBefore = await uses();
  await root.deleteUser({ UserName });
  expect(await uses()).toBe(usesBefore - 1);
  expect((await refusal(root.deleteUser({ UserName }))).code).toBe('NoSuchEntity');
});
