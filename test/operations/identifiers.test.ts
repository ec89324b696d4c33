// How keys are named in requests, what answers call them, and what is said of names that lead
// nowhere.

import { beforeEach, describe, expect, test } from 'vitest';
import { account, region } from '../unit/engine_for_tests.js';
import {
  allowAll,
  makeScene,
  type OperationName,
  operationNames,
  otherAccount,
  outcome,
  requests,
  type Scene,
} from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

/** The member by which an operation names its key, and whether it takes aliases. */
const keyMembers: Partial<Record<OperationName, readonly [member: string, aliases: boolean]>> = {
  CancelKeyDeletion: ['KeyId', false],
  CreateAlias: ['TargetKeyId', false],
  CreateGrant: ['KeyId', false],
  Decrypt: ['KeyId', true],
  DescribeKey: ['KeyId', true],
  DisableKey: ['KeyId', false],
  DisableKeyRotation: ['KeyId', false],
  EnableKey: ['KeyId', false],
  EnableKeyRotation: ['KeyId', false],
  Encrypt: ['KeyId', true],
  GenerateDataKey: ['KeyId', true],
  GenerateDataKeyWithoutPlaintext: ['KeyId', true],
  GetKeyLastUsage: ['KeyId', false],
  GetKeyPolicy: ['KeyId', false],
  GetKeyRotationStatus: ['KeyId', false],
  ListAliases: ['KeyId', false],
  ListGrants: ['KeyId', false],
  ListKeyPolicies: ['KeyId', false],
  ListKeyRotations: ['KeyId', false],
  ListResourceTags: ['KeyId', false],
  PutKeyPolicy: ['KeyId', false],
  ReEncrypt: ['DestinationKeyId', true],
  RevokeGrant: ['KeyId', false],
  RotateKeyOnDemand: ['KeyId', false],
  ScheduleKeyDeletion: ['KeyId', false],
  TagResource: ['KeyId', false],
  UntagResource: ['KeyId', false],
  UpdateAlias: ['TargetKeyId', false],
  UpdateKeyDescription: ['KeyId', false],
};
const named = Object.entries(keyMembers).map(
  ([name, [member, aliases]]) => [name as OperationName, member, aliases] as const,
);

const absent = '0a1b2c3d-0000-4000-8000-000000000001';
const undashed = absent.replaceAll('-', '');
const notThere = (id: string) =>
  `NotFoundException: Key 'arn:aws:kms:${region}:${account}:key/${id}' does not exist`;
const resolutionErrors: readonly [keyId: string, expected: string][] = [
  [absent, notThere(absent)],
  [`arn:aws:kms:${region}:${account}:key/${absent}`, notThere(absent)],
  [`mrk-${undashed}`, notThere(`mrk-${undashed}`)],
  [undashed, `NotFoundException: Invalid keyId '${undashed}'`],
  [`mrk-${absent}`, `NotFoundException: Invalid keyId 'mrk-${absent}'`],
  ['mrk-fake', "NotFoundException: Invalid keyId 'mrk-fake'"],
  [`arn:aws:kms:${region}:${account}:key/fake`, "NotFoundException: Invalid keyId 'fake'"],
  [`arn:aws:kms:us-west-2:${account}:key/${absent}`, 'NotFoundException: Invalid arn us-west-2'],
  [
    `arn:aws:kms:us-west-2:${otherAccount}:key/${absent}`,
    'NotFoundException: Invalid arn us-west-2',
  ],
];
const noAliases = 'InvalidArnException: Key Aliases are not supported for this operation.';

