// Aliases: their names, their targets, their records, and who may.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { account, region, startMs } from '../unit/engine_for_tests.js';
import { allowAll, makeScene, outcome, plaintext, type Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const aliasArn = (name: string) => `arn:aws:kms:${region}:${account}:${name}`;
const target = async (KeyId: string) =>
  (await scene.client.describeKey({ KeyId })).KeyMetadata.KeyId;

describe('trap 20: reserved names', () => {
  test.each(['alias/aws/s3', 'alias/aws/', 'alias/aws/mine'])('%s is AWS’s', async (AliasName) => {
    const { client, key } = scene;
    const input = { AliasName, TargetKeyId: key.KeyId };
    for (const work of [
      client.createAlias(input),
      client.updateAlias(input),
      client.deleteAlias({ AliasName }),
    ])
      expect(await outcome(work)).toBe('NotAuthorizedException: ');
  });

  test.each(['alias/awesome', 'alias/aws', 'alias/aws-s3', 'alias/AWS/s3', 'alias/my/aws/s3'])(
    '%s is free',
    async (AliasName) => {
      await scene.client.createAlias({ AliasName, TargetKeyId: scene.key.KeyId });
      expect(await target(AliasName)).toBe(scene.key.KeyId);
    },
  );
});

describe('trap 19: records', () => {
  test('name a bare key id, whatever was asked for, and both dates', async () => {
    const { client, engine, key, second } = scene;
    await client.createAlias({ AliasName: 'alias/arn', TargetKeyId: key.Arn });
    engine.clock.nowMs = startMs + 5000;
    await client.updateAlias({ AliasName: 'alias/arn', TargetKeyId: second.Arn });
    const { Aliases } = await client.listAliases({ KeyId: second.Arn });
    expect(Aliases).toEqual([
      {
        AliasName: 'alias/arn',
        AliasArn: aliasArn('alias/arn'),
        TargetKeyId: second.KeyId,
        CreationDate: new Date(startMs),
        LastUpdatedDate: new Date(startMs + 5000),
      },
    ]);
  });

  test('an alias that is not there is not found', async () => {
    const { client, key } = scene;
    const AliasName = 'alias/none';
    const expected = `NotFoundException: Alias ${aliasArn(AliasName)} is not found.`;
    expect(await outcome(client.deleteAlias({ AliasName }))).toBe(expected);
    expect(await outcome(client.updateAlias({ AliasName, TargetKeyId: key.KeyId }))).toBe(expected);
    expect(await outcome(client.encrypt({ KeyId: AliasName, Plaintext: plaintext }))).toBe(
      expected,
    );
  });

  test('alias operations take names, never ARNs', async () => {
    const { client, key, aliasName } = scene;
    const AliasName = aliasArn(aliasName);
    for (const work of [
      client.createAlias({ AliasName, TargetKeyId: key.KeyId }),
      client.updateAlias({ AliasName, TargetKeyId: key.KeyId }),
      client.deleteAlias({ AliasName }),
    ])
      expect(await outcome(work)).toMatch(
        /^ValidationException: Alias must start with the prefix "alias\/"/,
      );
  });

  test('names are case-sensitive', async () => {
    const { client, second, aliasName } = scene;
    await client.createAlias({
      AliasName: aliasName.toUpperCase().replace('ALIAS', 'alias'),
      TargetKeyId: second.KeyId,
    });
    expect(await target('alias/CATROBOT')).toBe(second.KeyId);
    expect(await target(aliasName)).toBe(scene.key.KeyId);
  });
});

describe('moving', () => {
  test('an alias takes its encryptions to the new key, and the old ones stay', async () => {
    const { client, second, aliasName } = scene;
    const before = await client.encrypt({ KeyId: aliasName, Plaintext: plaintext });
    await client.updateAlias({ AliasName: aliasName, TargetKeyId: second.KeyId });
    expect((await client.encrypt({ KeyId: aliasName, Plaintext: plaintext })).KeyId).toBe(
      second.Arn,
    );
    await client.decrypt({ CiphertextBlob: before.CiphertextBlob });
    const named = client.decrypt({ CiphertextBlob: before.CiphertextBlob, KeyId: aliasName });
    expect(await outcome(named)).toMatch(/^IncorrectKeyException/);
    expect((await client.listAliases({ KeyId: scene.key.KeyId })).Aliases).toEqual([]);
  });

  test('to the key that it names already changes its date', async () => {
    const { client, engine, key, aliasName } = scene;
    engine.clock.nowMs = startMs + 1000;
    await client.updateAlias({ AliasName: aliasName, TargetKeyId: key.KeyId });
    const { Aliases } = await client.listAliases({ KeyId: key.KeyId });
    expect(Aliases).toMatchObject([{ LastUpdatedDate: new Date(startMs + 1000) }]);
  });

  test('keeps to 50 aliases for a key too', async () => {
    const { client, second, aliasName } = scene;
    const TargetKeyId = second.KeyId;
    for (let i = 0; i < 50; i++) await client.createAlias({ AliasName: `alias/${i}`, TargetKeyId });
    const expected = /^LimitExceededException/;
    expect(await outcome(client.updateAlias({ AliasName: aliasName, TargetKeyId }))).toMatch(
      expected,
    );
    expect(await target(aliasName)).toBe(scene.key.KeyId);
    await client.deleteAlias({ AliasName: 'alias/7' });
    await client.updateAlias({ AliasName: aliasName, TargetKeyId });
    expect(await outcome(client.createAlias({ AliasName: 'alias/7', TargetKeyId }))).toMatch(
      expected,
    );
  });
});

test('deleting an alias leaves its key, and its name is free again', async () => {
  const { client, key, second, aliasName } = scene;
  await client.deleteAlias({ AliasName: aliasName });
  await client.describeKey({ KeyId: key.KeyId });
  await client.createAlias({ AliasName: aliasName, TargetKeyId: second.KeyId });
  expect(await target(aliasName)).toBe(second.KeyId);
});

test('deleting a key deletes its aliases', async () => {
  const { client, engine, key, second, aliasName } = scene;
  await client.scheduleKeyDeletion({ KeyId: key.KeyId, PendingWindowInDays: 7 });
  engine.clock.nowMs = startMs + 7 * 86_400_000;
  await engine.upkeep.runDue();
  expect((await client.listAliases()).Aliases).toEqual([]);
  await client.createAlias({ AliasName: aliasName, TargetKeyId: second.KeyId });
});

test('an alias that is moved while it is deleted is not lost unseen', async () => {
  const { client, key, second, aliasName } = scene;
  const results = await Promise.allSettled([
    client.deleteAlias({ AliasName: aliasName }),
    client.updateAlias({ AliasName: aliasName, TargetKeyId: second.KeyId }),
  ]);
  const { Aliases } = await client.listAliases();
  const isMoved = results[1].status === 'fulfilled' && results[0].status === 'rejected';
  expect(Aliases.map(({ TargetKeyId }) => TargetKeyId)).toEqual(isMoved ? [second.KeyId] : []);
  for (const KeyId of [key.KeyId, second.KeyId]) {
    const own = (await client.listAliases({ KeyId })).Aliases.map(({ AliasName }) => AliasName);
    expect(own).toEqual(isMoved && KeyId === second.KeyId ? [aliasName] : []);
  }
});

test('an alias that was given to another key on the way is not deleted', async () => {
  const { client, engine, second, aliasName } = scene;
  const { registry } = engine;
  const find = registry.find.bind(registry);
  vi.spyOn(registry, 'find').mockImplementationOnce(async (location) => {
    const key = await find(location);
    await client.updateAlias({ AliasName: aliasName, TargetKeyId: second.KeyId });
    return key;
  });
  expect(await outcome(client.deleteAlias({ AliasName: aliasName }))).toBe(
    `ConflictException: ${aliasName} was given to another key meanwhile`,
  );
  expect(await target(aliasName)).toBe(second.KeyId);
});

describe('permissions: the alias by identity policies alone, each key by its own policy', () => {
  const principal = `arn:aws:iam::${account}:user/bob`;
  /** An identity policy for the alias and for some keys. */
  const bobWith = (...resources: string[]) =>
    scene.engine.client({
      principal,
      identityPolicies: [
        {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'kms:*Alias', Resource: resources }],
        },
      ],
    });
  const denied = (action: string, arn: string) =>
    `AccessDeniedException: User: ${principal} is not authorized to perform: ${action} on resource: ${arn} ` +
    `because no identity-based policy allows the ${action} action`;

  test('CreateAlias', async () => {
    const { key } = scene;
    const input = { AliasName: 'alias/bob', TargetKeyId: key.KeyId };
    const arn = aliasArn('alias/bob');
    expect(await outcome(bobWith(arn).createAlias(input))).toBe(denied('kms:CreateAlias', key.Arn));
    expect(await outcome(bobWith(key.Arn).createAlias(input))).toBe(denied('kms:CreateAlias', arn));
    expect(await outcome(bobWith(key.Arn, arn).createAlias(input))).toBe('ok');
  });

  test('UpdateAlias', async () => {
    const { key, second, aliasName } = scene;
    const input = { AliasName: aliasName, TargetKeyId: second.KeyId };
    const arn = aliasArn(aliasName);
    const lacking = (without: string) =>
      bobWith(...[arn, key.Arn, second.Arn].filter((resource) => resource !== without)).updateAlias(
        input,
      );
    for (const without of [arn, key.Arn, second.Arn])
      expect(await outcome(lacking(without))).toBe(denied('kms:UpdateAlias', without));
    expect(await outcome(lacking(''))).toBe('ok');
  });

  test('DeleteAlias', async () => {
    const { key, aliasName } = scene;
    const arn = aliasArn(aliasName);
    const input = { AliasName: aliasName };
    expect(await outcome(bobWith(arn).deleteAlias(input))).toBe(denied('kms:DeleteAlias', key.Arn));
    expect(await outcome(bobWith(key.Arn).deleteAlias(input))).toBe(denied('kms:DeleteAlias', arn));
    expect(await outcome(bobWith(key.Arn, arn).deleteAlias(input))).toBe('ok');
  });

  test('no kms: condition key applies to the alias half', async () => {
    const { engine, key } = scene;
    const Statement = [
      {
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': account } },
      },
    ];
    const bob = engine.client({
      principal,
      identityPolicies: [{ Version: '2012-10-17', Statement }],
    });
    const work = bob.createAlias({ AliasName: 'alias/bob', TargetKeyId: key.KeyId });
    expect(await outcome(work)).toBe(denied('kms:CreateAlias', aliasArn('alias/bob')));
  });

  test('a service has no aliases', async () => {
    const service = scene.engine.client({
      service: 'rds.amazonaws.com',
      identityPolicies: [allowAll],
    });
    const work = service.deleteAlias({ AliasName: scene.aliasName });
    expect(await outcome(work)).toMatch(/^AccessDeniedException/);
  });
});
