// The key policy of the notes on a customer's key: who gets through, and who does not.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kms } from '../../lib/kms.js';
import {
  account,
  aliceArn,
  denied,
  lockedOut,
  notesKeyPolicy,
  openKms,
  otherAccount,
  refusal,
  region,
} from './notes.js';

let kms: Kms;
beforeEach(async () => {
  kms = await openKms();
});
afterEach(() => kms.close());

const Plaintext = new Uint8Array(Buffer.from('find all the doggos'));
const create = async () => {
  const { KeyMetadata } = await kms
    .client()
    .createKey({ Policy: notesKeyPolicy, BypassPolicyLockoutSafetyCheck: true });
  return KeyMetadata.Arn;
};

describe('writing it', () => {
  test('locks its writer out, and is refused', async () => {
    expect(await refusal(kms.client().createKey({ Policy: notesKeyPolicy }))).toEqual(lockedOut);
    const { KeyMetadata } = await kms.client().createKey();
    const put = kms.client().putKeyPolicy({ KeyId: KeyMetadata.KeyId, Policy: notesKeyPolicy });
    expect(await refusal(put)).toEqual(lockedOut);
    // The key has still its default policy.
    await kms.client().encrypt({ KeyId: KeyMetadata.KeyId, Plaintext });
  });

  test('is taken when the check is bypassed, and cannot be undone', async () => {
    const KeyId = await create();
    const { Policy = '' } = await kms.client().getKeyPolicy({ KeyId });
    expect(JSON.parse(Policy)).toEqual(JSON.parse(notesKeyPolicy));
    const put = { KeyId, Policy: notesKeyPolicy, BypassPolicyLockoutSafetyCheck: true };
    expect(await refusal(kms.client().putKeyPolicy(put))).toEqual(
      denied('because no resource-based policy allows the kms:PutKeyPolicy action'),
    );
  });
});

describe('through RDS', () => {
  test('the right account gets through, with no IAM policy at all', async () => {
    const KeyId = await create();
    for (const principal of [
      undefined,
      aliceArn,
      `arn:aws:sts::${account}:assumed-role/app/session`,
    ]) {
      const rds = kms.client({ principal }).via('rds');
      const { CiphertextBlob } = await rds.generateDataKey({ KeyId, KeySpec: 'AES_256' });
      expect((await rds.decrypt({ CiphertextBlob })).KeyId).toBe(KeyId);
      await rds.encrypt({ KeyId, Plaintext });
      await rds.describeKey({ KeyId });
      await rds.listGrants({ KeyId });
    }
  });

  test('the wrong account does not, even with an IAM policy', async () => {
    const KeyId = await create();
    const identityPolicies = [
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*' } },
    ];
    const principal = `arn:aws:iam::${otherAccount}:user/mallory`;
    const rds = kms.client({ principal, identityPolicies }).via('rds');
    const reason = 'because the resource does not exist in this Region';
    expect(await refusal(rds.encrypt({ KeyId, Plaintext }))).toEqual(denied(reason));
    const asRoot = kms.client({ account: otherAccount }).via('rds');
    expect(await refusal(asRoot.encrypt({ KeyId, Plaintext }))).toEqual(denied(reason));
  });

  test('no other service gets through, and RDS elsewhere does not', async () => {
    const KeyId = await create();
    const reason = 'because no resource-based policy allows the kms:Encrypt action';
    for (const client of [kms.client().via('s3'), kms.client({ principal: aliceArn }).via('ec2')])
      expect(await refusal(client.encrypt({ KeyId, Plaintext }))).toEqual(denied(reason));
    // A service by itself is of no account.
    const service = kms.client({ service: 'rds.amazonaws.com', account });
    expect(await refusal(service.encrypt({ KeyId, Plaintext }))).toEqual(denied(reason));
  });

  test('nobody does what the statement does not name', async () => {
    const KeyId = await create();
    const rds = kms.client().via('rds');
    expect(await refusal(rds.disableKey({ KeyId }))).toEqual(denied('no resource-based policy'));
    expect(await refusal(rds.scheduleKeyDeletion({ KeyId }))).toEqual(
      denied('no resource-based policy'),
    );
  });
});

describe('directly', () => {
  test('the account sees the metadata and revokes grants', async () => {
    const KeyId = await create();
    const rds = kms.client().via('rds');
    const { GrantId = '' } = await rds.createGrant({
      KeyId,
      GranteePrincipal: aliceArn,
      Operations: ['Decrypt'],
    });
    const client = kms.client();
    expect((await client.describeKey({ KeyId })).KeyMetadata?.Arn).toBe(KeyId);
    await client.getKeyPolicy({ KeyId });
    await client.getKeyRotationStatus({ KeyId });
    expect((await client.listGrants({ KeyId })).Grants).toHaveLength(1);
    await client.listResourceTags({ KeyId });
    await client.listKeyPolicies({ KeyId });
    await client.revokeGrant({ KeyId, GrantId });
    expect((await client.listGrants({ KeyId })).Grants).toHaveLength(0);
  });

  test('a user sees them when its IAM policy allows it', async () => {
    const KeyId = await create();
    const reason = 'because no identity-based policy allows the kms:DescribeKey action';
    expect(await refusal(kms.client({ principal: aliceArn }).describeKey({ KeyId }))).toEqual(
      denied(reason),
    );
    const Statement = { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' };
    const identityPolicies = [{ Version: '2012-10-17', Statement }];
    await kms.client({ principal: aliceArn, identityPolicies }).describeKey({ KeyId });
  });

  test('the account, its root included, neither uses nor changes the key', async () => {
    const KeyId = await create();
    const client = kms.client();
    const works = [
      client.encrypt({ KeyId, Plaintext }),
      client.generateDataKey({ KeyId, KeySpec: 'AES_256' }),
      client.newDataKey({ keyId: KeyId }),
      client.createGrant({ KeyId, GranteePrincipal: aliceArn, Operations: ['Decrypt'] }),
      client.disableKey({ KeyId }),
      client.scheduleKeyDeletion({ KeyId }),
      client.enableKeyRotation({ KeyId }),
      client.tagResource({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
      client.updateKeyDescription({ KeyId, Description: 'mine' }),
      client.createAlias({ AliasName: 'alias/mine', TargetKeyId: KeyId }),
    ];
    for (const work of works)
      expect(await refusal(work)).toEqual(denied('because no resource-based policy allows'));
    expect(KeyId).toContain(`:${region}:${account}:`);
  });
});
