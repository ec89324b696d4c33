// Grants: their shape, names, tokens, principals and limits.

import { beforeEach, describe, expect, test } from 'vitest';
import type { CreateGrantInput, GrantOperation } from '../../lib/types.js';
import { account, openEngine, region, startMs } from '../unit/engine_for_tests.js';
import {
  allow,
  grantee,
  keyPolicy,
  makeScene,
  otherAccount,
  outcome,
  plaintext,
  type Scene,
} from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const root = `arn:aws:iam::${account}:root`;
const create = (more: Partial<CreateGrantInput> = {}, client = scene.client) =>
  client.createGrant({
    KeyId: scene.key.KeyId,
    GranteePrincipal: grantee,
    Operations: ['Encrypt'],
    ...more,
  });
const list = async (more: object = {}) =>
  (await scene.client.listGrants({ KeyId: scene.key.KeyId, ...more })).Grants;
const find = async (GrantId: string) => (await list({ GrantId }))[0];

describe('trap 16: the shape of a grant', () => {
  test('is AWS’s, and no token is ever listed', async () => {
    const made = await create();
    expect(made).toEqual({
      $metadata: expect.anything(),
      GrantId: expect.stringMatching(/^[0-9a-f]{64}$/),
      GrantToken: expect.any(String),
    });
    expect(await find(made.GrantId)).toEqual({
      KeyId: scene.key.Arn,
      GrantId: made.GrantId,
      CreationDate: new Date(Math.floor(startMs / 1000) * 1000),
      GranteePrincipal: grantee,
      IssuingAccount: root,
      Operations: ['Encrypt'],
    });
    expect(JSON.stringify(await list())).not.toContain(made.GrantToken);
  });

  test('has no constraints when there are none', async () => {
    const { GrantId } = await create({ Constraints: {} });
    expect(await find(GrantId)).not.toHaveProperty('Constraints');
  });

  test('has what was given, and nothing twice', async () => {
    const { GrantId } = await create({
      RetiringPrincipal: account,
      Operations: ['Encrypt', 'Decrypt', 'Encrypt'],
      Name: 'mine',
      Constraints: { EncryptionContextSubset: { a: 'b' } },
    });
    expect(await find(GrantId)).toMatchObject({
      Name: 'mine',
      RetiringPrincipal: root,
      Operations: ['Encrypt', 'Decrypt'],
      Constraints: { EncryptionContextSubset: { a: 'b' } },
    });
  });

  test('tells the account of whoever called CreateGrant', async () => {
    const { client, engine, key } = scene;
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: otherAccount },
      Action: 'kms:CreateGrant',
      Resource: '*',
    };
    await client.putKeyPolicy({ KeyId: key.KeyId, Policy: keyPolicy(Statement) });
    const other = engine.client({ account: otherAccount });
    const { GrantId } = await create({ KeyId: key.Arn }, other);
    expect(await find(GrantId)).toMatchObject({
      IssuingAccount: `arn:aws:iam::${otherAccount}:root`,
    });
  });
});

describe('filters', () => {
  test('by grant id, and by grantee however it is written', async () => {
    const { GrantId } = await create({ GranteePrincipal: account });
    expect(await list()).toHaveLength(2);
    expect(await list({ GrantId })).toMatchObject([{ GrantId }]);
    expect(await list({ GrantId: 'ab'.repeat(32) })).toEqual([]);
    for (const GranteePrincipal of [account, root])
      expect(await list({ GranteePrincipal })).toMatchObject([{ GrantId }]);
    expect(await list({ GranteePrincipal: grantee })).toMatchObject([{ GrantId: scene.grantId }]);
  });

  test('by a service is for that service', async () => {
    const work = list({ GranteeServicePrincipal: 'rds.amazonaws.com' });
    expect(await outcome(work)).toBe(
      'NotFoundException: Grantee principal rds.amazonaws.com could not be found',
    );
  });

  test('what cannot be a grant id is refused', async () => {
    const { client, key } = scene;
    const GrantId = 'A'.repeat(64);
    const expected = `InvalidGrantIdException: Grant ID ${GrantId} is not valid`;
    expect(await outcome(list({ GrantId }))).toBe(expected);
    expect(await outcome(client.revokeGrant({ KeyId: key.KeyId, GrantId }))).toBe(expected);
    expect(await outcome(client.retireGrant({ KeyId: key.Arn, GrantId }))).toBe(expected);
  });
});

