// The table of key states, row by row
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html), with the errors that AWS
// gives natively.

import { expect, test } from 'vitest';
import type { KeyState } from '../../lib/types.js';
import {
  makeScene,
  type OperationName,
  operationNames,
  outcome,
  requests,
} from './support/scene.js';

const states: readonly KeyState[] = ['Enabled', 'Disabled', 'PendingDeletion'];
const ok = () => 'ok';
const disabled = (arn: string) => `DisabledException: ${arn} is disabled.`;
const pending = (arn: string) => `KMSInvalidStateException: ${arn} is pending deletion.`;
const notPending = (arn: string) => `KMSInvalidStateException: ${arn} is not pending deletion.`;

type Row = readonly [
  enabled: (arn: string) => string,
  disabled: (arn: string) => string,
  pendingDeletion: (arn: string) => string,
];
const use: Row = [ok, disabled, pending];
const change: Row = [ok, ok, pending];
const any: Row = [ok, ok, ok];

const table: Record<OperationName, Row> = {
  CancelKeyDeletion: [notPending, notPending, ok],
  CreateAlias: change,
  CreateGrant: use,
  CreateKey: any,
  Decrypt: use,
  DeleteAlias: any,
  DescribeKey: any,
  DisableKey: change,
  DisableKeyRotation: use,
  EnableKey: change,
  EnableKeyRotation: use,
  Encrypt: use,
  GenerateDataKey: use,
  GenerateDataKeyWithoutPlaintext: use,
  GenerateRandom: any,
  GetKeyLastUsage: any,
  GetKeyPolicy: any,
  GetKeyRotationStatus: any,
  ListAliases: any,
  ListGrants: any,
  ListKeyPolicies: any,
  ListKeyRotations: any,
  ListKeys: any,
  ListResourceTags: any,
  ListRetirableGrants: any,
  PutKeyPolicy: any,
  ReEncrypt: use,
  RetireGrant: any,
  RevokeGrant: any,
  RotateKeyOnDemand: use,
  ScheduleKeyDeletion: change,
  TagResource: change,
  UntagResource: change,
  UpdateAlias: change,
  UpdateKeyDescription: change,
};

const cells = operationNames.flatMap((name) => states.map((state, i) => [name, state, i] as const));

test.each(cells)('traps 5 and 6: %s with a key that is %s', async (name, keyState, i) => {
  const scene = await makeScene();
  const { engine, client, key } = scene;
  await engine.change(key.KeyId, { keyState });
  const expected = table[name][i] as (arn: string) => string;
  expect(await outcome(client.call(name, requests[name](scene)))).toBe(expected(key.Arn));
});

test.each([
  ['Disabled', disabled],
  ['PendingDeletion', pending],
] as const)('trap 5: ReEncrypt to a key that is %s', async (keyState, expected) => {
  const scene = await makeScene();
  const { engine, client, second } = scene;
  await engine.change(second.KeyId, { keyState });
  const work = client.call('ReEncrypt', requests.ReEncrypt(scene));
  expect(await outcome(work)).toBe(expected(second.Arn));
});

test('an alias leaves a key that is pending deletion', async () => {
  const { engine, client, key, second, aliasName } = await makeScene();
  await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
  await client.updateAlias({ AliasName: aliasName, TargetKeyId: second.KeyId });
  expect((await client.describeKey({ KeyId: aliasName })).KeyMetadata.KeyId).toBe(second.KeyId);
});

test.each(['DisableKey', 'EnableKey'] as const)('%s is idempotent', async (name) => {
  const { client, key } = await makeScene();
  const { KeyId } = key;
  for (let i = 0; i < 2; i++) await client.call(name, { KeyId });
  const { KeyMetadata } = await client.describeKey({ KeyId });
  expect(KeyMetadata.Enabled).toBe(name === 'EnableKey');
});

test('a state that changes while a request is on its way counts', async () => {
  const { engine, client, key } = await makeScene();
  const { KeyId } = key;
  const works = Promise.all([
    engine.client().scheduleKeyDeletion({ KeyId }),
    outcome(client.tagResource({ KeyId, Tags: [{ TagKey: 'late', TagValue: '' }] })),
  ]);
  const [, tagging] = await works;
  const { Tags } = await client.listResourceTags({ KeyId });
  expect(Tags.some(({ TagKey }) => TagKey === 'late')).toBe(tagging === 'ok');
});
