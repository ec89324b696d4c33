// The client's operations on data keys that are the library's own: they need AWS's permissions and
// key states, and count as AWS's uses of the key.

import { expect, test } from 'vitest';
import { DataKey } from '../../lib/hsm/index.js';
import { newKey, openTestKms } from './support/test_kms.js';

const { kms, client, keyId } = await openTestKms();
const encryptionContext = { a: 'b' };
const uses = ['NewDataKey', 'WrapDataKey', 'OpenDataKey'] as const;

test('a wrapped data key opens, and counts as an Encrypt', async () => {
  const key = await newKey(client);
  const dataKey = DataKey.generate();
  const wrapped = await client.wrapDataKey({ keyId: key, dataKey, encryptionContext });
  expect(wrapped.keyId).toBe(key);
  const { KeyLastUsage } = await client.getKeyLastUsage({ KeyId: key });
  expect(KeyLastUsage.Operation).toBe('Encrypt');
  const { encryptedDataKey } = wrapped;
  const opened = await client.openDataKey({ encryptedDataKey, encryptionContext });
  const box = dataKey.encrypt(Uint8Array.of(7));
  expect(opened.dataKey.decrypt(box)).toEqual(Uint8Array.of(7));
  dataKey.dispose();
  const disposed = client.wrapDataKey({ keyId: key, dataKey });
  await expect(disposed).rejects.toMatchObject({ code: 'ERR_DISPOSED' });
});

test.each([16, 24, 32])('a message’s data key of %i bytes opens', async (NumberOfBytes) => {
  const { CiphertextBlob } = await client.generateDataKey({ KeyId: keyId, NumberOfBytes });
  const { dataKey, keyId: arn } = await client.openMessageDataKey({
    encryptedDataKey: CiphertextBlob,
  });
  expect(arn).toBe(keyId);
  dataKey.dispose();
});

test.each([1, 15, 33, 64])('nothing of %i bytes opens as a message’s data key', async (size) => {
  const Plaintext = new Uint8Array(size);
  const { CiphertextBlob } = await client.encrypt({ KeyId: keyId, Plaintext });
  const work = client.openMessageDataKey({ encryptedDataKey: CiphertextBlob });
  await expect(work).rejects.toMatchObject({ code: 'InvalidCiphertextException' });
});

test('asking for a use tells the key and its material, and is no use', async () => {
  const key = await newKey(client);
  const { keyMaterialId } = await client.newDataKey({ keyId: key });
  await client.encrypt({ KeyId: key, Plaintext: Uint8Array.of(1) });
  for (const use of uses) {
    expect(await client.prepareDataKeyUse(use, { keyId: key, encryptionContext })()).toEqual({
      keyId: key,
      keyMaterialId,
    });
  }
  const { KeyLastUsage } = await client.getKeyLastUsage({ KeyId: key });
  expect(KeyLastUsage.Operation).toBe('Encrypt');
});

test('each use needs the permission of its operation, with its conditions', async () => {
  const GranteePrincipal = 'arn:aws:iam::000000000000:user/dave';
  const dave = kms.client({ principal: GranteePrincipal });
  const operations = ['GenerateDataKey', 'Encrypt', 'Decrypt'] as const;
  for (const [i, use] of uses.entries()) {
    const ask = async (context: Record<string, string>) =>
      dave.prepareDataKeyUse(use, { keyId, encryptionContext: context })();
    await expect(ask(encryptionContext)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await client.createGrant({
      KeyId: keyId,
      GranteePrincipal,
      Operations: [operations[i] as (typeof operations)[number]],
      Constraints: { EncryptionContextEquals: encryptionContext },
    });
    await ask(encryptionContext);
    await expect(ask({})).rejects.toMatchObject({ code: 'AccessDeniedException' });
  }
});

test('each use needs the key’s state', async () => {
  const key = await newKey(client);
  await client.disableKey({ KeyId: key });
  for (const use of uses) {
    const ask = async () => client.prepareDataKeyUse(use, { keyId: key, encryptionContext })();
    await expect(ask()).rejects.toMatchObject({ code: 'DisabledException' });
  }
});