describe('trap 15: names', () => {
  test('the same name and parameters make the same grant, with another token', async () => {
    const wanted: Partial<CreateGrantInput> = {
      Name: 'mine',
      Constraints: { EncryptionContextEquals: { a: 'b', c: 'd' } },
      Operations: ['Encrypt', 'Decrypt'],
      RetiringPrincipal: root,
    };
    const first = await create(wanted);
    const second = await create({
      ...wanted,
      Operations: ['Decrypt', 'Encrypt'],
      Constraints: { EncryptionContextEquals: { c: 'd', a: 'b' } },
      RetiringPrincipal: account,
    });
    expect(second.GrantId).toBe(first.GrantId);
    expect(second.GrantToken).not.toBe(first.GrantToken);
    expect(await list()).toHaveLength(2);
  });

  test.each<Partial<CreateGrantInput>>([
    { GranteePrincipal: `arn:aws:iam::${account}:user/bob` },
    { RetiringPrincipal: grantee },
    { Operations: ['Decrypt'] },
    { Constraints: { EncryptionContextEquals: { a: 'b' } } },
    { Name: 'other' },
    { Name: undefined },
  ])('other parameters make another grant: %o', async (more) => {
    const first = await create({ Name: 'mine' });
    expect((await create({ Name: 'mine', ...more })).GrantId).not.toBe(first.GrantId);
  });

  test('without a name every call makes a grant', async () => {
    expect((await create()).GrantId).not.toBe((await create()).GrantId);
  });

  test('asked for at once, one grant is made', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => create({ Name: 'mine' })));
    expect(new Set(made.map(({ GrantId }) => GrantId)).size).toBe(1);
  });
});

describe('tokens', () => {
  const useWith = (token: string, client = scene.client) =>
    outcome(client.encrypt({ KeyId: scene.key.KeyId, Plaintext: plaintext, GrantTokens: [token] }));
  const invalid = /^InvalidGrantTokenException/;

  test('genuine ones are accepted, also of a revoked grant', async () => {
    const { client, key } = scene;
    const { GrantToken, GrantId } = await create();
    expect(await useWith(GrantToken)).toBe('ok');
    await client.revokeGrant({ KeyId: key.KeyId, GrantId });
    expect(await useWith(GrantToken)).toBe('ok');
  });

  test('are no credential', async () => {
    const { GrantToken } = await create();
    const principal = `arn:aws:iam::${account}:user/mallory`;
    expect(await useWith(GrantToken, scene.engine.client({ principal }))).toMatch(/^AccessDenied/);
    expect(await useWith(GrantToken, scene.engine.client({ principal: grantee }))).toBe('ok');
  });

  test.each([
    ['Encrypt', { Plaintext: plaintext }],
    ['DescribeKey', {}],
    ['CreateGrant', { GranteePrincipal: grantee, Operations: ['Encrypt'] }],
    ['GenerateDataKey', { KeySpec: 'AES_256' }],
  ])('that are none are refused by %s', async (name, more) => {
    const { client, key, grantToken } = scene;
    const other = (await makeScene()).grantToken;
    const cut = grantToken.slice(0, -4);
    for (const token of ['a', '!', cut, `${grantToken}\n`, other]) {
      const input = { KeyId: key.KeyId, ...more, GrantTokens: [grantToken, token] };
      expect(await outcome(client.call(name, input))).toMatch(invalid);
    }
    expect(
      await outcome(client.call(name, { KeyId: key.KeyId, ...more, GrantTokens: [grantToken] })),
    ).toBe('ok');
  });

  test('by Decrypt and ReEncrypt too', async () => {
    const { client, blob, second } = scene;
    const GrantTokens = ['a'];
    expect(await outcome(client.decrypt({ CiphertextBlob: blob, GrantTokens }))).toMatch(invalid);
    const input = { CiphertextBlob: blob, DestinationKeyId: second.KeyId, GrantTokens };
    expect(await outcome(client.reEncrypt(input))).toMatch(invalid);
    expect(await outcome(client.retireGrant({ GrantToken: 'a' }))).toMatch(invalid);
  });

  test('of another Region are none', async () => {
    const elsewhere = scene.engine.client({ region: 'us-east-1' });
    const { KeyId } = (await elsewhere.createKey()).KeyMetadata;
    const GrantTokens = [scene.grantToken];
    expect(await outcome(elsewhere.encrypt({ KeyId, Plaintext: plaintext, GrantTokens }))).toMatch(
      invalid,
    );
    expect(await outcome(elsewhere.retireGrant({ GrantToken: scene.grantToken }))).toMatch(invalid);
    await scene.client.retireGrant({ GrantToken: scene.grantToken });
  });
});

