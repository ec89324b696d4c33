// Key records as the first format has them, from before keys had policies.

import { expect, test } from 'vitest';
import { addon } from '../../lib/hsm/index.js';
import { decodeKeyRecord, keyPath } from '../../lib/keys/key_record.js';
import {
  account,
  codeOf,
  engineOn,
  otherAccount,
  region,
  rootKeyB,
  startMs,
  type TestEngine,
} from './support/engines.js';

const Plaintext = Uint8Array.of(1, 2, 3);
const keyId = '0a1b2c3d-0000-4000-8000-000000000001';
const path = keyPath(account, region, keyId);

/** An engine on a store with a key and an alias of the first format. */
async function engineWithFirstKey(): Promise<TestEngine> {
  const engine = await engineOn();
  const keyIdBytes = new Uint8Array(Buffer.from(keyId.replaceAll('-', ''), 'hex'));
  const made = addon().kmsKeyCreate(engine.rootKey.handle, 0, keyIdBytes);
  const record = {
    format: 1,
    createdAtMs: startMs,
    description: 'old',
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    keyManager: 'CUSTOMER',
    keyState: 'Enabled',
    keyMaterials: [
      {
        keyMaterialId: Buffer.from(made.keyMaterialId).toString('hex'),
        wrapped: Buffer.from(made.wrappedKeyMaterial).toString('base64'),
        createdAtMs: startMs,
      },
    ],
    aliasNames: ['alias/old'],
  };
  const alias = { format: 1, targetKeyId: keyId, createdAtMs: startMs, updatedAtMs: startMs };
  const bytes = (value: object) => new Uint8Array(Buffer.from(JSON.stringify(value)));
  await engine.store.commit([
    { path, before: undefined, after: bytes(record) },
    { path: `alias/${account}/${region}/old`, before: undefined, after: bytes(alias) },
  ]);
  return engine;
}

async function formatOf({ store }: TestEngine): Promise<number> {
  return decodeKeyRecord((await store.get(path))?.value as Uint8Array).format;
}

test('serve their own account as before, and nobody else', async () => {
  const engine = await engineWithFirstKey();
  const KeyId = 'alias/old';
  const { CiphertextBlob } = await engine.client().encrypt({ KeyId, Plaintext });
  expect((await engine.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
  const { Policy } = await engine.client().getKeyPolicy({ KeyId: keyId });
  const { KeyMetadata } = await engine.client().createKey();
  expect(Policy).toBe((await engine.client().getKeyPolicy({ KeyId: KeyMetadata.KeyId })).Policy);
  const identityPolicies = [
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] },
  ];
  const user = `arn:aws:iam::${account}:user/alice`;
  const stranger = `arn:aws:iam::${otherAccount}:root`;
  const as = (options: object) => codeOf(engine.client(options).decrypt({ CiphertextBlob }));
  expect(await as({ principal: user })).toBe('AccessDeniedException');
  expect(await as({ principal: user, identityPolicies })).toBeUndefined();
  expect(await as({ principal: stranger, account, identityPolicies })).toBe(
    'AccessDeniedException',
  );
});

test('become records of the newer format with the first change', async () => {
  const engine = await engineWithFirstKey();
  const client = engine.client();
  const { CiphertextBlob } = await client.encrypt({ KeyId: keyId, Plaintext });
  expect(await formatOf(engine)).toBe(1);
  await client.tagResource({ KeyId: keyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] });
  expect(await formatOf(engine)).toBe(2);
  await client.rotateKeyOnDemand({ KeyId: keyId });
  await engine.runDue();
  await client.createGrant({
    KeyId: keyId,
    GranteePrincipal: `arn:aws:iam::${account}:role/r`,
    Operations: ['Decrypt'],
  });
  expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
});

test('stay what they are under another root key', async () => {
  const engine = await engineWithFirstKey();
  const { CiphertextBlob } = await engine.client().encrypt({ KeyId: keyId, Plaintext });
  await engine.rekey(rootKeyB);
  expect(await formatOf(engine)).toBe(1);
  const fresh = await engineOn(engine.ground, { source: rootKeyB });
  expect((await fresh.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
});
