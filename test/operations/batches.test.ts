// newDataKeys, openDataKeys and reEncrypts: many in one call, a result or an error each.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { KmsClient } from '../../lib/kms_client.js';
import { batchSizeMax } from '../../lib/operations/batch.js';
import { account } from '../unit/engine_for_tests.js';
import { allow, makeScene, outcome, plaintext, type Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const context = { app: 'x' };
const disposals: { dispose(): void }[] = [];
function told(answers: readonly PromiseSettledResult<unknown>[]): string[] {
  return answers.map((answer) =>
    answer.status === 'fulfilled' ? 'ok' : `${answer.reason.code}: ${answer.reason.message}`,
  );
}
async function wrapped(count: number, keyId = scene.key.KeyId, encryptionContext = context) {
  const made = await scene.client.newDataKeys({ keyId, encryptionContext, count });
  return made.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    disposals.push(answer.value.dataKey);
    return answer.value;
  });
}
const bob = (...actions: string[]): KmsClient =>
  scene.engine.client({
    principal: `arn:aws:iam::${account}:user/bob`,
    identityPolicies: [allow(...actions)],
  });

describe('newDataKeys', () => {
  test('makes different keys, each with its encrypted form', async () => {
    const made = await wrapped(5);
    const forms = made.map(({ encryptedDataKey }) => Buffer.from(encryptedDataKey).toString('hex'));
    expect(new Set(forms).size).toBe(5);
    for (const { dataKey, encryptedDataKey, keyId, keyMaterialId } of made) {
      expect([keyId, keyMaterialId]).toEqual([scene.key.Arn, scene.key.CurrentKeyMaterialId]);
      expect(encryptedDataKey.buffer.byteLength).toBe(encryptedDataKey.length);
      const box = dataKey.encrypt(plaintext);
      const opened = await scene.client.openDataKey({
        encryptedDataKey,
        encryptionContext: context,
      });
      expect(opened.dataKey.decrypt(box)).toEqual(plaintext);
    }
  });

  test.each([
    [0, /Member must have value greater than or equal to 1$/],
    [10_001, /Member must have value less than or equal to 10000$/],
    [1.5, /^SerializationException/],
    [undefined, /Member must not be null$/],
  ])('refuses a count of %s', async (count, expected) => {
    const work = scene.client.newDataKeys({ keyId: scene.key.KeyId, count: count as number });
    expect(await outcome(work)).toMatch(expected);
  });

  test('is refused as a whole: permission, state, key', async () => {
    const { client, key } = scene;
    const input = { keyId: key.KeyId, count: 2 };
    expect(await outcome(bob('kms:Encrypt').newDataKeys(input))).toMatch(
      /kms:GenerateDataKey on resource/,
    );
    expect(await outcome(bob('kms:GenerateDataKey').newDataKeys(input))).toBe('ok');
    expect(await outcome(client.newDataKeys({ ...input, keyId: 'alias/none' }))).toMatch(
      /^NotFound/,
    );
    await client.disableKey({ KeyId: key.KeyId });
    expect(await outcome(client.newDataKeys(input))).toMatch(/^DisabledException/);
  });
});

describe('openDataKeys', () => {
  test('opens those of many keys, contexts and materials, in their places', async () => {
    const { client, engine, key, second } = scene;
    const first = await wrapped(2);
    await client.rotateKeyOnDemand({ KeyId: key.KeyId });
    await engine.upkeep.runDue();
    const rotated = await wrapped(2);
    const bare = await wrapped(1, second.Arn, {} as typeof context);
    const inputs = [...rotated, ...bare, ...first].map(({ encryptedDataKey }) => ({
      encryptedDataKey,
      encryptionContext: context as Record<string, string>,
    }));
    (inputs[2] as { encryptionContext: object }).encryptionContext = {};
    const opened = await client.openDataKeys(inputs);
    expect(told(opened)).toEqual(Array(5).fill('ok'));
    const all = [...rotated, ...bare, ...first];
    opened.forEach((answer, i) => {
      if (answer.status === 'rejected') throw answer.reason;
      const made = all[i] as (typeof all)[number];
      expect(answer.value).toMatchObject({ keyId: made.keyId, keyMaterialId: made.keyMaterialId });
      expect(answer.value.dataKey.decrypt(made.dataKey.encrypt(plaintext))).toEqual(plaintext);
    });
    expect(new Set(all.map(({ keyMaterialId }) => keyMaterialId)).size).toBe(3);
  });

  test('answers each for itself, good and bad', async () => {
    const { client, key, second } = scene;
    const encryptedDataKey = (await wrapped(1))[0]?.encryptedDataKey as Uint8Array;
    const { CiphertextBlob: short } = await client.generateDataKey({
      KeyId: key.KeyId,
      KeySpec: 'AES_128',
    });
    const good = { encryptedDataKey, encryptionContext: context };
    const changed = encryptedDataKey.slice();
    changed[140] = (changed[140] as number) ^ 1;
    const answers = await client.openDataKeys([
      good,
      { encryptedDataKey },
      { ...good, keyId: second.KeyId },
      { ...good, keyId: key.Arn },
      { ...good, keyId: 'alias/none' },
      { ...good, encryptedDataKey: changed },
      { encryptedDataKey: short },
      { encryptedDataKey: Uint8Array.of(1) },
      { encryptedDataKey: 'text' as never },
      undefined as never,
      good,
    ]);
    expect(told(answers)).toEqual([
      'ok',
      'InvalidCiphertextException: ',
      expect.stringMatching(/^IncorrectKeyException/),
      'ok',
      expect.stringMatching(/^NotFoundException/),
      'InvalidCiphertextException: ',
      'InvalidCiphertextException: ',
      'InvalidCiphertextException: ',
      'SerializationException: STRING_VALUE can not be converted to a Blob',
      expect.stringMatching(/^SerializationException/),
      'ok',
    ]);
  });

  test('refuses the group that is denied, and no other', async () => {
    const { client, engine, key, second } = scene;
    const [first] = await wrapped(1);
    const [other] = await wrapped(1, second.KeyId);
    const inputs = [first, other, first].map((made) => ({
      encryptedDataKey: made?.encryptedDataKey as Uint8Array,
      encryptionContext: context,
    }));
    const Statement = [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: second.Arn }];
    const carol = engine.client({
      principal: `arn:aws:iam::${account}:user/carol`,
      identityPolicies: [{ Version: '2012-10-17', Statement }],
    });
    expect(told(await carol.openDataKeys(inputs))).toEqual([
      expect.stringContaining('not authorized to perform: kms:Decrypt'),
      'ok',
      expect.stringContaining('not authorized to perform: kms:Decrypt'),
    ]);
    await client.disableKey({ KeyId: key.KeyId });
    expect(told(await client.openDataKeys(inputs))).toEqual([
      `DisabledException: ${key.Arn} is disabled.`,
      'ok',
      `DisabledException: ${key.Arn} is disabled.`,
    ]);
  });

  test('asks for one decision and one native call for a group', async () => {
    const made = await wrapped(20);
    const { hsm } = scene.engine;
    const calls = vi.spyOn(hsm, 'kmsKeyOpenDataKeys');
    const inputs = made.map(({ encryptedDataKey }) => ({
      encryptedDataKey,
      encryptionContext: context,
    }));
    expect(told(await scene.client.openDataKeys(inputs))).toEqual(Array(20).fill('ok'));
    expect(calls).toHaveBeenCalledTimes(1);
    calls.mockRestore();
  });
});

