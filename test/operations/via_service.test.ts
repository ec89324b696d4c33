// client.via: what a service does on a caller's behalf; AWS managed keys, which are for nothing else;
// AWS owned keys, which customers never see.

import { beforeEach, describe, expect, test } from 'vitest';
import { awsManagedKeyPolicy } from '../../lib/authorization/index.js';
import type { KmsClientOptions } from '../../lib/client_options.js';
import type { KmsClient } from '../../lib/kms_client.js';
import type { GrantOperation } from '../../lib/types.js';
import { account, region, startMs } from '../unit/engine_for_tests.js';
import {
  allow,
  allowAll,
  makeScene,
  type OperationName,
  operationNames,
  otherAccount,
  outcome,
  plaintext,
  requests,
  type Scene,
} from './support/scene.js';

const dayMs = 86_400_000;
let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const user = (name: string, of = account) => `arn:aws:iam::${of}:user/${name}`;
const bobWhen = (Condition: object, more: KmsClientOptions = {}) => {
  const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition }];
  return scene.engine.client({
    principal: user('bob'),
    identityPolicies: [{ Version: '2012-10-17', Statement }],
    ...more,
  });
};
const describeWith = (client: KmsClient) => outcome(client.describeKey({ KeyId: scene.key.KeyId }));
const denied = /^AccessDeniedException/;

