// DryRun: would succeed → DryRunOperationException; would fail → the failure itself; nothing is done.

import { beforeEach, describe, expect, test } from 'vitest';
import type { DryRunModifierType } from '../../lib/enumerations.js';
import { account } from '../unit/engine_for_tests.js';
import {
  allow,
  makeScene,
  operationNames,
  outcome,
  plaintext,
  requests,
  type Scene,
} from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const wouldSucceed =
  'DryRunOperationException: The request would have succeeded, but the DryRun option is set.';
const dry = [
  'CreateGrant',
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncrypt',
  'RetireGrant',
  'RevokeGrant',
] as const;
type Dry = (typeof dry)[number];

const actions: Record<Dry, string> = {
  CreateGrant: 'kms:CreateGrant',
  Decrypt: 'kms:Decrypt',
  Encrypt: 'kms:Encrypt',
  GenerateDataKey: 'kms:GenerateDataKey',
  GenerateDataKeyWithoutPlaintext: 'kms:GenerateDataKeyWithoutPlaintext',
  ReEncrypt: 'kms:ReEncryptFrom',
  RetireGrant: 'kms:RetireGrant',
  RevokeGrant: 'kms:RevokeGrant',
};

const dryRun = (name: Dry, more: object = {}, client = scene.client) =>
  outcome(client.call(name, { ...requests[name](scene), DryRun: true, ...more }));

describe.each(dry)('%s', (name) => {
  test('would succeed, and does nothing', async () => {
    const { engine, client, key } = scene;
    const { KeyId } = key;
    const before = await engine.ground.range({ prefix: '' });
    const usage = await client.getKeyLastUsage({ KeyId });
    expect(await dryRun(name)).toBe(wouldSucceed);
    expect(await engine.ground.range({ prefix: '' })).toEqual(before);
    expect(await client.getKeyLastUsage({ KeyId })).toEqual(usage);
  });

  test('DryRun: false is none', async () => {
    expect(await dryRun(name, { DryRun: false })).toBe('ok');
  });

  test('fails where the permission fails', async () => {
    const principal = `arn:aws:iam::${account}:user/bob`;
    const bob = scene.engine.client({ principal, identityPolicies: [allow('kms:DescribeKey')] });
    expect(await dryRun(name, {}, bob)).toContain(
      `AccessDeniedException: User: ${principal} is not authorized to perform: ${actions[name]}`,
    );
  });

  test('fails where the shape fails', async () => {
    expect(await dryRun(name, { DryRun: 'yes' })).toBe(
      'SerializationException: STRING_VALUE can not be converted to a Boolean',
    );
  });
});

test.each(operationNames.filter((name) => !(dry as readonly string[]).includes(name)))(
  '%s has no DryRun: AWS ignores members that there are not',
  async (name) => {
    if (name === 'CancelKeyDeletion')
      await scene.engine.change(scene.key.KeyId, { keyState: 'PendingDeletion' });
    const work = scene.client.call(name, { ...requests[name](scene), DryRun: true });
    expect(await outcome(work)).toBe('ok');
  },
);

describe('fails as the request would fail', () => {
  test.each(['Decrypt', 'ReEncrypt'] as const)('%s: bad ciphertext and context', async (name) => {
    const context = name === 'Decrypt' ? 'EncryptionContext' : 'SourceEncryptionContext';
    expect(await dryRun(name, { [context]: { a: 'b' } })).toBe('InvalidCiphertextException: ');
    const CiphertextBlob = scene.blob.slice(0, -1);
    expect(await dryRun(name, { CiphertextBlob })).toBe('InvalidCiphertextException: ');
    const KeyId = scene.second.KeyId;
    const named = name === 'Decrypt' ? { KeyId } : { SourceKeyId: KeyId };
    expect(await dryRun(name, named)).toMatch(/^IncorrectKeyException: /);
  });

  test('the state of the key', async () => {
    await scene.client.disableKey({ KeyId: scene.key.KeyId });
    for (const name of ['Encrypt', 'Decrypt', 'ReEncrypt', 'CreateGrant'] as const)
      expect(await dryRun(name)).toBe(`DisabledException: ${scene.key.Arn} is disabled.`);
  });

  test('grants that cannot be, and that are not there', async () => {
    expect(await dryRun('CreateGrant', { Operations: ['Sign'] })).toMatch(/^ValidationException: /);
    const GrantId = 'ab'.repeat(32);
    const expected = `NotFoundException: Grant ID ${GrantId} not found`;
    expect(await dryRun('RevokeGrant', { GrantId })).toBe(expected);
    const byId = { GrantToken: undefined, KeyId: scene.key.Arn, GrantId };
    expect(await dryRun('RetireGrant', byId)).toBe(expected);
  });
});

