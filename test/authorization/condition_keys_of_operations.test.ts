// What each operation tells conditions, through the public API: an identity policy that wants the
// value lets the request pass, one that wants another does not.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenConditionKeys, type KmsClientOptions } from '../../lib/client_options.js';
import { Kms } from '../../lib/kms.js';
import type { KmsClient } from '../../lib/kms_client.js';

const account = '111122223333';
const region = 'eu-central-1';
const principal = `arn:aws:iam::${account}:user/team/alice`;
const bob = `arn:aws:iam::${account}:user/bob`;
const sourceArn = `arn:aws:rds:${region}:${account}:db:one`;
const nowMs = Date.UTC(2026, 8, 12, 8, 41, 7);
const Plaintext = Uint8Array.of(1, 2, 3);
const EncryptionContext = { tenant: 'blue' };

let kms: Kms;
let KeyId: string;
let second: string;
let blob: Uint8Array;
beforeAll(async () => {
  kms = await Kms.open({ store: 'memory', account, region, clock: () => new Date(nowMs) });
  KeyId = (await kms.client().createKey({ Tags: [{ TagKey: 'Team', TagValue: 'blue' }] }))
    .KeyMetadata.Arn;
  second = (await kms.client().createKey()).KeyMetadata.Arn;
  await kms.client().createAlias({ AliasName: 'alias/a', TargetKeyId: KeyId });
  await kms.client().createAlias({ AliasName: 'alias/b', TargetKeyId: second });
  const made = await kms.client().encrypt({ KeyId, Plaintext, EncryptionContext });
  blob = made.CiphertextBlob as Uint8Array;
});
afterAll(() => kms.close());

type Work = (client: KmsClient) => Promise<unknown>;

/** Whether a request passes when conditions must hold for it, and everything else is allowed. */
async function passes(Condition: object, work: Work, options: KmsClientOptions = {}) {
  const Statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition };
  const identityPolicies = [{ Version: '2012-10-17', Statement }];
  const asking = work(kms.client({ principal, identityPolicies, ...options }));
  const code = await asking.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
  expect([undefined, 'AccessDeniedException']).toContain(code);
  return code !== 'AccessDeniedException';
}

async function expectValue(
  key: string,
  expected: string | readonly string[] | undefined,
  work: Work,
  options?: KmsClientOptions,
): Promise<void> {
  if (expected === undefined) {
    expect(await passes({ Null: { [key]: 'true' } }, work, options)).toBe(true);
    return;
  }
  const isList = typeof expected !== 'string';
  const operator = isList ? 'ForAnyValue:StringEquals' : 'StringEquals';
  for (const value of isList ? expected : [expected])
    expect([key, await passes({ [operator]: { [key]: value } }, work, options)]).toEqual([
      key,
      true,
    ]);
  expect([key, await passes({ [operator]: { [key]: 'other' } }, work, options)]).toEqual([
    key,
    false,
  ]);
}

const cryptographic: readonly (readonly [string, Work])[] = [
  ['Encrypt', (c) => c.encrypt({ KeyId: 'alias/a', Plaintext, EncryptionContext })],
  ['Decrypt', (c) => c.decrypt({ KeyId: 'alias/a', CiphertextBlob: blob, EncryptionContext })],
  [
    'GenerateDataKey',
    (c) => c.generateDataKey({ KeyId: 'alias/a', KeySpec: 'AES_256', EncryptionContext }),
  ],
  [
    'GenerateDataKeyWithoutPlaintext',
    (c) =>
      c.generateDataKeyWithoutPlaintext({
        KeyId: 'alias/a',
        KeySpec: 'AES_256',
        EncryptionContext,
      }),
  ],
  ['newDataKey', (c) => c.newDataKey({ keyId: 'alias/a', encryptionContext: EncryptionContext })],
  [
    'openDataKey',
    async (c) => {
      const root = kms.client();
      const made = await root.newDataKey({
        keyId: 'alias/a',
        encryptionContext: EncryptionContext,
      });
      const { encryptedDataKey } = made;
      return c.openDataKey({
        keyId: 'alias/a',
        encryptedDataKey,
        encryptionContext: EncryptionContext,
      });
    },
  ],
];

