import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../lib/audit/event.js';
import { Kms } from '../../lib/kms.js';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'keystead-audit-'));
});
afterEach(() => rmSync(path, { recursive: true }));

function lines(): Record<string, unknown>[] {
  const folder = join(path, 'audit');
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function events(): AuditEvent[] {
  return lines().flatMap(({ event }) => (event === undefined ? [] : [event as AuditEvent]));
}

const Plaintext = new Uint8Array(Buffer.from('find all the doggos'));
const EncryptionContext = { purpose: 'battle plans' };

describe('the events of what nobody asks for', () => {
  const dayMs = 86_400_000;

  test('tell of a key that is destroyed, and of material that is rotated', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const kms = await Kms.open({ path, audit: true, clock: () => new Date(nowMs) });
    const client = kms.client();
    const [gone, rotated] = await Promise.all([client.createKey(), client.createKey()]);
    await client.scheduleKeyDeletion({ KeyId: gone.KeyMetadata.KeyId, PendingWindowInDays: 7 });
    await client.enableKeyRotation({ KeyId: rotated.KeyMetadata.KeyId, RotationPeriodInDays: 90 });
    nowMs += 91 * dayMs;
    expect(await kms.runDue()).toEqual({ keysDestroyed: 1, keysRotated: 1 });
    await kms.close();
    const told = events().filter(({ eventType }) => eventType === 'AwsServiceEvent');
    expect(told.map(({ eventName, resources }) => [eventName, resources?.[0]?.ARN])).toEqual([
      ['DeleteKey', gone.KeyMetadata.Arn],
      ['RotateKey', rotated.KeyMetadata.Arn],
    ]);
    expect(told[0]).toMatchObject({
      userIdentity: { type: 'AWSService', invokedBy: 'AWS Internal' },
      eventTime: '2026-04-02T00:00:00Z',
      readOnly: false,
      requestParameters: null,
    });
  });

  test('are told by whoever opens the store after their time', async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const open = () => Kms.open({ path, audit: true, clock: () => new Date(nowMs) });
    const before = await open();
    const { KeyMetadata } = await before.client().createKey();
    await before.client().scheduleKeyDeletion({ KeyId: KeyMetadata.KeyId, PendingWindowInDays: 7 });
    await before.close();
    nowMs += 8 * dayMs;
    const after = await open();
    await after.runDue();
    await after.close();
    expect(events().map(({ eventName }) => eventName)).toEqual([
      'CreateKey',
      'ScheduleKeyDeletion',
      'DeleteKey',
    ]);
  });
});

