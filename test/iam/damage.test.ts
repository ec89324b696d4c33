// Whoever can write the store but has no root key: what he changes, swaps or moves is found, and
// what he deletes never widens access.

import { describe, expect, it } from 'vitest';
import { IamError } from '../../lib/errors.js';
import type { IamGround } from '../../lib/iam/iam_store.js';
import { commitPlan } from '../../lib/iam/iam_store.js';
import {
  account,
  allow,
  deny,
  openWorld,
  policyArn,
  refusal,
  roleArn,
  rootArn,
  trust,
  userArn,
} from './support/iam_world.js';

/** A user and a role with everything that can be in their records, and a key that they may use. */
async function openFullWorld() {
  const world = await openWorld();
  const { root } = world;
  await root.createPolicy({ PolicyName: 'all', PolicyDocument: allow('kms:*') });
  await root.createPolicy({ PolicyName: 'limits', PolicyDocument: deny('kms:Encrypt') });
  await root.createPolicy({ PolicyName: 'bounds', PolicyDocument: allow('kms:*') });
  const PermissionsBoundary = policyArn('bounds');
  await root.createUser({ UserName: 'alice', PermissionsBoundary });
  await root.attachUserPolicy({ UserName: 'alice', PolicyArn: policyArn('all') });
  const { AccessKey } = await root.createAccessKey({ UserName: 'alice' });
  const { AccessKey: rootKey } = await root.createAccessKey();
  await root.createRole({ RoleName: 'alice', AssumeRolePolicyDocument: trust(rootArn) });
  const { KeyMetadata } = await world.client().createKey({});
  const KeyId = KeyMetadata?.KeyId as string;
  const describeAs = (principal: string, strict = true) =>
    world.client({ principal }, strict).describeKey({ KeyId });
  /** Puts bytes into the store as somebody without the root key does. */
  async function overwrite(path: string, after: Uint8Array | undefined): Promise<void> {
    const before = await world.ground.get(path);
    expect(await world.ground.commit([{ path, before, after }])).toBe(true);
  }
  return { ...world, AccessKey, rootKey, KeyId, describeAs, overwrite };
}

const userPath = `iam/${account}/user/alice`;
const policyPath = (name: string) => `iam/${account}/policy/${name}`;
const corrupt = { code: 'ERR_STORE_CORRUPT' };

describe('a changed record', () => {
  it('is found, whichever byte it is', async () => {
    const world = await openFullWorld();
    const reads: Readonly<Record<string, () => Promise<unknown>>> = {
      [userPath]: () => world.describeAs(userArn('alice')),
      [policyPath('all')]: () => world.describeAs(userArn('alice')),
      [policyPath('bounds')]: () => world.describeAs(userArn('alice')),
      [`iam/${account}/role/alice`]: () => world.describeAs(roleArn('alice')),
      [`iam/${account}/account`]: () => world.find(world.rootKey.AccessKeyId),
      [`access-key/${world.AccessKey.AccessKeyId}`]: () => world.find(world.AccessKey.AccessKeyId),
    };
    for (const [path, read] of Object.entries(reads)) {
      const sound = (await world.ground.get(path)) as Uint8Array;
      expect(sound).toBeDefined();
      for (let i = 0; i < sound.length; i++) {
        const changed = new Uint8Array(sound);
        changed[i] = (changed[i] as number) ^ 1;
        await world.overwrite(path, changed);
        await expect(read(), `${path} ${i}`).rejects.toMatchObject(corrupt);
      }
      await world.overwrite(path, sound);
      await read().catch((error: { code: string }) =>
        expect(error.code).toBe('AccessDeniedException'),
      );
    }
  });

  it('is found when it was another’s', async () => {
    const world = await openFullWorld();
    await world.root.createUser({ UserName: 'admin' });
    await world.root.putUserPolicy({
      UserName: 'admin',
      PolicyName: 'p',
      PolicyDocument: allow('*'),
    });
    const adminPath = `iam/${account}/user/admin`;
    const [alice, admin] = [await world.ground.get(userPath), await world.ground.get(adminPath)];
    await world.overwrite(userPath, admin);
    await world.overwrite(adminPath, alice);
    await expect(world.describeAs(userArn('alice'))).rejects.toMatchObject(corrupt);
    await expect(world.describeAs(userArn('admin'))).rejects.toMatchObject(corrupt);
    await world.overwrite(`iam/${account}/user/bob`, admin);
    await expect(world.describeAs(userArn('bob'))).rejects.toMatchObject(corrupt);
    await world.overwrite(`iam/999999999999/user/admin`, admin);
    const elsewhere = 'arn:aws:iam::999999999999:user/admin';
    await expect(world.describeAs(elsewhere)).rejects.toMatchObject(corrupt);
    await expect(world.root.listUsers()).rejects.toMatchObject(corrupt);
  });
});

