// Which key decrypts, and the same for the source of ReEncrypt.

import { beforeEach, describe, expect, test } from 'vitest';
import type { EncryptionAlgorithmSpec } from '../../lib/enumerations.js';
import type { KmsClient } from '../../lib/kms_client.js';
import { account, region, startMs } from '../unit/engine_for_tests.js';
import {
  allow,
  allowAll,
  keyPolicy,
  makeScene,
  otherAccount,
  outcome,
  type Scene,
} from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const incorrectKey =
  'IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.';
const invalidCiphertext = 'InvalidCiphertextException: ';
const stranger = `arn:aws:iam::${otherAccount}:user/mallory`;
const unseen = (who: string, action: string) =>
  `AccessDeniedException: User: ${who} is not authorized to perform: ${action} on the resource ` +
  'associated with this ciphertext because the resource does not exist in this Region, no resource-based ' +
  'policies allow access, or a resource-based policy explicitly denies access';

interface Asked {
  readonly blob: Uint8Array;
  readonly keyId?: string;
  readonly algorithm?: EncryptionAlgorithmSpec | undefined;
}
const ways: readonly [string, string, (client: KmsClient, asked: Asked) => Promise<unknown>][] = [
  [
    'Decrypt',
    'kms:Decrypt',
    (client, { blob, keyId, algorithm }) =>
      client.decrypt({ CiphertextBlob: blob, KeyId: keyId, EncryptionAlgorithm: algorithm }),
  ],
  [
    'ReEncrypt',
    'kms:ReEncryptFrom',
    (client, { blob, keyId, algorithm }) =>
      client.reEncrypt({
        CiphertextBlob: blob,
        SourceKeyId: keyId,
        SourceEncryptionAlgorithm: algorithm,
        DestinationKeyId: scene.second.Arn,
      }),
  ],
];

describe.each(ways)('%s', (_name, action, run) => {
  const ask = (asked: Partial<Asked>, client = scene.client) =>
    outcome(run(client, { blob: scene.blob, ...asked }));

  test('traps 3 and 4: finds the key in the blob, or takes it by any of its names', async () => {
    const { key, aliasName } = scene;
    const aliasArn = `arn:aws:kms:${region}:${account}:${aliasName}`;
    expect(await ask({})).toBe('ok');
    for (const keyId of [key.KeyId, key.Arn, aliasName, aliasArn]) {
      expect(await ask({ keyId })).toBe('ok');
      expect(await ask({ keyId, algorithm: 'SYMMETRIC_DEFAULT' })).toBe('ok');
    }
  });

  test('traps 3 and 4: another key is the incorrect one', async () => {
    const { second } = scene;
    for (const keyId of [second.KeyId, second.Arn]) expect(await ask({ keyId })).toBe(incorrectKey);
  });

  test('a key that is not there is not found', async () => {
    const absent = '0a1b2c3d-0000-4000-8000-000000000001';
    expect(await ask({ keyId: absent })).toBe(
      `NotFoundException: Key 'arn:aws:kms:${region}:${account}:key/${absent}' does not exist`,
    );
    const elsewhere = scene.key.Arn.replace(region, 'us-west-2');
    expect(await ask({ keyId: elsewhere })).toBe('NotFoundException: Invalid arn us-west-2');
  });

  test('trap 10: an asymmetric algorithm needs a key, and one of its kind', async () => {
    for (const algorithm of ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'] as const) {
      expect(await ask({ algorithm })).toBe('ValidationException: KeyId must not be null');
      expect(await ask({ algorithm, keyId: scene.key.KeyId })).toBe(
        `InvalidKeyUsageException: Algorithm ${algorithm} is incompatible with key spec SYMMETRIC_DEFAULT.`,
      );
    }
  });

  test('a corrupted, truncated or foreign blob is refused without a word', async () => {
    const { blob, key } = scene;
    const corrupted = blob.slice();
    corrupted[blob.length - 1] = (corrupted[blob.length - 1] as number) ^ 1;
    const foreign = [corrupted, blob.slice(0, 100), new Uint8Array(256), Uint8Array.of(1)];
    for (const bytes of foreign) {
      expect(await ask({ blob: bytes })).toBe(invalidCiphertext);
      expect(await ask({ blob: bytes, keyId: key.KeyId })).toBe(invalidCiphertext);
    }
  });

  test('a deleted key, and one of another Region, are such as the caller cannot see', async () => {
    const { engine, client, key } = scene;
    const root = `arn:aws:iam::${account}:root`;
    const elsewhere = engine.client({ region: 'us-east-1' });
    const expected = unseen(root, action);
    expect(await outcome(run(elsewhere, { blob: scene.blob }))).toBe(expected);
    await client.scheduleKeyDeletion({ KeyId: key.KeyId, PendingWindowInDays: 7 });
    engine.clock.nowMs = startMs + 7 * 86_400_000;
    expect(await ask({})).toBe(expected);
  });

  test('a key of another account is found by the blob when the caller may', async () => {
    const { engine, client, key, second } = scene;
    const friend = engine.client({ principal: stranger, identityPolicies: [allowAll] });
    const noPolicy = engine.client({ principal: stranger });
    const expected = unseen(stranger, action);
    expect(await ask({}, friend)).toBe(expected);
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: otherAccount },
      Action: ['kms:Decrypt', 'kms:ReEncrypt*'],
      Resource: '*',
    };
    for (const { KeyId } of [key, second])
      await client.putKeyPolicy({ KeyId, Policy: keyPolicy(statement) });
    expect(await ask({}, friend)).toBe('ok');
    expect(await ask({ keyId: key.Arn }, friend)).toBe('ok');
    expect(await ask({}, noPolicy)).toBe(expected);
    await client.disableKey({ KeyId: key.KeyId });
    expect(await ask({}, friend)).toBe(`DisabledException: ${key.Arn} is disabled.`);
    expect(await ask({}, noPolicy)).toBe(expected);
  });

  test('a caller of the same account is told which permission it lacks', async () => {
    const principal = `arn:aws:iam::${account}:user/alice`;
    const alice = scene.engine.client({ principal, identityPolicies: [allow('kms:Encrypt')] });
    // Alice has a grant for Decrypt.
    await scene.client.revokeGrant({ KeyId: scene.key.KeyId, GrantId: scene.grantId });
    expect(await ask({}, alice)).toBe(
      `AccessDeniedException: User: ${principal} is not authorized to perform: ${action} on resource: ` +
        `${scene.key.Arn} because no identity-based policy allows the ${action} action`,
    );
  });
});