describe('what cannot be a grant', () => {
  test.each([
    [
      { GranteePrincipal: undefined },
      'ValidationException: A grant must have a grantee principal.',
    ],
    [
      { GranteeServicePrincipal: 'rds.amazonaws.com' },
      'ValidationException: Specify either GranteePrincipal or GranteeServicePrincipal, not both.',
    ],
    [
      { RetiringPrincipal: grantee, RetiringServicePrincipal: 'rds.amazonaws.com' },
      'ValidationException: Specify either RetiringPrincipal or RetiringServicePrincipal, not both.',
    ],
    [{ Operations: [] }, 'ValidationException: A grant must have an operation.'],
    [
      { Operations: ['Encrypt', 'Sign', 'GetPublicKey'] },
      'ValidationException: Operations [Sign, GetPublicKey] are not supported when creating a grant for a symmetric ' +
        'KMS key with key usage ENCRYPT_DECRYPT. Valid operations are [Decrypt, Encrypt, GenerateDataKey, ' +
        'GenerateDataKeyWithoutPlaintext, GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext, ReEncryptFrom, ' +
        'ReEncryptTo, CreateGrant, RetireGrant, DescribeKey]',
    ],
    ...[
      `arn:aws:iam::${account}:group/admins`,
      'alice',
      `arn:aws:sts::${account}:assumed-role/path/role/session`,
    ].flatMap((arn) => [
      [{ GranteePrincipal: arn }, `InvalidArnException: ARN is not valid: ${arn}`] as const,
      [{ RetiringPrincipal: arn }, `InvalidArnException: ARN is not valid: ${arn}`] as const,
    ]),
    [
      {
        Constraints: {
          EncryptionContextEquals: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, ''])),
        },
      },
      'ValidationException: A grant constraint holds at most 8 encryption context pairs.',
    ],
    [
      { Constraints: { EncryptionContextSubset: { a: 'x'.repeat(385) } } },
      'ValidationException: A value in a grant constraint has at most 384 characters.',
    ],
  ] as const)('%o', async (more, expected) => {
    expect(await outcome(create(more as never))).toBe(expected);
    expect(await list()).toHaveLength(1);
  });

  test('a service as grantee needs a SourceArn and somebody who retires', async () => {
    const service = { GranteePrincipal: undefined, GranteeServicePrincipal: 'rds.amazonaws.com' };
    const SourceArn = `arn:aws:rds:${region}:${account}:db:one`;
    expect(await outcome(create(service))).toMatch(/must have a SourceArn constraint/);
    const constrained = { ...service, Constraints: { SourceArn } };
    expect(await outcome(create(constrained))).toMatch(/must have a retiring principal/);
    const { GrantId } = await create({
      ...constrained,
      RetiringServicePrincipal: 'rds.amazonaws.com',
    });
    expect(await find(GrantId)).toMatchObject({
      GranteeServicePrincipal: 'rds.amazonaws.com',
      RetiringServicePrincipal: 'rds.amazonaws.com',
      Constraints: { SourceArn },
    });
  });

  test('8 pairs and 384 characters can', async () => {
    const pairs = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [i, 'x'.repeat(384)]));
    expect(await outcome(create({ Constraints: { EncryptionContextEquals: pairs } }))).toBe('ok');
  });

  test('with strictPrincipals a user that nobody knows cannot', async () => {
    const engine = await openEngine();
    const KeyId = (await engine.createKey()).keyId;
    const strict = engine.client({}, true);
    const expected = `InvalidArnException: ARN does not refer to a valid principal: ${grantee}`;
    const input: CreateGrantInput = { KeyId, GranteePrincipal: grantee, Operations: ['Encrypt'] };
    expect(await outcome(strict.createGrant(input))).toBe(expected);
    const retiring = { ...input, GranteePrincipal: root, RetiringPrincipal: grantee };
    expect(await outcome(strict.createGrant(retiring))).toBe(expected);
    expect(await outcome(strict.createGrant({ ...input, GranteePrincipal: root }))).toBe('ok');
  });
});