describe.each(cryptographic)('%s tells', (_, work) => {
  test('its context, alias and algorithm', async () => {
    await expectValue('kms:EncryptionContext:Tenant', 'blue', work);
    await expectValue('kms:EncryptionContextKeys', ['tenant'], work);
    await expectValue('kms:RequestAlias', 'alias/a', work);
    await expectValue('kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT', work);
  });

  test('its key and its caller', async () => {
    await expectValue('kms:CallerAccount', account, work);
    await expectValue('kms:KeySpec', 'SYMMETRIC_DEFAULT', work);
    await expectValue('kms:CustomerMasterKeySpec', 'SYMMETRIC_DEFAULT', work);
    await expectValue('kms:KeyUsage', 'ENCRYPT_DECRYPT', work);
    await expectValue('kms:CustomerMasterKeyUsage', 'ENCRYPT_DECRYPT', work);
    await expectValue('kms:KeyOrigin', 'AWS_KMS', work);
    await expectValue('kms:MultiRegion', 'false', work);
    await expectValue('kms:ResourceAliases', ['alias/a'], work);
    await expectValue('aws:ResourceTag/team', 'blue', work);
    await expectValue('aws:ResourceAccount', account, work);
  });
});

describe('names and contexts that are not given', () => {
  const work: Work = (c) => c.encrypt({ KeyId, Plaintext });
  test('are absent', async () => {
    for (const key of ['kms:RequestAlias', 'kms:EncryptionContextKeys', 'kms:ViaService'])
      await expectValue(key, undefined, work);
  });

  test('an alias ARN tells the alias’s name', async () => {
    const arn = `arn:aws:kms:${region}:${account}:alias/a`;
    await expectValue('kms:RequestAlias', 'alias/a', (c) => c.describeKey({ KeyId: arn }));
    await expectValue('kms:RequestAlias', 'alias/a', (c) => c.encrypt({ KeyId: arn, Plaintext }));
  });
});

describe('ReEncrypt tells', () => {
  const reEncrypt =
    (source: string, destination: string): Work =>
    (c) =>
      c.reEncrypt({
        CiphertextBlob: blob,
        SourceKeyId: source,
        SourceEncryptionContext: EncryptionContext,
        DestinationKeyId: destination,
        DestinationEncryptionContext: { tenant: 'red' },
      });

  test('each half its own alias and context, and both the algorithm', async () => {
    const work = reEncrypt('alias/a', 'alias/b');
    const halves = (key: string, from: string, to: string) => ({
      StringEquals: { [key]: [from, to] },
    });
    const alias = 'kms:RequestAlias';
    const tenant = 'kms:EncryptionContext:tenant';
    expect(await passes(halves(alias, 'alias/a', 'alias/b'), work)).toBe(true);
    expect(await passes(halves(alias, 'alias/a', 'alias/a'), work)).toBe(false);
    expect(await passes(halves(alias, 'alias/b', 'alias/b'), work)).toBe(false);
    expect(await passes(halves(tenant, 'blue', 'red'), work)).toBe(true);
    expect(await passes(halves(tenant, 'blue', 'blue'), work)).toBe(false);
    expect(await passes(halves(tenant, 'red', 'red'), work)).toBe(false);
    await expectValue('kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT', work);
  });

  test('whether both keys are one, by whatever name', async () => {
    const key = 'kms:ReEncryptOnSameKey';
    const isSame = (value: string) => ({ Bool: { [key]: value } });
    for (const source of ['alias/a', KeyId]) {
      expect(await passes(isSame('true'), reEncrypt(source, 'alias/a'))).toBe(true);
      expect(await passes(isSame('true'), reEncrypt(source, 'alias/b'))).toBe(false);
      expect(await passes(isSame('false'), reEncrypt(source, second))).toBe(true);
    }
  });
});