describe('what conditions see of a service on somebody’s behalf', () => {
  const chain = (client: KmsClient) => client.via('athena').via('s3');
  test.each([
    [{ StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } }, true],
    [{ StringEquals: { 'kms:ViaService': `athena.${region}.amazonaws.com` } }, false],
    [{ StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }, false],
    [{ StringEquals: { 'kms:CallerAccount': account } }, true],
    [{ StringEquals: { 'aws:PrincipalArn': user('bob') } }, true],
    [{ Bool: { 'aws:ViaAWSService': 'true' } }, true],
    [{ StringEquals: { 'aws:CalledViaFirst': 'athena.amazonaws.com' } }, true],
    [{ StringEquals: { 'aws:CalledViaLast': 's3.amazonaws.com' } }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:CalledVia': ['s3.amazonaws.com'] } }, false],
  ])('%o: %s', async (condition, allowed) => {
    const answer = await describeWith(chain(bobWhen(condition)));
    if (allowed) expect(answer).toBe('ok');
    else expect(answer).toMatch(denied);
  });

  test.each(['kms:ViaService', 'aws:CalledVia', 'aws:CalledViaFirst'])(
    '%s is absent else',
    async (name) => {
      const absent = bobWhen({ Null: { [name]: 'true' } });
      expect(await describeWith(absent)).toBe('ok');
      expect(await describeWith(absent.via('s3'))).toMatch(denied);
    },
  );

  test('the service’s own network, not the caller’s', async () => {
    const conditionValues = { 'aws:SourceIp': '203.0.113.7', 'aws:UserAgent': 'mine' };
    const near = bobWhen({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { conditionValues });
    expect(await describeWith(near)).toBe('ok');
    expect(await describeWith(near.via('s3'))).toMatch(denied);
    const agent = bobWhen({ StringEquals: { 'aws:UserAgent': 'mine' } }, { conditionValues });
    expect(await describeWith(agent.via('s3'))).toBe('ok');
  });

  test.each(['CreateGrant', 'ListGrants', 'RevokeGrant'] as const)(
    'kms:GrantIsForAWSResource for %s',
    async (name) => {
      const client = bobWhen({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
      const input = requests[name](scene);
      expect(await outcome(client.call(name, input))).toMatch(denied);
      expect(await outcome(client.via('ec2').call(name, input))).toBe('ok');
    },
  );

  test.each(['', 'S3', 's3.amazonaws.com', 'a b', 'x'.repeat(65), undefined, 7])(
    '%o is no service',
    async (service) => {
      expect(() => scene.client.via(service as string)).toThrow(
        expect.objectContaining({
          code: 'ERR_INVALID_ARGUMENT',
          message: 'a service is named like s3',
        }),
      );
    },
  );
});

describe('an AWS managed key', () => {
  const KeyId = 'alias/aws/rds';
  /** Somebody without any policy, through the service. */
  const throughRds = () => scene.engine.client({ principal: user('alice') }).via('rds');
  const use = () => throughRds().generateDataKey({ KeyId, KeySpec: 'AES_256' });
  const notFound = `NotFoundException: Alias arn:aws:kms:${region}:${account}:${KeyId} is not found.`;

  test('is made at the service’s first use, once, and tells that it is AWS’s', async () => {
    const { client } = scene;
    const made = await Promise.all([use(), use(), use()]);
    expect(new Set(made.map((output) => output.KeyId)).size).toBe(1);
    const { KeyMetadata } = await client.describeKey({ KeyId });
    expect(KeyMetadata).toMatchObject({
      KeyManager: 'AWS',
      Enabled: true,
      MultiRegion: false,
      Arn: made[0]?.KeyId,
    });
    const { Aliases } = await client.listAliases({ KeyId: KeyMetadata.KeyId });
    expect(Aliases).toMatchObject([{ AliasName: KeyId, TargetKeyId: KeyMetadata.KeyId }]);
  });

  test('has the policy that AWS gives it', async () => {
    const { client } = scene;
    const { KeyId: arn } = await use();
    const { Policy } = await client.getKeyPolicy({ KeyId: arn });
    expect(Policy).toBe(awsManagedKeyPolicy('rds', account, region));
    expect(JSON.parse(Policy)).toMatchObject({
      Id: 'auto-rds-2',
      Statement: [
        {
          Principal: { AWS: '*' },
          Condition: {
            StringEquals: {
              'kms:ViaService': `rds.${region}.amazonaws.com`,
              'kms:CallerAccount': account,
            },
          },
        },
        {
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        },
      ],
    });
  });

  test('serves everybody in the account, through its service alone', async () => {
    const { engine, client } = scene;
    const { KeyId: arn, CiphertextBlob } = await use();
    expect(await outcome(throughRds().decrypt({ CiphertextBlob }))).toBe('ok');
    const strangers = [
      client,
      client.via('s3'),
      client.via('rds').via('s3'),
      engine
        .client({ principal: user('carol', otherAccount), identityPolicies: [allowAll] })
        .via('rds'),
      engine.client({ service: 'rds.amazonaws.com' }),
    ];
    for (const stranger of strangers) {
      expect(await outcome(stranger.decrypt({ CiphertextBlob }))).toMatch(denied);
      expect(await outcome(stranger.encrypt({ KeyId: arn, Plaintext: plaintext }))).toMatch(denied);
    }
  });

  test('shows the account what it is', async () => {
    const { client } = scene;
    const { KeyId: arn } = await use();
    const id = { KeyId: arn };
    await client.describeKey(id);
    for (const name of [
      'GetKeyPolicy',
      'GetKeyRotationStatus',
      'ListGrants',
      'ListResourceTags',
      'ListKeyPolicies',
      'ListKeyRotations',
      'GetKeyLastUsage',
      'ListAliases',
    ])
      expect(await outcome(client.call(name, id))).toBe('ok');
  });

  const changes = operationNames.filter(
    (name) =>
      !/^(Get|List|Describe|GenerateRandom|CreateKey|RevokeGrant|RetireGrant|ReEncrypt|Decrypt|DeleteAlias)/.test(
        name,
      ) || name === 'GenerateDataKey',
  );
  test.each(changes)('is not changed nor used by anybody: %s', async (name) => {
    const { client } = scene;
    const { KeyId: arn } = await use();
    const input = requests[name](scene) as Record<string, unknown>;
    const member = 'TargetKeyId' in input ? 'TargetKeyId' : 'KeyId';
    expect(await outcome(client.call(name, { ...input, [member]: arn }))).toMatch(denied);
  });

  test('keeps its alias, whatever it is asked', async () => {
    const { client, second } = scene;
    await use();
    for (const work of [
      client.deleteAlias({ AliasName: KeyId }),
      client.updateAlias({ AliasName: KeyId, TargetKeyId: second.KeyId }),
      client.via('rds').deleteAlias({ AliasName: KeyId }),
    ])
      expect(await outcome(work)).toBe('NotAuthorizedException: ');
  });

  test('rotates yearly', async () => {
    const { client, engine } = scene;
    const { KeyId: arn, CiphertextBlob } = await use();
    expect(await client.getKeyRotationStatus({ KeyId: arn })).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 365,
      NextRotationDate: new Date(startMs + 365 * dayMs),
    });
    engine.clock.nowMs = startMs + 365 * dayMs;
    await engine.upkeep.runDue();
    expect((await client.listKeyRotations({ KeyId: arn })).Rotations).toMatchObject([
      { RotationType: 'AUTOMATIC' },
    ]);
    await throughRds().decrypt({ CiphertextBlob });
  });

  test('takes grants through its service, and the account revokes them', async () => {
    const { client, engine } = scene;
    const { KeyId: arn, CiphertextBlob } = await use();
    const Operations: GrantOperation[] = ['Decrypt'];
    const grant = { KeyId: arn, GranteePrincipal: user('dave'), Operations };
    const { GrantId } = await throughRds().createGrant(grant);
    const dave = engine.client({ principal: user('dave') });
    expect(await outcome(dave.decrypt({ CiphertextBlob }))).toBe('ok');
    await client.revokeGrant({ KeyId: arn, GrantId });
    expect(await outcome(dave.decrypt({ CiphertextBlob }))).toMatch(denied);
  });

  test('is described into being by whoever may, where AWS has predefined it', async () => {
    const { client, engine } = scene;
    const bob = engine.client({ principal: user('bob') });
    expect(await outcome(bob.describeKey({ KeyId }))).toBe(notFound);
    expect((await client.listAliases()).Aliases).toHaveLength(1);
    const mallory = engine.client({
      principal: user('mallory', otherAccount),
      identityPolicies: [allowAll],
    });
    const foreign = `arn:aws:kms:${region}:${account}:${KeyId}`;
    expect(await outcome(mallory.describeKey({ KeyId: foreign }))).toMatch(denied);
    expect(await outcome(client.describeKey({ KeyId: 'alias/aws/mine' }))).toMatch(/^NotFound/);
    expect((await client.listAliases()).Aliases).toHaveLength(1);
    expect((await client.describeKey({ KeyId })).KeyMetadata.KeyManager).toBe('AWS');
  });

  test('comes of no other request', async () => {
    const { client } = scene;
    expect(await outcome(client.encrypt({ KeyId, Plaintext: plaintext }))).toBe(notFound);
    expect(await outcome(client.via('s3').encrypt({ KeyId, Plaintext: plaintext }))).toBe(notFound);
    expect((await client.listKeys()).Keys).toHaveLength(2);
  });

  test('of EBS is used through EC2, and of a service of one’s own through that', async () => {
    const { client } = scene;
    const input = { KeyId: 'alias/aws/ebs', KeySpec: 'AES_256' as const };
    expect(await outcome(client.via('ebs').generateDataKey(input))).toMatch(/^NotFound/);
    expect(await outcome(client.via('ec2').generateDataKey(input))).toBe('ok');
    const mine = { ...input, KeyId: 'alias/aws/mine' };
    expect(await outcome(client.via('mine').generateDataKey(mine))).toBe('ok');
  });
});

describe('an AWS owned key', () => {
  const service = 's3.amazonaws.com';
  const serviceAccount = '999900001111';
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: serviceAccount }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  });

  test('lives in the service’s account, and only the service uses it', async () => {
    const { engine, client } = scene;
    const owner = engine.client({ account: serviceAccount });
    const { Arn } = (await owner.createKey({ Policy: policy })).KeyMetadata;
    const s3 = engine.client({ service, sourceAccount: account });
    const { CiphertextBlob } = await s3.generateDataKey({ KeyId: Arn, KeySpec: 'AES_256' });
    expect(await outcome(s3.decrypt({ CiphertextBlob }))).toBe('ok');
    const elsewhere = engine.client({ service, sourceAccount: otherAccount });
    expect(await outcome(elsewhere.decrypt({ CiphertextBlob }))).toMatch(denied);
    // The customer, whatever its policies say, is told what is told of no key at all.
    const absent = Arn.replace(/....$/, '0000');
    const customer = engine.client({ principal: user('admin'), identityPolicies: [allowAll] });
    for (const customers of [client, customer, customer.via('s3')]) {
      const ask = (KeyId: string) => outcome(customers.describeKey({ KeyId }));
      expect(await ask(Arn)).toMatch(denied);
      expect(await ask(Arn)).toBe(await ask(absent));
      expect(await outcome(customers.decrypt({ CiphertextBlob }))).toMatch(denied);
    }
    expect((await client.listKeys()).Keys.map(({ KeyArn }) => KeyArn)).not.toContain(Arn);
  });
});

test('a principal with several kinds of policies goes via a service as itself', async () => {
  const limited = scene.engine.client({
    principal: user('bob'),
    identityPolicies: [allowAll],
    sessionPolicies: [allow('kms:DescribeKey')],
  });
  const name: OperationName = 'Encrypt';
  expect(await outcome(limited.via('s3').call(name, requests[name](scene)))).toContain(
    'no session policy allows',
  );
  expect(await describeWith(limited.via('s3'))).toBe('ok');
});
