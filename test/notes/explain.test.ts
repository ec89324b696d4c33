// kms.explain tells what the notes tell people to look for: both policies, and which of them is
// missing.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Kms } from '../../lib/kms.js';
import {
  account,
  aliceArn,
  identityPolicyFor,
  notesIdentityPolicy,
  notesKeyPolicy,
  openKms,
  refusal,
} from './notes.js';

let kms: Kms;
beforeEach(async () => {
  kms = await openKms();
});
afterEach(() => kms.close());

const action = 'kms:Encrypt';
const Plaintext = new Uint8Array(16);

test('IAM allows, the key policy does not', async () => {
  const { KeyMetadata } = await kms
    .client()
    .createKey({ Policy: notesKeyPolicy, BypassPolicyLockoutSafetyCheck: true });
  const keyId = KeyMetadata.Arn;
  const identityPolicies = [identityPolicyFor(keyId)];
  const found = await kms.explain({ principal: aliceArn, identityPolicies, action, keyId });
  expect(found).toMatchObject({ decision: 'Deny', reason: 'no key policy allows', statements: [] });
  expect(found.policies).toMatchObject([
    { kind: 'key policy', document: 'default', allows: [], denies: [] },
    { kind: 'identity policy', allows: [{ index: 0 }], nearest: [] },
  ]);
  const [byService, byAccount] = found.policies[0]?.nearest ?? [];
  expect(byAccount).toMatchObject({
    statement: { index: 1, sid: 'Allow direct access to key metadata to the account' },
    mismatches: [{ element: 'Action', actual: action }],
  });
  expect(byService).toMatchObject({
    statement: { index: 0 },
    mismatches: [
      {
        element: 'Condition',
        operator: 'StringEquals',
        key: 'kms:ViaService',
        wanted: ['rds.eu-central-1.amazonaws.com'],
        actual: undefined,
      },
    ],
  });
  const { message } = await refusal(
    kms.client({ principal: aliceArn, identityPolicies }).encrypt({ KeyId: keyId, Plaintext }),
  );
  expect(found.message).toBe(message);
});

test('through the service the same request is allowed, and by which statement', async () => {
  const { KeyMetadata } = await kms
    .client()
    .createKey({ Policy: notesKeyPolicy, BypassPolicyLockoutSafetyCheck: true });
  const found = await kms.explain({
    principal: aliceArn,
    action,
    keyId: KeyMetadata.KeyId,
    via: 'rds',
  });
  expect(found).toMatchObject({
    decision: 'Allow',
    reason: 'allowed',
    message: undefined,
    statements: [{ kind: 'key policy', index: 0 }],
  });
});

test('the key policy allows, IAM does not: the Resource is another’s', async () => {
  const { KeyMetadata } = await kms.client().createKey();
  const identityPolicies = [notesIdentityPolicy];
  const question = { principal: aliceArn, identityPolicies, action, keyId: KeyMetadata.Arn };
  const found = await kms.explain(question);
  expect(found).toMatchObject({ decision: 'Deny', reason: 'no identity policy allows' });
  expect(found.policies[1]?.nearest).toMatchObject([
    {
      statement: { kind: 'identity policy', index: 0 },
      mismatches: [
        {
          element: 'Resource',
          wanted: 'arn:aws:kms:us-east-1:123456789012:key/abcd-1234-efgh-5678',
          actual: KeyMetadata.Arn,
        },
      ],
    },
  ]);
  const right = await kms.explain({
    ...question,
    identityPolicies: [identityPolicyFor(KeyMetadata.Arn)],
  });
  expect(right).toMatchObject({
    decision: 'Allow',
    statements: [{ kind: 'key policy' }, { kind: 'identity policy' }],
  });
});

test('a context that a policy asks for is told', async () => {
  const { KeyMetadata } = await kms.client().createKey();
  const Condition = { StringEquals: { 'kms:EncryptionContext:tenant': 'blue' } };
  const Statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition };
  const identityPolicies = [{ Version: '2012-10-17', Statement }];
  const question = { principal: aliceArn, identityPolicies, action, keyId: KeyMetadata.KeyId };
  const without = await kms.explain({ ...question, encryptionContext: { tenant: 'red' } });
  expect(without.policies[1]?.nearest[0]?.mismatches).toMatchObject([
    { key: 'kms:EncryptionContext:tenant', wanted: ['blue'], actual: 'red' },
  ]);
  expect(await kms.explain({ ...question, encryptionContext: { tenant: 'blue' } })).toMatchObject({
    decision: 'Allow',
  });
});

test('nothing is done, and unknown questions are refused', async () => {
  const { KeyMetadata } = await kms.client().createKey();
  const keyId = KeyMetadata.KeyId;
  await kms.explain({ action: 'kms:DisableKey', keyId });
  expect((await kms.client().describeKey({ KeyId: keyId })).KeyMetadata?.Enabled).toBe(true);
  expect(await kms.explain({ action: 'kms:ListKeys', principal: aliceArn })).toMatchObject({
    decision: 'Deny',
  });
  expect(await kms.explain({ action: 'kms:ListKeys' })).toMatchObject({ decision: 'Allow' });
  expect(await refusal(kms.explain({ action: 'kms:ReEncrypt', keyId }))).toMatchObject({
    code: 'ValidationException',
  });
  expect(await refusal(kms.explain({ action, keyId: 'alias/none' }))).toMatchObject({
    code: 'NotFoundException',
  });
  expect(await refusal(kms.explain({ action, keyId, principal: account }))).toMatchObject({
    code: 'ERR_INVALID_ARGUMENT',
  });
});