describe.each(named)('%s', (name, member, aliases) => {
  const ask = (keyId: string, client = scene.client) =>
    outcome(client.call(name, { ...requests[name](scene), [member]: keyId }));

  test('traps 13 and 24: names that lead nowhere', async () => {
    for (const [keyId, expected] of resolutionErrors) expect(await ask(keyId)).toBe(expected);
  });

  test('takes a key id and a key ARN', async () => {
    const { key, engine } = scene;
    for (const keyId of [key.KeyId, key.Arn]) {
      if (name === 'CancelKeyDeletion')
        await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
      if (name === 'RevokeGrant' || name === 'CreateAlias' || name === 'ScheduleKeyDeletion') {
        scene = await makeScene();
        expect(await ask(keyId === key.Arn ? scene.key.Arn : scene.key.KeyId)).toBe('ok');
      } else expect(await ask(keyId)).toBe('ok');
    }
  });

  test(aliases ? 'takes aliases' : 'takes no alias, known or not', async () => {
    const arn = `arn:aws:kms:${region}:${account}:`;
    for (const alias of [scene.aliasName, `${arn}${scene.aliasName}`])
      expect(await ask(alias)).toBe(aliases ? 'ok' : noAliases);
    for (const alias of ['alias/none', `${arn}alias/none`])
      expect(await ask(alias)).toBe(
        aliases ? `NotFoundException: Alias ${arn}alias/none is not found.` : noAliases,
      );
  });

  test("tells nobody whether another account's key exists", async () => {
    const principal = `arn:aws:iam::${otherAccount}:user/mallory`;
    const { engine, key } = scene;
    const absentArn = key.Arn.replace(key.KeyId, absent);
    const names = [absentArn, key.Arn];
    if (aliases)
      names.push(
        `arn:aws:kms:${region}:${account}:alias/none`,
        `arn:aws:kms:${region}:${account}:${scene.aliasName}`,
      );
    // Once with its own names, and once with those of the account that it means.
    for (const more of [{}, { account }]) {
      const mallory = engine.client({ principal, identityPolicies: [allowAll], ...more });
      const answers = new Set<string>();
      for (const keyId of names) answers.add(await ask(keyId, mallory));
      expect([...answers]).toEqual([
        expect.stringMatching(/^AccessDeniedException: User: .*mallory/),
      ]);
      expect([...answers][0]).not.toContain(key.KeyId);
    }
  });
});

test('the table of members is whole', () => {
  const nameless: OperationName[] = [
    'CreateKey',
    'DeleteAlias',
    'GenerateRandom',
    'ListKeys',
    'ListRetirableGrants',
    'RetireGrant',
  ];
  expect([...named.map(([name]) => name), ...nameless].sort()).toEqual([...operationNames].sort());
});

test('ListAliases and DeleteAlias tell nobody of the aliases of another account', async () => {
  const principal = `arn:aws:iam::${otherAccount}:user/mallory`;
  const mallory = scene.engine.client({ principal, account, identityPolicies: [allowAll] });
  const answers = new Set<string>();
  for (const AliasName of [scene.aliasName, 'alias/nonesuch'])
    answers.add((await outcome(mallory.deleteAlias({ AliasName }))).replace(AliasName, ''));
  expect([...answers]).toEqual([expect.stringMatching(/^AccessDeniedException/)]);
  expect(await outcome(mallory.listAliases())).toMatch(/^AccessDeniedException/);
});

describe('answers', () => {
  const told: OperationName[] = [
    'Encrypt',
    'Decrypt',
    'GenerateDataKey',
    'GenerateDataKeyWithoutPlaintext',
    'GetKeyLastUsage',
    'GetKeyRotationStatus',
    'RotateKeyOnDemand',
    'ScheduleKeyDeletion',
    'CancelKeyDeletion',
  ];
  test.each(told)('trap 24: %s tells the key ARN', async (name) => {
    const { client, engine, key } = scene;
    if (name === 'CancelKeyDeletion')
      await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
    expect(await client.call(name, requests[name](scene))).toMatchObject({ KeyId: key.Arn });
  });

  test('trap 24: by an alias too, and algorithms and materials always', async () => {
    const { client, key, aliasName, blob } = scene;
    const input = { KeyId: aliasName, Plaintext: blob };
    const encrypted = await client.encrypt(input);
    expect(encrypted).toEqual({
      $metadata: expect.anything(),
      CiphertextBlob: expect.any(Uint8Array),
      KeyId: key.Arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    });
    expect(
      await client.decrypt({ CiphertextBlob: encrypted.CiphertextBlob, KeyId: aliasName }),
    ).toEqual({
      $metadata: expect.anything(),
      KeyId: key.Arn,
      Plaintext: blob,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: key.CurrentKeyMaterialId,
    });
  });

  test.each(operationNames)('%s: every answer has $metadata', async (name) => {
    const { client, engine, key } = scene;
    if (name === 'CancelKeyDeletion')
      await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
    expect(await client.call(name, requests[name](scene))).toHaveProperty(
      '$metadata.httpStatusCode',
      200,
    );
  });
});