describe('reEncrypts', () => {
  test('wraps many anew, good and bad', async () => {
    const { client, key, second, blob } = scene;
    const good = { ciphertextBlob: blob, destinationKeyId: second.KeyId };
    const answers = await client.reEncrypts([
      good,
      { ...good, sourceEncryptionContext: { a: 'b' } },
      { ...good, sourceKeyId: second.KeyId },
      { ...good, destinationKeyId: 'alias/none' },
      { ...good, destinationEncryptionContext: context },
      { ...good, ciphertextBlob: blob.slice(1) },
      { ciphertextBlob: blob } as never,
    ]);
    expect(told(answers)).toEqual([
      'ok',
      'InvalidCiphertextException: ',
      expect.stringMatching(/^IncorrectKeyException/),
      expect.stringMatching(/^NotFoundException/),
      'ok',
      'InvalidCiphertextException: ',
      expect.stringMatching(/^ValidationException: .*'destinationKeyId'/),
    ]);
    const first = answers[0] as PromiseFulfilledResult<{ ciphertextBlob: Uint8Array }>;
    expect(first.value).toEqual({
      ciphertextBlob: expect.any(Uint8Array),
      sourceKeyId: key.Arn,
      keyId: second.Arn,
      sourceKeyMaterialId: key.CurrentKeyMaterialId,
      destinationKeyMaterialId: second.CurrentKeyMaterialId,
    });
    const { Plaintext } = await client.decrypt({ CiphertextBlob: first.value.ciphertextBlob });
    expect(Plaintext).toEqual(plaintext);
  });

  test('needs both permissions, and both keys at work', async () => {
    const { client, second, blob } = scene;
    const inputs = [{ ciphertextBlob: blob, destinationKeyId: second.KeyId }];
    expect(told(await bob('kms:ReEncryptFrom').reEncrypts(inputs))[0]).toMatch(/kms:ReEncryptTo/);
    expect(told(await bob('kms:ReEncryptTo').reEncrypts(inputs))[0]).toMatch(/kms:ReEncryptFrom/);
    expect(told(await bob('kms:ReEncrypt*').reEncrypts(inputs))).toEqual(['ok']);
    await client.disableKey({ KeyId: second.KeyId });
    expect(told(await client.reEncrypts(inputs))[0]).toBe(
      `DisabledException: ${second.Arn} is disabled.`,
    );
  });
});

test.each(['openDataKeys', 'reEncrypts'] as const)('%s: what a batch can be', async (name) => {
  const { client } = scene;
  const run = client[name].bind(client) as (
    inputs: unknown,
  ) => Promise<PromiseSettledResult<unknown>[]>;
  expect(await run([])).toEqual([]);
  const message = `ERR_INVALID_ARGUMENT: a batch is a list of at most ${batchSizeMax}`;
  for (const inputs of [new Array(batchSizeMax + 1), {}, 'text', undefined])
    expect(await outcome(run(inputs))).toBe(message);
  // A list with gaps has an answer for each.
  expect(told(await run(new Array(2)))).toEqual([
    expect.stringMatching(/^SerializationException/),
    expect.stringMatching(/^SerializationException/),
  ]);
  for (const key of disposals.splice(0)) key.dispose();
});
