// What others change while a request is on its way: a change is admitted to the key as it is stored at
// that moment, not as it was when the request came.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { KeyRecord } from '../../lib/keys/key_record.js';
import { account } from '../unit/engine_for_tests.js';
import { makeScene, type OperationName, outcome, requests, type Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

/** Changes the key after the request was admitted to it, and before its change is written. */
function meanwhile(changes: Partial<KeyRecord>): void {
  const { engine, key } = scene;
  const { registry } = engine;
  const change = registry.change.bind(registry);
  vi.spyOn(registry, 'change').mockImplementationOnce(async (...args) => {
    await engine.change(key.KeyId, changes);
    return change(...args);
  });
}
const ask = (name: OperationName) => outcome(scene.client.call(name, requests[name](scene)));
async function records(): Promise<string[]> {
  const entries = await scene.engine.ground.range({ prefix: '' });
  return entries.map(({ path }) => path).filter((path) => !path.startsWith('due/'));
}

const denyAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
    { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*' },
  ],
});
const changing: OperationName[] = [
  'CancelKeyDeletion',
  'CreateAlias',
  'CreateGrant',
  'DeleteAlias',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'PutKeyPolicy',
  'RetireGrant',
  'RevokeGrant',
  'RotateKeyOnDemand',
  'ScheduleKeyDeletion',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateKeyDescription',
];

describe('a policy that denies', () => {
  test.each(changing)('%s', async (name) => {
    const { engine, key } = scene;
    if (name === 'CancelKeyDeletion')
      await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
    const before = await records();
    meanwhile({ policy: denyAll });
    expect(await ask(name)).toMatch(
      /^AccessDeniedException: .*explicit deny in a resource-based policy$/,
    );
    expect(await records()).toEqual(before);
  });
});

describe('a deletion that is scheduled', () => {
  test.each(
    changing.filter(
      (name) => !/^(Cancel|DeleteAlias|PutKeyPolicy|RetireGrant|RevokeGrant)/.test(name),
    ),
  )('%s', async (name) => {
    const before = await records();
    meanwhile({ keyState: 'PendingDeletion' });
    expect(await ask(name)).toBe(`KMSInvalidStateException: ${scene.key.Arn} is pending deletion.`);
    expect(await records()).toEqual(before);
  });

  test('and taken back: CancelKeyDeletion', async () => {
    const { engine, key } = scene;
    await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
    meanwhile({ keyState: 'Disabled' });
    expect(await ask('CancelKeyDeletion')).toBe(
      `KMSInvalidStateException: ${key.Arn} is not pending deletion.`,
    );
  });
});

test('what others changed besides stays', async () => {
  const { client, key } = scene;
  meanwhile({ description: 'by another' });
  expect(await ask('TagResource')).toBe('ok');
  expect((await client.describeKey({ KeyId: key.KeyId })).KeyMetadata.Description).toBe(
    'by another',
  );
});

test('a key that is destroyed is gone', async () => {
  const { key } = scene;
  meanwhile({ keyState: 'PendingDeletion', deletionAtMs: 0 });
  expect(await ask('TagResource')).toBe(`NotFoundException: Key '${key.Arn}' does not exist`);
});
