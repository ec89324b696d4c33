// Rotation of key material, by itself and on demand.

import { beforeEach, describe, expect, test } from 'vitest';
import { account, startMs } from '../unit/engine_for_tests.js';
import { allow, makeScene, outcome, plaintext, type Scene } from './support/scene.js';

const dayMs = 86_400_000;
let scene: Scene;
let KeyId: string;
beforeEach(async () => {
  scene = await makeScene();
  KeyId = scene.key.KeyId;
});

const status = async () => {
  const { $metadata: _, ...rest } = await scene.client.getKeyRotationStatus({ KeyId });
  return rest;
};
const rotations = async (more: object = {}) =>
  (await scene.client.listKeyRotations({ KeyId, ...more })).Rotations;
const at = (days: number) => new Date(startMs + days * dayMs);
const wait = (days: number) => {
  scene.engine.clock.nowMs = startMs + days * dayMs;
};
const runDue = () => scene.engine.upkeep.runDue();
const off = () => ({ KeyRotationEnabled: false, KeyId: scene.key.Arn });
const on = (RotationPeriodInDays: number, next: number) => ({
  KeyRotationEnabled: true,
  KeyId: scene.key.Arn,
  RotationPeriodInDays,
  NextRotationDate: at(next),
});

describe('trap 22: the schedule', () => {
  test('is off at first, and 365 days when it is not said', async () => {
    const { client } = scene;
    expect(await status()).toEqual(off());
    await client.enableKeyRotation({ KeyId });
    expect(await status()).toEqual(on(365, 365));
    await client.disableKeyRotation({ KeyId });
    expect(await status()).toEqual(off());
  });

  test('starts anew with another period, and with no other', async () => {
    const { client } = scene;
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    wait(10);
    await client.enableKeyRotation({ KeyId });
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    expect(await status()).toEqual(on(90, 90));
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 2560 });
    expect(await status()).toEqual(on(2560, 2570));
  });

  test('enabled again without a period is 365 days, whatever it was', async () => {
    const { client } = scene;
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 100 });
    await client.disableKeyRotation({ KeyId });
    await client.enableKeyRotation({ KeyId });
    expect(await status()).toEqual(on(365, 365));
  });

  test('is kept by a disabled key, which is not rotated; once enabled, at once when overdue', async () => {
    const { client } = scene;
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    await client.disableKey({ KeyId });
    wait(100);
    expect(await runDue()).toMatchObject({ keysRotated: 0 });
    expect(await status()).toEqual(on(90, 90));
    await client.enableKey({ KeyId });
    expect(await runDue()).toMatchObject({ keysRotated: 1 });
    expect(await status()).toEqual(on(90, 190));
  });

  test('is hidden while deletion is pending, and comes back', async () => {
    const { client } = scene;
    await client.enableKeyRotation({ KeyId });
    await client.scheduleKeyDeletion({ KeyId });
    expect(await status()).toEqual(off());
    await client.cancelKeyDeletion({ KeyId });
    expect(await status()).toEqual(on(365, 365));
  });

  test('kms:RotationPeriodInDays is 365 when it is not said', async () => {
    const principal = `arn:aws:iam::${account}:user/bob`;
    const bobWith = (period: string) => {
      const Condition = { NumericEquals: { 'kms:RotationPeriodInDays': period } };
      const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition }];
      return scene.engine.client({
        principal,
        identityPolicies: [{ Version: '2012-10-17', Statement }],
      });
    };
    expect(await outcome(bobWith('180').enableKeyRotation({ KeyId }))).toMatch(/^AccessDenied/);
    expect(await outcome(bobWith('365').enableKeyRotation({ KeyId }))).toBe('ok');
    const RotationPeriodInDays = 180;
    expect(await outcome(bobWith('180').enableKeyRotation({ KeyId, RotationPeriodInDays }))).toBe(
      'ok',
    );
  });
});