describe('ReEncrypt', () => {
  test('tells of both keys and of both materials', async () => {
    const { client, key, second, blob } = scene;
    const output = await client.reEncrypt({ CiphertextBlob: blob, DestinationKeyId: second.Arn });
    expect(output).toEqual({
      $metadata: expect.anything(),
      CiphertextBlob: expect.any(Uint8Array),
      SourceKeyId: key.Arn,
      KeyId: second.Arn,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      SourceKeyMaterialId: key.CurrentKeyMaterialId,
      DestinationKeyMaterialId: second.CurrentKeyMaterialId,
    });
    const { Plaintext, KeyId } = await client.decrypt({ CiphertextBlob: output.CiphertextBlob });
    expect([Buffer.from(Plaintext).toString(), KeyId]).toEqual(['find all the doggos', second.Arn]);
  });

  test('changes the context under the same key', async () => {
    const { client, key, blob } = scene;
    const { CiphertextBlob } = await client.reEncrypt({
      CiphertextBlob: blob,
      DestinationKeyId: key.KeyId,
      DestinationEncryptionContext: { a: 'b' },
    });
    expect(await outcome(client.decrypt({ CiphertextBlob }))).toBe(invalidCiphertext);
    await client.decrypt({ CiphertextBlob, EncryptionContext: { a: 'b' } });
    const wrong = { CiphertextBlob, DestinationKeyId: key.KeyId };
    expect(await outcome(client.reEncrypt(wrong))).toBe(invalidCiphertext);
    const SourceEncryptionContext = { a: 'b' };
    await client.reEncrypt({ ...wrong, SourceEncryptionContext });
  });

  test('refuses an asymmetric algorithm for the destination', async () => {
    const { client, key, blob } = scene;
    const input = {
      CiphertextBlob: blob,
      DestinationKeyId: key.KeyId,
      DestinationEncryptionAlgorithm: 'SM2PKE' as const,
    };
    expect(await outcome(client.reEncrypt(input))).toBe(
      'InvalidKeyUsageException: Algorithm SM2PKE is incompatible with key spec SYMMETRIC_DEFAULT.',
    );
  });

  test.each([
    [['kms:ReEncryptFrom'], 'kms:ReEncryptTo'],
    [['kms:ReEncryptTo'], 'kms:ReEncryptFrom'],
    [['kms:Decrypt', 'kms:Encrypt'], 'kms:ReEncryptFrom'],
  ])('needs both permissions: with %o it lacks %s', async (actions, lacking) => {
    const { engine, key, second, blob } = scene;
    const principal = `arn:aws:iam::${account}:user/bob`;
    const bob = engine.client({ principal, identityPolicies: [allow(...actions)] });
    const work = bob.reEncrypt({ CiphertextBlob: blob, DestinationKeyId: second.KeyId });
    const arn = lacking === 'kms:ReEncryptTo' ? second.Arn : key.Arn;
    expect(await outcome(work)).toContain(
      `not authorized to perform: ${lacking} on resource: ${arn}`,
    );
  });
});