describe('the events', () => {
  test('tell of every request, allowed or refused, in order', async () => {
    const kms = await Kms.open({ path, audit: true });
    const client = kms.client();
    const { KeyMetadata } = await client.createKey();
    const KeyId = KeyMetadata.KeyId;
    await client.createAlias({ AliasName: 'alias/a', TargetKeyId: KeyId });
    const { CiphertextBlob } = await client.encrypt({
      KeyId: 'alias/a',
      Plaintext,
      EncryptionContext,
    });
    await client.decrypt({ CiphertextBlob, EncryptionContext });
    await expect(client.decrypt({ CiphertextBlob })).rejects.toThrow();
    const alice = kms.client({ principal: 'arn:aws:iam::000000000000:user/alice' });
    await expect(alice.encrypt({ KeyId, Plaintext })).rejects.toThrow();
    await expect(client.encrypt({ KeyId, Plaintext: new Uint8Array(0) })).rejects.toThrow();
    const { dataKey } = await client.newDataKey({ keyId: KeyId });
    dataKey.dispose();
    await kms.close();
    expect(events().map(({ eventName, errorCode }) => [eventName, errorCode])).toEqual([
      ['CreateKey', undefined],
      ['CreateAlias', undefined],
      ['Encrypt', undefined],
      ['Decrypt', undefined],
      ['Decrypt', 'InvalidCiphertextException'],
      ['Encrypt', 'AccessDeniedException'],
      ['Encrypt', 'ValidationException'],
      ['GenerateDataKey', undefined],
    ]);
  });

  test('tell of an AWS managed key that a request makes', async () => {
    const kms = await Kms.open({ path, audit: true });
    const service = kms.client().via('s3');
    const KeyId = 'alias/aws/s3';
    await service.generateDataKey({ KeyId, KeySpec: 'AES_256' });
    const input = { KeyId: 'alias/aws/sqs', KeySpec: 'AES_256' } as const;
    const fails = (by = kms.client()) =>
      expect(by.generateDataKey({ ...input, GrantTokens: ['none'] })).rejects.toThrow();
    await fails(service);
    // Made, although the request that it was made for fails.
    await fails(kms.client().via('sqs'));
    await kms.close();
    expect(
      events().map(({ eventName, errorCode, userIdentity: { invokedBy }, resources = [] }) => [
        eventName,
        errorCode,
        invokedBy,
        resources.length,
      ]),
    ).toEqual([
      ['CreateKey', undefined, 's3.us-east-1.amazonaws.com', 1],
      ['GenerateDataKey', undefined, 's3.us-east-1.amazonaws.com', 1],
      ['GenerateDataKey', 'NotFoundException', 's3.us-east-1.amazonaws.com', 0],
      ['CreateKey', undefined, 'sqs.us-east-1.amazonaws.com', 1],
      ['GenerateDataKey', 'InvalidGrantTokenException', 'sqs.us-east-1.amazonaws.com', 0],
    ]);
  });

  test('tell who sent a batch, also of what was refused in it', async () => {
    const kms = await Kms.open({ path, audit: true });
    const { KeyMetadata } = await kms.client().createKey();
    const { encryptedDataKey } = await kms.client().newDataKey({ keyId: KeyMetadata.KeyId });
    const unknown = new Uint8Array(encryptedDataKey);
    unknown[10] = (unknown[10] as number) ^ 1;
    await kms.iam.createUser({ UserName: 'alice' });
    const arn = 'arn:aws:iam::000000000000:user/alice';
    const alice = kms.client({ principal: arn });
    await alice.openDataKeys([{ encryptedDataKey }, { encryptedDataKey: unknown }]);
    await kms.iam.deleteUser({ UserName: 'alice' });
    await expect(alice.openDataKeys([{ encryptedDataKey }])).rejects.toThrow('does not know');
    await kms.close();
    const told = events().filter(({ eventName }) => eventName === 'Decrypt');
    expect(told.map(({ userIdentity, errorCode }) => [userIdentity.arn, errorCode])).toEqual([
      [arn, 'AccessDeniedException'],
      [arn, 'AccessDeniedException'],
      [undefined, 'NotAuthorizedException'],
    ]);
  });

  test('have CloudTrail’s shape', async () => {
    const kms = await Kms.open({
      path,
      audit: true,
      clock: () => new Date('2026-03-04T05:06:07.890Z'),
    });
    const client = kms.client({ conditionValues: { 'aws:SourceIp': '192.0.2.1' } });
    const { KeyMetadata } = await client.createKey();
    const input = { KeyId: KeyMetadata.KeyId, Plaintext, EncryptionContext };
    const output = await client.encrypt(input);
    await kms.close();
    expect(events()[1]).toEqual({
      eventVersion: '1.11',
      userIdentity: {
        type: 'Root',
        principalId: '000000000000',
        arn: 'arn:aws:iam::000000000000:root',
        accountId: '000000000000',
      },
      eventTime: '2026-03-04T05:06:07Z',
      eventSource: 'kms.amazonaws.com',
      eventName: 'Encrypt',
      awsRegion: 'us-east-1',
      sourceIPAddress: '192.0.2.1',
      userAgent: 'keystead',
      requestParameters: {
        encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        keyId: KeyMetadata.KeyId,
        encryptionContext: EncryptionContext,
      },
      responseElements: null,
      requestID: (output.$metadata as { requestId?: string }).requestId,
      eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      readOnly: true,
      resources: [{ accountId: '000000000000', type: 'AWS::KMS::Key', ARN: KeyMetadata.Arn }],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '000000000000',
      eventCategory: 'Management',
    });
  });

  test('hold no plaintext, ciphertext, data key, token or secret', async () => {
    const kms = await Kms.open({ path, audit: true });
    const client = kms.client();
    const { KeyMetadata } = await client.createKey();
    const { KeyId } = KeyMetadata;
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext });
    const dataKey = await client.generateDataKey({ KeyId, KeySpec: 'AES_256' });
    const { encryptedDataKey } = await client.newDataKey({ keyId: KeyId });
    await client.openDataKeys([{ encryptedDataKey }]);
    const { CiphertextBlob: again } = await client.reEncrypt({
      CiphertextBlob,
      DestinationKeyId: KeyId,
    });
    const { Plaintext: random } = await client.generateRandom({ NumberOfBytes: 32 });
    const { GrantToken = '', GrantId } = await client.createGrant({
      KeyId,
      GranteePrincipal: 'arn:aws:iam::000000000000:user/alice',
      RetiringPrincipal: 'arn:aws:iam::000000000000:root',
      Operations: ['Decrypt'],
    });
    await client.decrypt({ CiphertextBlob, GrantTokens: [GrantToken] });
    await client.retireGrant({ GrantToken });
    await kms.iam.createUser({ UserName: 'alice' });
    const { AccessKey } = await kms.iam.createAccessKey({ UserName: 'alice' });
    await kms.close();
    const text = readdirSync(join(path, 'audit'))
      .map((name) => readFileSync(join(path, 'audit', name), 'latin1'))
      .join('');
    const secrets = [
      Plaintext,
      CiphertextBlob,
      dataKey.Plaintext,
      dataKey.CiphertextBlob,
      encryptedDataKey,
      again,
      random,
    ].flatMap((bytes) =>
      (['base64', 'hex', 'latin1'] as const).map((form) => Buffer.from(bytes).toString(form)),
    );
    for (const secret of [...secrets, GrantToken, AccessKey.SecretAccessKey])
      expect(text.includes(secret.slice(0, 32))).toBe(false);
    // Grant ids are told.
    expect(text).toContain(GrantId);
    expect(events().map(({ eventSource }) => eventSource)).toContain('iam.amazonaws.com');
  });

  test('are for their owner alone', async () => {
    const kms = await Kms.open({ path, audit: true });
    await kms.close();
    const [file = ''] = readdirSync(join(path, 'audit'));
    expect(statSync(join(path, 'audit', file)).mode & 0o777).toBe(0o600);
  });
});

test('a sound trail verifies, across processes and root keys', async () => {
  for (let i = 0; i < 3; i++) {
    const kms = await Kms.open({ path, audit: true });
    await kms.client().createKey();
    await kms.close();
  }
  const kms = await Kms.open({ path });
  await kms.rekey({ keyFile: join(path, 'other.key') });
  await kms.close();
  const again = await Kms.open({
    path,
    rootKey: { keyFile: join(path, 'other.key') },
    audit: true,
  });
  await again.client().createKey();
  const report = await again.verifyAudit();
  expect(report).toMatchObject({ ok: true, findings: [] });
  expect(report.files.map(({ events: count }) => count)).toEqual([1, 1, 1, 1]);
  await again.close();
});