describe('trap 22: automatic rotation', () => {
  test('makes new material each time, and old ciphertext opens', async () => {
    const { client, key } = scene;
    const blobs = [await client.encrypt({ KeyId, Plaintext: plaintext })];
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    for (const days of [90, 180]) {
      wait(days);
      expect(await runDue()).toMatchObject({ keysRotated: 1 });
      blobs.push(await client.encrypt({ KeyId, Plaintext: plaintext }));
    }
    const materials: string[] = [];
    for (const { CiphertextBlob } of blobs) {
      const { KeyMaterialId, Plaintext } = await client.decrypt({ CiphertextBlob });
      expect(Plaintext).toEqual(plaintext);
      materials.push(KeyMaterialId);
    }
    expect(new Set(materials).size).toBe(3);
    expect(materials[0]).toBe(key.CurrentKeyMaterialId);
    const { KeyMetadata } = await client.describeKey({ KeyId });
    expect(KeyMetadata).toEqual({ ...key, CurrentKeyMaterialId: materials[2] });
    const rotation = { KeyId: key.Arn, RotationType: 'AUTOMATIC' };
    const [first, second, third] = materials;
    const made = [
      { ...rotation, KeyMaterialId: second, KeyMaterialState: 'NON_CURRENT', RotationDate: at(90) },
      { ...rotation, KeyMaterialId: third, KeyMaterialState: 'CURRENT', RotationDate: at(180) },
    ];
    expect(await rotations()).toEqual(made);
    expect(await rotations({ IncludeKeyMaterial: 'ROTATIONS_ONLY' })).toEqual(made);
    expect(await rotations({ IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })).toEqual([
      { KeyId: key.Arn, KeyMaterialId: first, KeyMaterialState: 'NON_CURRENT' },
      ...made,
    ]);
  });

  test('is listed for disabled keys and for those pending deletion', async () => {
    const { client } = scene;
    await client.rotateKeyOnDemand({ KeyId });
    await runDue();
    for (const change of [client.disableKey({ KeyId }), client.scheduleKeyDeletion({ KeyId })]) {
      await change;
      expect(await rotations()).toHaveLength(1);
    }
  });
});

describe('trap 22: rotation on demand', () => {
  test('is done later, shows meanwhile, and repeating it is nothing', async () => {
    const { client, key } = scene;
    await client.enableKeyRotation({ KeyId });
    wait(1);
    // In memory nothing takes a turn of the event loop, so that nothing is done in between.
    expect(await client.rotateKeyOnDemand({ KeyId })).toMatchObject({ KeyId: key.Arn });
    await client.rotateKeyOnDemand({ KeyId });
    expect(await status()).toEqual({ ...on(365, 365), OnDemandRotationStartDate: at(1) });
    await runDue();
    expect(await status()).toEqual(on(365, 365));
    expect((await rotations()).at(-1)).toMatchObject({
      RotationType: 'ON_DEMAND',
      RotationDate: at(1),
    });
  });

  test.each(['disableKey', 'scheduleKeyDeletion'] as const)(
    'is finished even if then comes %s',
    async (change) => {
      const { client } = scene;
      await client.rotateKeyOnDemand({ KeyId });
      await client[change]({ KeyId });
      await runDue();
      expect(await rotations()).toMatchObject([{ RotationType: 'ON_DEMAND' }]);
      expect(await status()).not.toHaveProperty('OnDemandRotationStartDate');
    },
  );

  test('can be had 25 times', async () => {
    const { client, key } = scene;
    for (let i = 0; i < 25; i++) {
      await client.rotateKeyOnDemand({ KeyId });
      await runDue();
    }
    expect(await rotations()).toHaveLength(25);
    expect(await outcome(client.rotateKeyOnDemand({ KeyId }))).toBe(
      'LimitExceededException: The on-demand rotations limit has been reached for the given keyId. No more ' +
        `on-demand rotations can be performed for this key: ${key.Arn}`,
    );
    await client.decrypt({ CiphertextBlob: scene.blob });
  });

  test('conflicts with an automatic one for 20 minutes', async () => {
    const { client, engine, key } = scene;
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    wait(90);
    await runDue();
    const conflict = `ConflictException: ${key.Arn} was rotated automatically just now.`;
    engine.clock.nowMs += 20 * 60_000 - 1;
    expect(await outcome(client.rotateKeyOnDemand({ KeyId }))).toBe(conflict);
    engine.clock.nowMs += 1;
    expect(await outcome(client.rotateKeyOnDemand({ KeyId }))).toBe('ok');
  });
});

test('GetKeyRotationStatus works across accounts, the others do not', async () => {
  const { client, engine, key } = scene;
  const other = '444455556666';
  const friend = engine.client({ account: other, identityPolicies: [allow('kms:*')] });
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: [account, other] }, Action: 'kms:*', Resource: '*' },
  ];
  await client.putKeyPolicy({
    KeyId,
    Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  expect(await friend.getKeyRotationStatus({ KeyId: key.Arn })).toMatchObject(off());
  for (const name of [
    'EnableKeyRotation',
    'DisableKeyRotation',
    'RotateKeyOnDemand',
    'ListKeyRotations',
  ])
    expect(await outcome(friend.call(name, { KeyId: key.Arn }))).toMatch(/^AccessDenied/);
});