test('50,000 grants are the most', async () => {
  const { engine, client, key, grantId } = scene;
  const { KeyId } = key;
  const full = async (grantCount: number) => engine.change(KeyId, { grantCount });
  await create({ Name: 'mine' });
  await full(50_000);
  expect(await outcome(create())).toBe(
    `LimitExceededException: ${key.Arn} has 50000 grants already`,
  );
  // A repetition makes none.
  expect(await outcome(create({ Name: 'mine' }))).toBe('ok');
  await client.revokeGrant({ KeyId, GrantId: grantId });
  expect(await outcome(create())).toBe('ok');
});

test('ListRetirableGrants wants exactly one principal, of the caller’s account', async () => {
  const { client, engine } = scene;
  const one = 'ValidationException: Specify exactly one retiring principal.';
  expect(await outcome(client.listRetirableGrants())).toBe(one);
  const both = { RetiringPrincipal: root, RetiringServicePrincipal: 'rds.amazonaws.com' };
  expect(await outcome(client.listRetirableGrants(both))).toBe(one);
  for (const RetiringPrincipal of [`arn:aws:iam::${otherAccount}:root`, otherAccount, 'alice'])
    expect(await outcome(client.listRetirableGrants({ RetiringPrincipal }))).toMatch(
      /^NotFoundException: Retiring principal .* could not be found$/,
    );
  expect(
    await outcome(client.listRetirableGrants({ RetiringServicePrincipal: 'rds.amazonaws.com' })),
  ).toBe('NotFoundException: Retiring principal rds.amazonaws.com could not be found');
  const principal = `arn:aws:iam::${account}:user/bob`;
  const bob = engine.client({ principal, identityPolicies: [allow('kms:ListGrants')] });
  expect(await outcome(bob.listRetirableGrants({ RetiringPrincipal: root }))).toMatch(
    /^AccessDenied/,
  );
});

test('ListRetirableGrants finds the grants of all keys and accounts of the Region', async () => {
  const { client, engine, key } = scene;
  const other = engine.client({ account: otherAccount });
  const theirs = (await other.createKey()).KeyMetadata;
  const elsewhere = engine.client({ region: 'us-east-1' });
  const far = (await elsewhere.createKey()).KeyMetadata;
  const Operations: GrantOperation[] = ['Decrypt'];
  const wanted = { GranteePrincipal: grantee, RetiringPrincipal: grantee, Operations };
  await client.createGrant({ KeyId: key.KeyId, ...wanted });
  await other.createGrant({ KeyId: theirs.KeyId, ...wanted });
  await elsewhere.createGrant({ KeyId: far.KeyId, ...wanted });
  const { Grants } = await client.listRetirableGrants({ RetiringPrincipal: grantee });
  expect(Grants.map(({ KeyId }) => KeyId).sort()).toEqual([key.Arn, theirs.Arn].sort());
  for (const RetiringPrincipal of [root, account])
    expect((await client.listRetirableGrants({ RetiringPrincipal })).Grants).toHaveLength(1);
});
