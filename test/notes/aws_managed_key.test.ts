// "AWS managed keys: created automatically by services." "These services use the key via their
// internal KMS principal … Thus: key policy alone is sufficient."

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kms } from '../../lib/kms.js';
import {
  account,
  aliceArn,
  denied,
  notesKeyPolicy,
  openKms,
  otherAccount,
  refusal,
  region,
} from './notes.js';

let kms: Kms;
let KeyId: string;
const Plaintext = new Uint8Array(32);
beforeEach(async () => {
  kms = await openKms();
  const made = await kms
    .client({ principal: aliceArn })
    .via('rds')
    .encrypt({ KeyId: 'alias/aws/rds', Plaintext });
  KeyId = made.KeyId ?? '';
});
afterEach(() => kms.close());

test('its policy is the one of the notes', async () => {
  const { Policy = '' } = await kms.client().getKeyPolicy({ KeyId });
  expect(JSON.parse(Policy)).toEqual(JSON.parse(notesKeyPolicy));
  const { KeyMetadata } = await kms.client().describeKey({ KeyId: 'alias/aws/rds' });
  expect(KeyMetadata).toMatchObject({ Arn: KeyId, KeyManager: 'AWS', AWSAccountId: account });
});

test('is made once, at the first use, for its account and Region', async () => {
  const again = await kms.client().via('rds').encrypt({ KeyId: 'alias/aws/rds', Plaintext });
  expect(again.KeyId).toBe(KeyId);
  const elsewhere = await kms
    .client({ region: 'us-east-1' })
    .via('rds')
    .encrypt({ KeyId: 'alias/aws/rds', Plaintext });
  expect(elsewhere.KeyId).toMatch(`arn:aws:kms:us-east-1:${account}:key/`);
  const others = await kms
    .client({ account: otherAccount })
    .via('rds')
    .encrypt({ KeyId: 'alias/aws/rds', Plaintext });
  expect(others.KeyId).toMatch(`arn:aws:kms:${region}:${otherAccount}:key/`);
});

describe('what the account cannot do on it', () => {
  const allowing = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
  };
  const works = (client: ReturnType<Kms['client']>): Record<string, Promise<unknown>> => ({
    Encrypt: client.encrypt({ KeyId, Plaintext }),
    GenerateDataKey: client.generateDataKey({ KeyId, KeySpec: 'AES_256' }),
    CreateGrant: client.createGrant({ KeyId, GranteePrincipal: aliceArn, Operations: ['Decrypt'] }),
    PutKeyPolicy: client.putKeyPolicy({ KeyId, Policy: notesKeyPolicy }),
    DisableKey: client.disableKey({ KeyId }),
    EnableKey: client.enableKey({ KeyId }),
    ScheduleKeyDeletion: client.scheduleKeyDeletion({ KeyId }),
    CancelKeyDeletion: client.cancelKeyDeletion({ KeyId }),
    EnableKeyRotation: client.enableKeyRotation({ KeyId }),
    DisableKeyRotation: client.disableKeyRotation({ KeyId }),
    RotateKeyOnDemand: client.rotateKeyOnDemand({ KeyId }),
    TagResource: client.tagResource({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
    UntagResource: client.untagResource({ KeyId, TagKeys: ['a'] }),
    UpdateKeyDescription: client.updateKeyDescription({ KeyId, Description: 'mine' }),
    CreateAlias: client.createAlias({ AliasName: 'alias/mine', TargetKeyId: KeyId }),
  });

  test.each(['root', 'a user whom IAM allows everything'])('%s', async (who) => {
    const client =
      who === 'root'
        ? kms.client()
        : kms.client({ principal: aliceArn, identityPolicies: [allowing] });
    for (const [name, work] of Object.entries(works(client)))
      expect([name, await refusal(work)]).toEqual([
        name,
        denied(`because no resource-based policy allows the kms:${name} action`),
      ]);
  });

  test('nor move or delete its alias', async () => {
    const mine = (await kms.client().createKey()).KeyMetadata;
    const update = kms
      .client()
      .updateAlias({ AliasName: 'alias/aws/rds', TargetKeyId: mine.KeyId });
    expect((await refusal(update)).code).toMatch(/NotAuthorized|AccessDenied/);
    const removal = kms.client().deleteAlias({ AliasName: 'alias/aws/rds' });
    expect((await refusal(removal)).code).toMatch(/NotAuthorized|AccessDenied/);
  });
});

test('the service needs no IAM policy of anybody; a service of its own, in a key policy, neither', async () => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'kms:GenerateDataKey*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  });
  const { KeyMetadata } = await kms.client().createKey({ Policy });
  const request = { KeyId: KeyMetadata.Arn, KeySpec: 'AES_256' } as const;
  const service = 'cloudtrail.amazonaws.com';
  await kms.client({ service, sourceAccount: account }).generateDataKey(request);
  const others = kms.client({ service, sourceAccount: otherAccount }).generateDataKey(request);
  expect(await refusal(others)).toEqual(denied('because no resource-based policy allows'));
  const another = kms.client({ service: 's3.amazonaws.com', sourceAccount: account });
  expect(await refusal(another.generateDataKey(request))).toEqual(
    denied('because no resource-based policy allows'),
  );
});