describe('a deleted record', () => {
  it('of a user is a user who is not there', async () => {
    const world = await openFullWorld();
    await world.describeAs(userArn('alice'));
    await world.overwrite(userPath, undefined);
    await expect(world.describeAs(userArn('alice'))).rejects.toMatchObject({
      code: 'NotAuthorizedException',
    });
    expect((await world.find(world.AccessKey.AccessKeyId)).status).toBe('unknown');
  });

  it('of an access key’s owner is an access key that is not there', async () => {
    const world = await openFullWorld();
    await world.overwrite(`access-key/${world.AccessKey.AccessKeyId}`, undefined);
    expect((await world.find(world.AccessKey.AccessKeyId)).status).toBe('unknown');
    await world.overwrite(`iam/${account}/account`, undefined);
    expect((await world.find(world.rootKey.AccessKeyId)).status).toBe('unknown');
    // What is left of it can be tidied up.
    const key = { UserName: 'alice', AccessKeyId: world.AccessKey.AccessKeyId };
    await world.root.deleteAccessKey(key);
  });

  it.each(['all', 'bounds'])(
    'of the managed policy %s denies everything to whoever has it',
    async (name) => {
      const world = await openFullWorld();
      await world.describeAs(userArn('alice'));
      await world.overwrite(policyPath(name), undefined);
      const kind = name === 'all' ? 'identity-based policy' : 'permissions boundary';
      const refused = await refusal(world.describeAs(userArn('alice')));
      expect(refused.code).toBe('AccessDeniedException');
      expect(refused.message).toMatch(new RegExp(`with an explicit deny in an? ${kind}$`));
    },
  );

  it('of a policy that denies is not made good by one of the same name', async () => {
    const world = await openFullWorld();
    const { root, KeyId } = world;
    await root.attachUserPolicy({ UserName: 'alice', PolicyArn: policyArn('limits') });
    await world.overwrite(policyPath('limits'), undefined);
    await root.createPolicy({ PolicyName: 'limits', PolicyDocument: allow('kms:*') });
    const alice = world.client({ principal: userArn('alice') });
    const encrypted = alice.encrypt({ KeyId, Plaintext: new Uint8Array(1) });
    expect((await refusal(encrypted)).message).toMatch(/explicit deny/);
    await root.detachUserPolicy({ UserName: 'alice', PolicyArn: policyArn('limits') });
    await alice.encrypt({ KeyId, Plaintext: new Uint8Array(1) });
    // The new one was never counted as attached.
    const { Policy } = await root.getPolicy({ PolicyArn: policyArn('limits') });
    expect(Policy.AttachmentCount).toBe(0);
    await root.deletePolicy({ PolicyArn: policyArn('limits') });
  });

  it('of a role ends its sessions', async () => {
    const world = await openFullWorld();
    await world.root.updateAssumeRolePolicy({
      RoleName: 'alice',
      PolicyDocument: trust(userArn('alice')),
    });
    const sts = world.sts({ principal: userArn('alice') });
    // The boundary of alice allows no sts:AssumeRole, but the trust policy names her herself.
    const { Credentials } = await sts.assumeRole({
      RoleArn: roleArn('alice'),
      RoleSessionName: 's1',
    });
    const find = () => world.find(Credentials.AccessKeyId, Credentials.SessionToken);
    expect((await find()).status).toBe('ok');
    await world.overwrite(`iam/${account}/role/alice`, undefined);
    expect((await find()).status).toBe('unknown');
  });
});

it('a record of a newer version is refused, not guessed at', async () => {
  const world = await openFullWorld();
  const before = await world.store.get(userPath);
  const record = JSON.parse(Buffer.from(before?.value ?? []).toString('utf8'));
  const after = new Uint8Array(Buffer.from(JSON.stringify({ ...record, format: 2 })));
  await world.store.commit([{ path: userPath, before, after }]);
  await expect(world.describeAs(userArn('alice'))).rejects.toMatchObject({ code: 'ERR_STORE' });
});

it('gives up when others change a record all the time', async () => {
  let plans = 0;
  const ground = { store: { commit: async () => undefined } } as unknown as IamGround;
  const change = { path: 'a', before: undefined, after: new Uint8Array() };
  const busy = commitPlan(ground, async () => {
    plans += 1;
    return { changes: [change], output: 0 };
  });
  await expect(busy).rejects.toThrow(IamError);
  await expect(busy).rejects.toMatchObject({ code: 'ServiceFailure', $fault: 'server' });
  expect(plans).toBe(100);
});

it('plans again when somebody came in between, and loses nothing', async () => {
  const { root } = await openFullWorld();
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      root.tagUser({ UserName: 'alice', Tags: [{ Key: `k${i}`, Value: '' }] }),
    ),
  );
  expect((await root.listUserTags({ UserName: 'alice' })).Tags).toHaveLength(20);
  const made = await Promise.allSettled(
    Array.from({ length: 5 }, () => root.createUser({ UserName: 'one' })),
  );
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
