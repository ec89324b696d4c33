// The AWS SDK for JavaScript against the endpoint: every operation, as a command and as a method of the
// KMS class, signed by the SDK's own signer.

import { buildClient, CommitmentPolicy, getClient, KmsKeyringNode } from '@aws-crypto/client-node';
import * as sdk from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations, unservedOperations } from '../../lib/operations/table.js';
import {
  account,
  type Credentials,
  makeAccessKey,
  region,
  startServer,
  type TestServer,
} from './support/test_server.js';

let server: TestServer;
let credentials: Credentials;
let client: sdk.KMS;
beforeAll(async () => {
  server = await startServer();
  credentials = await makeAccessKey(server);
  client = new sdk.KMS({ endpoint: server.url, region, credentials });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

// biome-ignore lint/suspicious/noExplicitAny: inputs and outputs of all operations of the SDK.
type Call = (name: string, input: object) => Promise<any>;

const asCommand: Call = (name, input) => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: all commands are wanted.
  const Command = sdk[`${name}Command` as 'EncryptCommand'];
  return client.send(new Command(input as sdk.EncryptCommandInput));
};
const asMethod: Call = (name, input) =>
  client[`${name.charAt(0).toLowerCase()}${name.slice(1)}` as 'encrypt'](
    input as sdk.EncryptCommandInput,
  );

const Plaintext = new Uint8Array(Buffer.from('find all the doggos'));
const EncryptionContext = { tenant: 'alice', päck: '🐕' };

/** Every operation once, in an order that makes sense. */
async function lifeOfAKey(call: Call, alias: string): Promise<void> {
  const { KeyMetadata } = await call('CreateKey', {
    Description: 'doggos',
    Tags: [{ TagKey: 'team', TagValue: 'cats' }],
  });
  const { KeyId, Arn } = KeyMetadata;
  expect(KeyMetadata.CreationDate).toBeInstanceOf(Date);
  expect(Math.abs(KeyMetadata.CreationDate.getTime() - Date.now())).toBeLessThan(60_000);
  expect(Arn).toBe(`arn:aws:kms:${region}:${account}:key/${KeyId}`);

  await call('CreateAlias', { AliasName: `${alias}2`, TargetKeyId: KeyId });
  await call('UpdateAlias', { AliasName: `${alias}2`, TargetKeyId: KeyId });
  await call('DeleteAlias', { AliasName: `${alias}2` });
  await call('CreateAlias', { AliasName: alias, TargetKeyId: KeyId });
  const { Aliases } = await call('ListAliases', { KeyId });
  expect(Aliases.map(({ AliasName }: { AliasName: string }) => AliasName)).toEqual([alias]);
  expect((await call('DescribeKey', { KeyId: alias })).KeyMetadata).toEqual(KeyMetadata);
  await call('UpdateKeyDescription', { KeyId, Description: 'all the doggos' });
  const { Keys } = await call('ListKeys', {});
  expect(Keys).toContainEqual({ KeyId, KeyArn: Arn });
  await cryptography(call, KeyId, alias);
  await administration(call, KeyId);
}

async function cryptography(call: Call, KeyId: string, alias: string): Promise<void> {
  const encrypted = await call('Encrypt', { KeyId: alias, Plaintext, EncryptionContext });
  const { CiphertextBlob } = encrypted;
  const decrypted = await call('Decrypt', { CiphertextBlob, EncryptionContext });
  expect(Buffer.from(decrypted.Plaintext)).toEqual(Buffer.from(Plaintext));
  const moved = await call('ReEncrypt', {
    CiphertextBlob,
    SourceEncryptionContext: EncryptionContext,
    DestinationKeyId: KeyId,
  });
  const again = await call('Decrypt', { CiphertextBlob: moved.CiphertextBlob, KeyId });
  expect(Buffer.from(again.Plaintext)).toEqual(Buffer.from(Plaintext));
  const dataKey = await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
  expect(dataKey.Plaintext).toHaveLength(32);
  const opened = await call('Decrypt', { CiphertextBlob: dataKey.CiphertextBlob });
  expect(opened.Plaintext).toEqual(dataKey.Plaintext);
  const hidden = await call('GenerateDataKeyWithoutPlaintext', { KeyId, NumberOfBytes: 64 });
  expect((await call('Decrypt', { CiphertextBlob: hidden.CiphertextBlob })).Plaintext).toHaveLength(
    64,
  );
  expect((await call('GenerateRandom', { NumberOfBytes: 1024 })).Plaintext).toHaveLength(1024);
  expect((await call('GetKeyLastUsage', { KeyId })).KeyLastUsage.Operation).toBe('Decrypt');
}

async function administration(call: Call, KeyId: string): Promise<void> {
  const { Policy } = await call('GetKeyPolicy', { KeyId });
  await call('PutKeyPolicy', { KeyId, Policy });
  expect((await call('ListKeyPolicies', { KeyId })).PolicyNames).toEqual(['default']);

  const GranteePrincipal = `arn:aws:iam::${account}:role/worker`;
  const grant = {
    KeyId,
    GranteePrincipal,
    RetiringPrincipal: GranteePrincipal,
    Operations: ['Decrypt'],
  };
  const { GrantId } = await call('CreateGrant', {
    ...grant,
    Constraints: { EncryptionContextSubset: { tenant: 'alice' } },
  });
  const { GrantToken } = await call('CreateGrant', grant);
  expect((await call('ListGrants', { KeyId })).Grants).toHaveLength(2);
  const retirable = await call('ListRetirableGrants', { RetiringPrincipal: GranteePrincipal });
  expect(retirable.Grants.length).toBeGreaterThanOrEqual(2);
  await call('RevokeGrant', { KeyId, GrantId });
  await call('RetireGrant', { GrantToken });
  expect((await call('ListGrants', { KeyId })).Grants).toEqual([]);

  await call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
  const status = await call('GetKeyRotationStatus', { KeyId });
  expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 });
  expect(status.NextRotationDate).toBeInstanceOf(Date);
  await call('DisableKeyRotation', { KeyId });
  await call('RotateKeyOnDemand', { KeyId });
  await call('ListKeyRotations', { KeyId });

  await call('TagResource', { KeyId, Tags: [{ TagKey: 'a', TagValue: '' }] });
  await call('UntagResource', { KeyId, TagKeys: ['team'] });
  expect((await call('ListResourceTags', { KeyId })).Tags).toEqual([{ TagKey: 'a', TagValue: '' }]);

  await call('DisableKey', { KeyId });
  await expect(call('Encrypt', { KeyId, Plaintext })).rejects.toThrow(sdk.DisabledException);
  await call('EnableKey', { KeyId });
  const { DeletionDate } = await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  expect(DeletionDate).toBeInstanceOf(Date);
  await expect(call('Encrypt', { KeyId, Plaintext })).rejects.toThrow(sdk.KMSInvalidStateException);
  await call('CancelKeyDeletion', { KeyId });
}

