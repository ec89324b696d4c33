// CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey; and that a secret is told once.

import { expect, it } from 'vitest';
import { encodeIamRecord } from '../../lib/iam/records.js';
import {
  account,
  allow,
  openWorld,
  refusal,
  rootArn,
  startMs,
  userArn,
} from './support/iam_world.js';

const world = await openWorld();
const { root } = world;
await root.createUser({ UserName: 'alice' });

it('makes a key and tells its secret once', async () => {
  const { AccessKey } = await root.createAccessKey({ UserName: 'alice' });
  expect(AccessKey).toEqual({
    UserName: 'alice',
    AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    Status: 'Active',
    CreateDate: new Date(startMs),
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
  });
  const listed = await root.listAccessKeys({ UserName: 'alice' });
  const { SecretAccessKey, ...metadata } = AccessKey;
  expect(listed.AccessKeyMetadata).toEqual([metadata]);
  expect(JSON.stringify(listed)).not.toContain(SecretAccessKey);
  expect(JSON.stringify(await root.getUser({ UserName: 'alice' }))).not.toContain(SecretAccessKey);
});

it('keeps the secret nowhere in the store, sealed or opened', async () => {
  const { AccessKey } = await root.createAccessKey({ UserName: 'alice' });
  const secret = Buffer.from(AccessKey.SecretAccessKey, 'latin1');
  const encodings = [
    secret,
    Buffer.from(secret.toString('base64')),
    Buffer.from(secret.toString('hex')),
  ];
  const entries = await world.ground.range({ prefix: '' });
  let records = 0;
  for (const { path, value } of entries) {
    const opened = path === 'bootstrap' ? undefined : await world.store.get(path);
    if (path.startsWith('iam/')) records += 1;
    for (const bytes of [value, opened?.value ?? new Uint8Array()]) {
      for (const needle of encodings) expect(Buffer.from(bytes).includes(needle)).toBe(false);
    }
  }
  expect(records).toBeGreaterThan(0);
});

it('gives nobody a third key', async () => {
  expect(await refusal(root.createAccessKey({ UserName: 'alice' }))).toEqual({
    code: 'LimitExceeded',
    message: 'Cannot exceed quota for AccessKeysPerUser: 2',
  });
});

it('switches a key off and on, and deletes it', async () => {
  const { AccessKeyMetadata } = await root.listAccessKeys({ UserName: 'alice', MaxItems: 1 });
  const [{ AccessKeyId } = { AccessKeyId: '' }] = AccessKeyMetadata;
  const key = { UserName: 'alice', AccessKeyId };
  expect((await world.find(AccessKeyId)).status).toBe('ok');
  await root.updateAccessKey({ ...key, Status: 'Inactive' });
  expect((await world.find(AccessKeyId)).status).toBe('inactive');
  const listed = await root.listAccessKeys({ UserName: 'alice' });
  expect(listed.AccessKeyMetadata.map(({ Status }) => Status).sort()).toEqual([
    'Active',
    'Inactive',
  ]);
  await root.updateAccessKey({ ...key, Status: 'Active' });
  expect((await world.find(AccessKeyId)).status).toBe('ok');
  await root.deleteAccessKey(key);
  expect((await world.find(AccessKeyId)).status).toBe('unknown');
  expect(await refusal(root.deleteAccessKey(key))).toEqual({
    code: 'NoSuchEntity',
    message: `The Access Key with id ${AccessKeyId} cannot be found.`,
  });
});

it("makes keys of the account's root, which belong to no user", async () => {
  const { AccessKey } = await root.createAccessKey();
  expect(AccessKey).not.toHaveProperty('UserName');
  const found = await world.use(AccessKey.AccessKeyId);
  expect(found).toMatchObject({ account, arn: rootArn });
  expect((await root.listAccessKeys()).AccessKeyMetadata).toHaveLength(1);
  await root.updateAccessKey({ AccessKeyId: AccessKey.AccessKeyId, Status: 'Inactive' });
  expect((await world.find(AccessKey.AccessKeyId)).status).toBe('inactive');
  await root.deleteAccessKey({ AccessKeyId: AccessKey.AccessKeyId });
  expect((await world.find(AccessKey.AccessKeyId)).status).toBe('unknown');
});

it("means the caller's own keys when the request names no user", async () => {
  await root.createUser({ UserName: 'bob' });
  await root.putUserPolicy({
    UserName: 'bob',
    PolicyName: 'own-keys',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'iam:*AccessKey*',
        Resource: userArn('$'.concat('{aws:username}')),
      },
    }),
  });
  const bob = world.iam({ principal: userArn('bob') });
  const { AccessKey } = await bob.createAccessKey();
  expect(AccessKey.UserName).toBe('bob');
  expect((await bob.listAccessKeys()).AccessKeyMetadata).toHaveLength(1);
  expect((await refusal(bob.createAccessKey({ UserName: 'alice' }))).code).toBe('AccessDenied');
});

it.each([
  [
    { UserName: 'alice', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Expired' },
    'ValidationError',
  ],
  [{ UserName: 'alice', AccessKeyId: 'short', Status: 'Active' }, 'ValidationError'],
  [{ UserName: 'alice', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Active' }, 'NoSuchEntity'],
  [{ UserName: 'nobody', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Active' }, 'NoSuchEntity'],
])('refuses to update %j', async (input, code) => {
  expect((await refusal(root.updateAccessKey(input as never))).code).toBe(code);
});

it('takes an owner record for no more than a hint', async () => {
  // Whoever can write the store but has no root key cannot make one; this one was made with it.
  const AccessKeyId = 'AKIAAAAAAAAAAAAAAAAA';
  const after = encodeIamRecord<{ format: 1; account: string; userName: string }>({
    account,
    userName: 'alice',
  });
  await world.store.commit([{ path: `access-key/${AccessKeyId}`, before: undefined, after }]);
  expect((await world.find(AccessKeyId)).status).toBe('unknown');
});

it('needs the permission', async () => {
  const stranger = world.iam({
    principal: userArn('stranger'),
    identityPolicies: [allow('kms:*')],
  });
  expect(await refusal(stranger.createAccessKey({ UserName: 'alice' }))).toEqual({
    code: 'AccessDenied',
    message:
      `User: ${userArn('stranger')} is not authorized to perform: iam:CreateAccessKey on resource: ` +
      `${userArn('alice')} because no identity-based policy allows the iam:CreateAccessKey action`,
  });
});