describe('grants', () => {
  const request = { KeyId: '', GranteePrincipal: bob, Operations: ['Decrypt', 'Encrypt'] as const };
  type Extra = Partial<Parameters<KmsClient['createGrant']>[0]>;
  const create =
    (extra: Extra = {}): Work =>
    (c) =>
      c.createGrant({
        ...request,
        KeyId,
        Operations: [...request.Operations],
        ...extra,
      });

  test('CreateGrant tells what would be granted, and to whom', async () => {
    await expectValue('kms:GrantOperations', ['Decrypt', 'Encrypt'], create());
    await expectValue('kms:GranteePrincipal', bob, create());
    await expectValue('kms:RetiringPrincipal', undefined, create());
    await expectValue('kms:RetiringPrincipal', principal, create({ RetiringPrincipal: principal }));
    const service = 'rds.amazonaws.com';
    await expectValue(
      'kms:RetiringServicePrincipal',
      service,
      create({ RetiringServicePrincipal: service }),
    );
    const toService = create({
      GranteePrincipal: undefined,
      GranteeServicePrincipal: service,
      RetiringPrincipal: principal,
      Constraints: { SourceArn: sourceArn },
    });
    await expectValue('kms:GranteeServicePrincipal', service, toService);
    await expectValue('kms:GranteePrincipal', undefined, toService);
    await expectValue('kms:GrantConstraintSourceArn', sourceArn, toService);
  });

  test.each(['EncryptionContextEquals', 'EncryptionContextSubset'])(
    'CreateGrant tells %s',
    async (type) => {
      const work = create({ Constraints: { [type]: EncryptionContext } });
      await expectValue('kms:GrantConstraintType', type, work);
      await expectValue('kms:EncryptionContext:tenant', 'blue', work);
      await expectValue('kms:EncryptionContextKeys', ['tenant'], work);
      await expectValue('kms:GrantConstraintType', undefined, create());
    },
  );

  /** A grant that there is. */
  async function madeGrant(): Promise<{ KeyId: string; GrantId: string }> {
    const { GrantId = '' } = await kms.client().createGrant({
      ...request,
      KeyId,
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextEquals: EncryptionContext },
    });
    return { KeyId, GrantId };
  }

  test('whether a service asks', async () => {
    const works: Work[] = [
      create(),
      (c) => c.listGrants({ KeyId }),
      async (c) => c.revokeGrant(await madeGrant()),
    ];
    const forService = (value: string) => ({ Bool: { 'kms:GrantIsForAWSResource': value } });
    for (const work of works) {
      expect(await passes(forService('true'), (c) => work(c.via('rds')))).toBe(true);
      expect(await passes(forService('true'), work)).toBe(false);
      expect(await passes(forService('false'), work)).toBe(true);
    }
  });

  test('RetireGrant tells the constraints of the grant, and the key’s tags', async () => {
    const work: Work = async (c) => c.retireGrant(await madeGrant());
    await expectValue('kms:EncryptionContext:tenant', 'blue', work);
    await expectValue('kms:GrantConstraintType', 'EncryptionContextEquals', work);
    await expectValue('aws:ResourceTag/team', 'blue', work);
  });
});

describe('the life of a key', () => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
  });
  const bypass = 'kms:BypassPolicyLockoutSafetyCheck';

  test('CreateKey tells the key that it asks for, and its tags', async () => {
    const work: Work = (c) => c.createKey({ Policy, Tags: [{ TagKey: 'Team', TagValue: 'blue' }] });
    await expectValue('kms:KeySpec', 'SYMMETRIC_DEFAULT', work);
    await expectValue('kms:KeyUsage', 'ENCRYPT_DECRYPT', work);
    await expectValue('kms:KeyOrigin', 'AWS_KMS', work);
    await expectValue('kms:MultiRegion', 'false', work);
    await expectValue('aws:RequestTag/team', 'blue', work);
    await expectValue('aws:TagKeys', ['Team'], work);
    // The lockout check asks for PutKeyPolicy under the same conditions.
    await expectValue('kms:CallerAccount', account, work);
    expect(await passes({ Null: { [bypass]: 'true' } }, work)).toBe(true);
    const bypassing: Work = (c) => c.createKey({ Policy, BypassPolicyLockoutSafetyCheck: true });
    expect(await passes({ Null: { [bypass]: 'true' } }, bypassing)).toBe(false);
    expect(await passes({ Bool: { [bypass]: 'true' } }, bypassing)).toBe(true);
  });

  test('PutKeyPolicy tells the bypass when it is given', async () => {
    const put =
      (value?: boolean): Work =>
      (c) =>
        c.putKeyPolicy({
          KeyId: second,
          Policy,
          ...(value !== undefined && { BypassPolicyLockoutSafetyCheck: value }),
        });
    await expectValue(bypass, undefined, put());
    await expectValue(bypass, 'true', put(true));
    await expectValue(bypass, 'false', put(false));
  });

  test('tags', async () => {
    const tag: Work = (c) =>
      c.tagResource({ KeyId: second, Tags: [{ TagKey: 'App', TagValue: 'x' }] });
    await expectValue('aws:RequestTag/app', 'x', tag);
    await expectValue('aws:TagKeys', ['App'], tag);
    await expectValue('aws:TagKeys', ['App'], (c) =>
      c.untagResource({ KeyId: second, TagKeys: ['App'] }),
    );
  });

  test('rotation', async () => {
    const enable =
      (days?: number): Work =>
      (c) =>
        c.enableKeyRotation({
          KeyId: second,
          ...(days !== undefined && { RotationPeriodInDays: days }),
        });
    await expectValue('kms:RotationPeriodInDays', '365', enable());
    await expectValue('kms:RotationPeriodInDays', '180', enable(180));
  });

  test('ScheduleKeyDeletion and DisableKey', async () => {
    const schedule = 'kms:ScheduleKeyDeletionPendingWindowInDays';
    const days = 'kms:TrailingDaysWithoutKeyUsage';
    const client = kms.client();
    const { KeyMetadata } = await client.createKey();
    const key = KeyMetadata.KeyId;
    const scheduling: Work = (c) => c.scheduleKeyDeletion({ KeyId: key, PendingWindowInDays: 7 });
    for (const name of [schedule, days])
      expect(await passes({ NumericGreaterThan: { [name]: 7 } }, scheduling)).toBe(false);
    expect(await passes({ NumericEquals: { [schedule]: 7, [days]: 0 } }, scheduling)).toBe(true);
    await client.cancelKeyDeletion({ KeyId: key });
    const disabling: Work = (c) => c.disableKey({ KeyId: key });
    expect(await passes({ NumericGreaterThan: { [days]: 0 } }, disabling)).toBe(false);
    expect(await passes({ NumericEquals: { [days]: 0 } }, disabling)).toBe(true);
  });
});

