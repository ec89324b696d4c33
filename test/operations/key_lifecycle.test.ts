// CreateKey, DescribeKey, UpdateKeyDescription, deletion windows, GetKeyLastUsage.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { KmsClient } from '../../lib/kms_client.js';
import type { CreateKeyInput } from '../../lib/types.js';
import { account, startMs } from '../unit/engine_for_tests.js';
import { allow, keyPolicy, makeScene, outcome, plaintext, type Scene } from './support/scene.js';

const dayMs = 86_400_000;
let scene: Scene;
let KeyId: string;
beforeEach(async () => {
  scene = await makeScene();
  KeyId = scene.key.KeyId;
});

const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;

describe('CreateKey', () => {
  test('gives the creator nothing: only the policy counts', async () => {
    const { engine, client } = scene;
    const creator = engine.client({
      principal: user('bob'),
      identityPolicies: [allow('kms:CreateKey', 'kms:PutKeyPolicy')],
    });
    const { KeyMetadata } = await creator.createKey();
    expect(await outcome(creator.describeKey({ KeyId: KeyMetadata.KeyId }))).toMatch(
      /^AccessDenied/,
    );
    await client.describeKey({ KeyId: KeyMetadata.KeyId });
  });

  test('needs its permission, for no resource but *', async () => {
    const { engine } = scene;
    const bob = (Resource: string) =>
      engine.client({
        principal: user('bob'),
        identityPolicies: [
          { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource }] },
        ],
      });
    expect(await outcome(bob('arn:aws:kms:*:*:key/*').createKey())).toMatch(
      /not authorized to perform: kms:CreateKey/,
    );
    expect(await outcome(bob('*').createKey())).toBe('ok');
  });

  test('is not idempotent, and takes the deprecated name of KeySpec', async () => {
    const { client } = scene;
    const input: CreateKeyInput & { MultiRegion: false } = {
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
      MultiRegion: false,
    };
    const ids = [await client.createKey(input), await client.createKey(input)].map(
      (made) => made.KeyMetadata.KeyId,
    );
    expect(new Set(ids).size).toBe(2);
  });

  test('never makes a key in the place of another', async () => {
    const { client, engine, key } = scene;
    const bytes = Uint8Array.from(Buffer.from(KeyId.replaceAll('-', ''), 'hex'));
    vi.spyOn(engine.hsm, 'randomNonce').mockReturnValueOnce(bytes);
    expect(await outcome(client.createKey())).toBe('KMSInternalException: the new key id is taken');
    expect((await client.describeKey({ KeyId })).KeyMetadata).toEqual(key);
  });

  test('stores the policy that is given', async () => {
    const { client } = scene;
    const Policy = keyPolicy({
      Effect: 'Allow',
      Principal: { AWS: user('bob') },
      Action: 'kms:Encrypt',
      Resource: '*',
    });
    const { KeyMetadata } = await client.createKey({ Policy });
    const stored = await client.getKeyPolicy({ KeyId: KeyMetadata.KeyId });
    expect(JSON.parse(stored.Policy)).toEqual(JSON.parse(Policy));
  });

  test('is asked by conditions what it makes', async () => {
    const { engine } = scene;
    const seen = {
      'kms:KeySpec': 'SYMMETRIC_DEFAULT',
      'kms:KeyUsage': 'ENCRYPT_DECRYPT',
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:CustomerMasterKeySpec': 'SYMMETRIC_DEFAULT',
      'kms:CustomerMasterKeyUsage': 'ENCRYPT_DECRYPT',
      'kms:MultiRegion': 'false',
      'kms:CallerAccount': account,
      'aws:RequestTag/team': 'blue',
    };
    for (const [name, value] of Object.entries(seen)) {
      const bob = (wanted: string) => {
        const Statement = [
          {
            Effect: 'Allow',
            Action: 'kms:*',
            Resource: '*',
            Condition: { StringEquals: { [name]: wanted } },
          },
          { Effect: 'Allow', Action: 'kms:PutKeyPolicy', Resource: '*' },
        ];
        return engine.client({
          principal: user('bob'),
          identityPolicies: [{ Version: '2012-10-17', Statement }],
        });
      };
      const Tags = [{ TagKey: 'team', TagValue: 'blue' }];
      expect(await outcome(bob(value).createKey({ Tags }))).toBe('ok');
      expect(await outcome(bob(`${value}s`).createKey({ Tags }))).toMatch(/kms:CreateKey/);
    }
  });
});

test('UpdateKeyDescription takes 0 to 8192 characters', async () => {
  const { client } = scene;
  for (const Description of ['mine', 'ä\n😀', 'x'.repeat(8192), '']) {
    await client.updateKeyDescription({ KeyId, Description });
    expect((await client.describeKey({ KeyId })).KeyMetadata.Description).toBe(Description);
  }
});