describe('IGNORE_CIPHERTEXT', () => {
  const DryRunModifiers: DryRunModifierType[] = ['IGNORE_CIPHERTEXT'];
  const ignoring = { DryRun: true, DryRunModifiers };

  test('asks for the permission alone', async () => {
    const { client, key, second } = scene;
    const { KeyId } = key;
    expect(await outcome(client.decrypt({ ...ignoring, KeyId }))).toBe(wouldSucceed);
    const CiphertextBlob = Uint8Array.of(1);
    expect(await outcome(client.decrypt({ ...ignoring, KeyId, CiphertextBlob }))).toBe(
      wouldSucceed,
    );
    const reEncrypt = { ...ignoring, SourceKeyId: KeyId, DestinationKeyId: second.KeyId };
    expect(await outcome(client.reEncrypt(reEncrypt))).toBe(wouldSucceed);
    await client.disableKey({ KeyId });
    for (const work of [client.decrypt({ ...ignoring, KeyId }), client.reEncrypt(reEncrypt)])
      expect(await outcome(work)).toBe(`DisabledException: ${key.Arn} is disabled.`);
  });

  test('needs the key in the place of the ciphertext', async () => {
    const { client, second, blob } = scene;
    const missing = (member: string) =>
      `ValidationException: 1 validation error detected: Value null at '${member}' failed to satisfy ` +
      'constraint: Member must not be null';
    const DestinationKeyId = second.KeyId;
    expect(await outcome(client.decrypt({ ...ignoring, CiphertextBlob: blob }))).toBe(
      missing('keyId'),
    );
    expect(await outcome(client.reEncrypt({ ...ignoring, DestinationKeyId }))).toBe(
      missing('sourceKeyId'),
    );
    expect(await outcome(client.decrypt({}))).toBe(missing('ciphertextBlob'));
    expect(await outcome(client.decrypt({ DryRun: true }))).toBe(missing('ciphertextBlob'));
    expect(await outcome(client.reEncrypt({ DestinationKeyId }))).toBe(missing('ciphertextBlob'));
  });

  test('goes with DryRun only', async () => {
    const { client, key, blob } = scene;
    for (const DryRun of [undefined, false]) {
      const input = { KeyId: key.KeyId, CiphertextBlob: blob, DryRunModifiers, DryRun };
      expect(await outcome(client.decrypt(input))).toBe(
        'ValidationException: DryRunModifiers can only be used with DryRun.',
      );
    }
  });
});

test('a dry run gives no data key away', async () => {
  const { engine, client, key } = scene;
  const made: Uint8Array[] = [];
  const { hsm } = engine;
  const watched = new Proxy(hsm, {
    get: (target, name) =>
      name === 'kmsKeyGenerateDataKey'
        ? (...args: Parameters<typeof hsm.kmsKeyGenerateDataKey>) => {
            const bytes = hsm.kmsKeyGenerateDataKey(...args);
            made.push(bytes);
            return bytes;
          }
        : Reflect.get(target, name),
  });
  Object.assign(engine.engine, { hsm: watched });
  const input = { KeyId: key.KeyId, NumberOfBytes: 64, DryRun: true };
  expect(await outcome(client.generateDataKey(input))).toBe(wouldSucceed);
  expect(made).toEqual([new Uint8Array(64)]);
  await client.encrypt({ KeyId: key.KeyId, Plaintext: plaintext });
});