describe.each([
  ['commands', asCommand, 'alias/command'],
  ['methods of KMS', asMethod, 'alias/method'],
])('all operations, as %s', (_, call, alias) => {
  test('do what they do', async () => {
    const called = new Set<string>();
    await lifeOfAKey((name, input) => {
      called.add(name);
      return call(name, input);
    }, alias);
    expect([...called].sort()).toEqual(Object.keys(operations).sort());
  });

  test.each(unservedOperations)('%s is UnsupportedOperationException', async (name) => {
    await expect(call(name, {})).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });
});

describe('the SDK', () => {
  test('has the paginators', async () => {
    for (let i = 0; i < 5; i++) await client.createKey();
    const keys: string[] = [];
    for await (const page of sdk.paginateListKeys({ client, pageSize: 2 }, {})) {
      expect(page.Keys?.length).toBeLessThanOrEqual(2);
      keys.push(...(page.Keys ?? []).map(({ KeyId }) => KeyId as string));
    }
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThanOrEqual(5);

    const { KeyMetadata } = await client.createKey();
    const KeyId = KeyMetadata?.KeyId as string;
    for (let i = 0; i < 5; i++) {
      await client.createAlias({ AliasName: `alias/page${i}`, TargetKeyId: KeyId });
      await client.tagResource({ KeyId, Tags: [{ TagKey: `page${i}`, TagValue: '' }] });
      await client.createGrant({
        KeyId,
        GranteePrincipal: `arn:aws:iam::${account}:role/worker${i}`,
        RetiringPrincipal: `arn:aws:iam::${account}:role/pager`,
        Operations: ['Encrypt'],
      });
    }
    const RetiringPrincipal = `arn:aws:iam::${account}:role/pager`;
    const pages = { client, pageSize: 2 };
    expect(await count(sdk.paginateListAliases(pages, { KeyId }), 'Aliases')).toBe(5);
    expect(await count(sdk.paginateListResourceTags(pages, { KeyId }), 'Tags')).toBe(5);
    expect(await count(sdk.paginateListGrants(pages, { KeyId }), 'Grants')).toBe(5);
    expect(
      await count(sdk.paginateListRetirableGrants(pages, { RetiringPrincipal }), 'Grants'),
    ).toBe(5);
    expect(await count(sdk.paginateListKeyPolicies(pages, { KeyId }), 'PolicyNames')).toBe(1);
    expect(await count(sdk.paginateListKeyRotations(pages, { KeyId }), 'Rotations')).toBe(0);
  });

  test('throws its own exception classes', async () => {
    await expect(client.describeKey({ KeyId: 'alias/none' })).rejects.toThrow(
      sdk.NotFoundException,
    );
    await expect(client.decrypt({ CiphertextBlob: Plaintext })).rejects.toThrow(
      sdk.InvalidCiphertextException,
    );
    await expect(client.describeKey({ KeyId: '' })).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
    });
  });

  test('sends the Region in its signature, and keys are there and nowhere else', async () => {
    const { KeyMetadata } = await client.createKey();
    const elsewhere = new sdk.KMS({ endpoint: server.url, region: 'us-west-2', credentials });
    const { KeyMetadata: other } = await elsewhere.createKey();
    expect(other?.Arn).toContain(`:us-west-2:${account}:`);
    const KeyId = KeyMetadata?.KeyId;
    await expect(elsewhere.describeKey({ KeyId })).rejects.toThrow(sdk.NotFoundException);
    elsewhere.destroy();
  });

  test.each([
    [
      { secretAccessKey: 'wrong' },
      'InvalidSignatureException',
      /^The request signature we calculated/,
    ],
    [
      { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
    [
      { sessionToken: 'token' },
      'UnrecognizedClientException',
      /^The security token included in the request is invalid\.$/,
    ],
  ])('is refused with %o', async (change, name, message) => {
    const stranger = new sdk.KMS({
      endpoint: server.url,
      region,
      credentials: { ...credentials, ...change },
    });
    await expect(stranger.listKeys()).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    stranger.destroy();
  });

  test('corrects a clock that is off by the Date of the refusal', async () => {
    const late = await startServer({}, { clock: () => new Date(Date.now() + 20 * 60 * 1000) });
    const off = new sdk.KMS({
      endpoint: late.url,
      region,
      credentials: await makeAccessKey(late),
    });
    expect((await off.listKeys()).$metadata.attempts).toBe(2);
    expect((await off.listKeys()).$metadata.attempts).toBe(1);
    off.destroy();
    await late.close();
  });
});

describe('the AWS Encryption SDK', () => {
  test('wraps its data keys over HTTP', async () => {
    const { KeyMetadata } = await client.createKey();
    const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    const keyring = new KmsKeyringNode({
      generatorKeyId: KeyMetadata?.Arn as string,
      clientProvider: getClient(
        sdk.KMS as never,
        {
          endpoint: server.url,
          credentials,
        } as never,
      ),
    });
    const { result } = await encrypt(keyring, Buffer.from(Plaintext), {
      encryptionContext: { tenant: 'alice' },
    });
    const { plaintext, messageHeader } = await decrypt(keyring, result);
    expect(plaintext).toEqual(Buffer.from(Plaintext));
    expect(messageHeader.encryptionContext).toMatchObject({ tenant: 'alice' });
    result[result.length - 1] = (result[result.length - 1] as number) ^ 1;
    await expect(decrypt(keyring, result)).rejects.toThrow();
  });
});

async function count<Page>(pages: AsyncIterable<Page>, member: string): Promise<number> {
  let found = 0;
  for await (const page of pages) found += (page as Record<string, unknown[]>)[member]?.length ?? 0;
  return found;
}