describe('deletion', () => {
  test.each([
    [undefined, 30],
    [7, 7],
    [30, 30],
  ])('after %s days is after %d', async (PendingWindowInDays, days) => {
    const { client, engine, key } = scene;
    const due = new Date(startMs + days * dayMs);
    expect(await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays })).toEqual({
      $metadata: expect.anything(),
      KeyId: key.Arn,
      DeletionDate: due,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: days,
    });
    expect((await client.describeKey({ KeyId })).KeyMetadata).toEqual({
      ...key,
      Enabled: false,
      KeyState: 'PendingDeletion',
      DeletionDate: due,
    });
    engine.clock.nowMs = due.getTime() - 1;
    await client.describeKey({ KeyId });
    engine.clock.nowMs = due.getTime();
    // Also before anybody swept it up.
    expect(await outcome(client.describeKey({ KeyId }))).toBe(
      `NotFoundException: Key '${key.Arn}' does not exist`,
    );
    expect((await client.listKeys()).Keys.map((listed) => listed.KeyId)).toEqual([
      scene.second.KeyId,
    ]);
    expect(await outcome(client.cancelKeyDeletion({ KeyId }))).toMatch(/^NotFoundException/);
  });

  test('is taken back into Disabled, without a date', async () => {
    const { client, key } = scene;
    await client.scheduleKeyDeletion({ KeyId });
    expect(await client.cancelKeyDeletion({ KeyId })).toEqual({
      $metadata: expect.anything(),
      KeyId: key.Arn,
    });
    const { KeyMetadata } = await client.describeKey({ KeyId });
    expect(KeyMetadata).toEqual({ ...key, Enabled: false, KeyState: 'Disabled' });
    await client.enableKey({ KeyId });
    await client.decrypt({ CiphertextBlob: scene.blob });
  });

  test('kms:ScheduleKeyDeletionPendingWindowInDays and kms:TrailingDaysWithoutKeyUsage', async () => {
    const { engine, client } = scene;
    const bob = (Condition: object) => {
      const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition }];
      return engine.client({
        principal: user('bob'),
        identityPolicies: [{ Version: '2012-10-17', Statement }],
      });
    };
    const window = { NumericGreaterThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '14' } };
    expect(
      await outcome(bob(window).scheduleKeyDeletion({ KeyId, PendingWindowInDays: 14 })),
    ).toMatch(/^Access/);
    expect(await outcome(bob(window).scheduleKeyDeletion({ KeyId }))).toBe('ok');
    await client.cancelKeyDeletion({ KeyId });
    await client.enableKey({ KeyId });
    const unused = { NumericGreaterThanEquals: { 'kms:TrailingDaysWithoutKeyUsage': '90' } };
    // Used after a hundred days.
    engine.clock.nowMs = startMs + 100 * dayMs;
    await client.encrypt({ KeyId, Plaintext: plaintext });
    for (const name of ['DisableKey', 'ScheduleKeyDeletion']) {
      engine.clock.nowMs = startMs + 190 * dayMs - 1;
      expect(await outcome(bob(unused).call(name, { KeyId }))).toMatch(/^AccessDenied/);
      engine.clock.nowMs = startMs + 190 * dayMs;
      expect(await outcome(bob(unused).call(name, { KeyId }))).toBe('ok');
    }
    // A key that was never used counts from its making.
    const { second } = scene;
    expect(await outcome(bob(unused).disableKey({ KeyId: second.KeyId }))).toBe('ok');
  });
});

describe('GetKeyLastUsage', () => {
  const last = async (id = KeyId) =>
    (await scene.client.getKeyLastUsage({ KeyId: id })).KeyLastUsage;

  test('is empty until the key is used, and says since when', async () => {
    const { client, second } = scene;
    expect(await client.getKeyLastUsage({ KeyId: second.KeyId })).toEqual({
      $metadata: expect.anything(),
      KeyId: second.Arn,
      KeyLastUsage: {},
      TrackingStartDate: new Date(startMs),
      KeyCreationDate: new Date(startMs),
    });
  });

  const uses: readonly [string, (client: KmsClient) => Promise<unknown>][] = [
    ['Encrypt', (client) => client.encrypt({ KeyId, Plaintext: plaintext })],
    ['Decrypt', (client) => client.decrypt({ CiphertextBlob: scene.blob })],
    ['GenerateDataKey', (client) => client.generateDataKey({ KeyId, KeySpec: 'AES_128' })],
    [
      'GenerateDataKeyWithoutPlaintext',
      (client) => client.generateDataKeyWithoutPlaintext({ KeyId, NumberOfBytes: 1 }),
    ],
    ['GenerateDataKey', (client) => client.newDataKey({ keyId: KeyId })],
    ['GenerateDataKey', (client) => client.newDataKeys({ keyId: KeyId, count: 2 })],
    [
      'Decrypt',
      async (client) => {
        const { encryptedDataKey } = await client.newDataKey({ keyId: KeyId });
        return client.openDataKey({ encryptedDataKey });
      },
    ],
    [
      'ReEncrypt',
      (client) =>
        client.reEncrypt({ CiphertextBlob: scene.blob, DestinationKeyId: scene.second.KeyId }),
    ],
  ];
  test.each(uses)('tells of %s', async (Operation, use) => {
    scene.engine.clock.nowMs = startMs + 1000;
    await use(scene.client);
    const expected = { Operation, Timestamp: new Date(startMs + 1000) };
    expect(await last()).toEqual(expected);
    if (Operation === 'ReEncrypt') expect(await last(scene.second.KeyId)).toEqual(expected);
    // It outlives the process, once it was written.
    await scene.engine.engine.usage.flush();
    expect(await last()).toEqual(expected);
  });

  test('tells nothing of what failed, nor of what is no use', async () => {
    const { client, second } = scene;
    const id = second.KeyId;
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: plaintext });
    const works = [
      client.decrypt({ CiphertextBlob, KeyId: id }),
      client.encrypt({ KeyId: id, Plaintext: plaintext, DryRun: true }),
      client.openDataKeys([{ encryptedDataKey: CiphertextBlob, keyId: id }]),
      client.reEncrypts([
        { ciphertextBlob: CiphertextBlob, sourceKeyId: id, destinationKeyId: id },
      ]),
      client.describeKey({ KeyId: id }),
      client.getKeyPolicy({ KeyId: id }),
    ];
    await Promise.allSettled(works);
    expect(await last(id)).toEqual({});
  });
});