describe('every request tells', () => {
  const work: Work = (c) => c.describeKey({ KeyId });

  test('who asks', async () => {
    await expectValue('aws:PrincipalArn', principal, work);
    await expectValue('aws:PrincipalAccount', account, work);
    await expectValue('aws:PrincipalType', 'User', work);
    await expectValue('aws:username', 'alice', work);
    await expectValue('aws:PrincipalTag/dept', 'x', work, { principalTags: { Dept: 'x' } });
    await expectValue('aws:PrincipalIsAWSService', 'false', work);
    const session = `arn:aws:sts::${account}:assumed-role/admin/s1`;
    const asSession = { principal: session };
    await expectValue('aws:PrincipalArn', `arn:aws:iam::${account}:role/admin`, work, asSession);
    await expectValue('aws:PrincipalType', 'AssumedRole', work, asSession);
    await expectValue('aws:username', undefined, work, asSession);
  });

  test('where and when', async () => {
    await expectValue('aws:RequestedRegion', region, work);
    await expectValue('aws:CurrentTime', '2026-09-12T08:41:07Z', work);
    await expectValue('aws:EpochTime', String(nowMs / 1000), work);
  });

  const ofConnection = /^aws:(Source(Ip|Vpc)|Vpc)/;
  test.each(givenConditionKeys)('what the importing server says of %s', async (key) => {
    const value = /Paths$|List$/.test(key) ? ['x', 'y'] : 'x';
    const options = { conditionValues: { [key]: value } };
    await expectValue(key, value, work, options);
    await expectValue(key, undefined, work);
    // A service's connection is not the caller's.
    const throughService: Work = (c) => work(c.via('s3'));
    await expectValue(key, ofConnection.test(key) ? undefined : value, throughService, options);
  });

  test('through which services', async () => {
    const through: Work = (c) => work(c.via('cloudformation').via('rds'));
    await expectValue('kms:ViaService', `rds.${region}.amazonaws.com`, through);
    await expectValue('aws:ViaAWSService', 'true', through);
    await expectValue(
      'aws:CalledVia',
      ['cloudformation.amazonaws.com', 'rds.amazonaws.com'],
      through,
    );
    await expectValue('aws:CalledViaFirst', 'cloudformation.amazonaws.com', through);
    await expectValue('aws:CalledViaLast', 'rds.amazonaws.com', through);
    await expectValue('aws:ViaAWSService', 'false', work);
  });
});

test('a service tells for whom it asks', async () => {
  const service = 'rds.amazonaws.com';
  const ask = async (Condition: object) => {
    const statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { ...statement, Principal: { AWS: account } },
        { ...statement, Principal: { Service: service }, Condition },
      ],
    });
    const { KeyMetadata } = await kms.client().createKey({ Policy });
    const client = kms.client({ service, sourceArn, sourceAccount: account });
    return client.encrypt({ KeyId: KeyMetadata.Arn, Plaintext }).then(
      () => true,
      () => false,
    );
  };
  for (const [key, value] of Object.entries({
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': account,
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': service,
  })) {
    expect([key, await ask({ StringEquals: { [key]: value } })]).toEqual([key, true]);
    expect([key, await ask({ StringEquals: { [key]: 'other' } })]).toEqual([key, false]);
  }
  expect(await ask({ Null: { 'kms:CallerAccount': 'true', 'aws:PrincipalArn': 'true' } })).toBe(
    true,
  );
});
