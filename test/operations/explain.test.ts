// kms.explain: the decision, what decided it, and what came nearest.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExplainQuestion, Kms } from '../../lib/kms.js';
import type { KmsClient } from '../../lib/kms_client.js';
import { account, region } from '../unit/engine_for_tests.js';
import { allow, keyPolicy, outcome, plaintext } from './support/scene.js';

let kms: Kms;
let client: KmsClient;
let keyId: string;
let keyArn: string;
beforeAll(async () => {
  kms = await Kms.open({ store: 'memory', account, region });
  client = kms.client();
  const { KeyMetadata } = await client.createKey();
  keyId = KeyMetadata.KeyId;
  keyArn = KeyMetadata.Arn;
  await client.createAlias({ AliasName: 'alias/catrobot', TargetKeyId: keyId });
});
afterAll(() => kms.close());

const bob = `arn:aws:iam::${account}:user/bob`;
const when = (Condition: object, Action = 'kms:*') => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'mine', Effect: 'Allow', Action, Resource: '*', Condition }],
});
const explain = (question: Partial<ExplainQuestion>) =>
  kms.explain({ action: 'kms:Encrypt', keyId, principal: bob, ...question });

test('IAM allows, the key policy does not', async () => {
  const { KeyMetadata } = await client.createKey({
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'admin',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:user/admin` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    }),
    BypassPolicyLockoutSafetyCheck: true,
  });
  const found = await explain({
    keyId: KeyMetadata.KeyId,
    identityPolicies: [allow('kms:Encrypt')],
  });
  expect(found).toMatchObject({ decision: 'Deny', reason: 'no key policy allows' });
  expect(found.message).toBe(
    `User: ${bob} is not authorized to perform: kms:Encrypt on resource: ${KeyMetadata.Arn} because no ` +
      'resource-based policy allows the kms:Encrypt action',
  );
  const [policy, identity] = found.policies;
  expect(policy?.nearest).toEqual([
    {
      statement: { kind: 'key policy', document: 'default', index: 0, sid: 'admin' },
      mismatches: [
        {
          element: 'Principal',
          wanted: { AWS: `arn:aws:iam::${account}:user/admin` },
          actual: bob,
        },
      ],
    },
  ]);
  expect(identity?.allows).toHaveLength(1);
});

test('the key policy delegates, IAM does not allow; and then it does', async () => {
  const lacking = await explain({ identityPolicies: [allow('kms:Decrypt')] });
  expect(lacking).toMatchObject({ decision: 'Deny', reason: 'no identity policy allows' });
  const answer = await outcome(
    kms
      .client({ principal: bob, identityPolicies: [allow('kms:Decrypt')] })
      .encrypt({ KeyId: keyId, Plaintext: plaintext }),
  );
  expect(answer).toBe(`AccessDeniedException: ${lacking.message}`);
  const allowed = await explain({ identityPolicies: [allow('kms:Encrypt')] });
  expect(allowed).toMatchObject({ decision: 'Allow', message: undefined });
});

describe('conditions see what the request would have', () => {
  test.each<[string, Partial<ExplainQuestion>, string, string]>([
    ['kms:Encrypt', {}, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'],
    ['kms:Decrypt', {}, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'],
    ['kms:ReEncryptFrom', {}, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'],
    ['kms:ReEncryptTo', {}, 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'],
    ['kms:Encrypt', { encryptionContext: { app: 'x' } }, 'kms:EncryptionContext:app', 'x'],
    ['kms:Encrypt', { keyId: 'alias/catrobot' }, 'kms:RequestAlias', 'alias/catrobot'],
    ['kms:Encrypt', { via: 's3' }, 'kms:ViaService', `s3.${region}.amazonaws.com`],
    [
      'kms:Encrypt',
      { conditionValues: { 'aws:SourceVpce': 'vpce-1' } },
      'aws:SourceVpce',
      'vpce-1',
    ],
    ['kms:EnableKeyRotation', {}, 'kms:RotationPeriodInDays', '365'],
    ['kms:ScheduleKeyDeletion', {}, 'kms:ScheduleKeyDeletionPendingWindowInDays', '30'],
    ['kms:DisableKey', {}, 'kms:TrailingDaysWithoutKeyUsage', '0'],
    ['kms:ListGrants', { via: 'ec2' }, 'kms:GrantIsForAWSResource', 'true'],
  ])('%s %o: %s', async (action, more, key, value) => {
    const ask = (wanted: string) =>
      explain({ action, ...more, identityPolicies: [when({ StringEquals: { [key]: wanted } })] });
    expect((await ask(value)).decision).toBe('Allow');
    const denied = await ask('other');
    expect(denied.decision).toBe('Deny');
    expect(denied.policies[1]?.nearest[0]?.mismatches).toEqual([
      { element: 'Condition', operator: 'StringEquals', key, wanted: ['other'], actual: value },
    ]);
  });
});

test('every action that needs a key can be asked for', async () => {
  for (const action of [
    'kms:TagResource',
    'kms:UntagResource',
    'kms:CreateGrant',
    'kms:PutKeyPolicy',
    'kms:CreateAlias',
    'kms:Sign',
  ])
    expect((await explain({ action, principal: undefined })).decision).toBe('Allow');
});

test('an action on no key', async () => {
  const question = { action: 'kms:CreateKey', keyId: undefined };
  expect(
    (await explain({ ...question, identityPolicies: [allow('kms:CreateKey')] })).decision,
  ).toBe('Allow');
  expect((await explain(question)).message).toContain('kms:CreateKey on resource: *');
});

test('a grant that allows, one that nearly does, and one that is retired', async () => {
  const grant = { KeyId: keyId, GranteePrincipal: bob, Operations: ['Decrypt' as const] };
  const { GrantId } = await client.createGrant({
    ...grant,
    Constraints: { EncryptionContextEquals: { a: 'b' } },
  });
  const allowed = await explain({ action: 'kms:Decrypt', encryptionContext: { a: 'b' } });
  expect(allowed).toMatchObject({ decision: 'Allow', grantId: GrantId });
  const near = await explain({ action: 'kms:Decrypt' });
  expect(near.nearestGrants).toEqual([
    { grantId: GrantId, mismatches: [{ element: 'Constraints' }] },
  ]);
  const retire = await explain({ action: 'kms:RetireGrant', grantId: GrantId });
  expect(retire).toMatchObject({ decision: 'Deny', reason: 'no identity policy allows' });
  const carol = `arn:aws:iam::444455556666:user/carol`;
  const far = { action: 'kms:RetireGrant', grantId: GrantId, keyId: keyArn, principal: carol };
  expect((await explain(far)).nearestGrants).toEqual([
    { grantId: GrantId, mismatches: [{ element: 'RetiringPrincipal' }] },
  ]);
  expect(
    (await explain({ action: 'kms:RetireGrant', grantId: GrantId, principal: undefined })).decision,
  ).toBe('Allow');
  await client.revokeGrant({ KeyId: keyId, GrantId });
});

test('does and records nothing', async () => {
  const before = await client.getKeyLastUsage({ KeyId: keyId });
  await explain({ principal: undefined });
  expect(await client.getKeyLastUsage({ KeyId: keyId })).toEqual(before);
});

test.each<[Partial<ExplainQuestion> | null, string]>([
  [{ action: 'kms:Nonsense' }, 'ValidationException: there is no action kms:Nonsense'],
  [{ action: 's3:GetObject' }, 'ValidationException: there is no action s3:GetObject'],
  [
    { keyId: 'alias/none' },
    `NotFoundException: Alias arn:aws:kms:${region}:${account}:alias/none is not found.`,
  ],
  [{ action: 'kms:RetireGrant', grantId: 'none' }, 'NotFoundException: Grant ID none not found'],
  [{ via: 'S3' }, 'ERR_INVALID_ARGUMENT: a service is named like s3'],
  [
    { principal: 'bob' },
    'ERR_INVALID_ARGUMENT: `principal` must be the ARN of an account, user, role, role session or federated user',
  ],
  [{ sid: 'a' } as never, "ERR_INVALID_ARGUMENT: unknown option 'sid'"],
])('refuses %o', async (more, expected) => {
  expect(await outcome(explain(more as object))).toBe(expected);
});

test('a question is an object, of an open Kms', async () => {
  expect(await outcome(kms.explain(null as never))).toBe(
    'ERR_INVALID_ARGUMENT: a question is an object',
  );
  const other = await Kms.open({ store: 'memory' });
  await other.close();
  expect(await outcome(other.explain({ action: 'kms:Encrypt' }))).toBe(
    'ERR_CLOSED: the Kms is closed',
  );
});

test('names a policy of a Deny', async () => {
  await client.putKeyPolicy({
    KeyId: keyId,
    Policy: keyPolicy({
      Sid: 'not bob',
      Effect: 'Deny',
      Principal: { AWS: bob },
      Action: 'kms:Encrypt',
      Resource: '*',
    }),
  });
  expect(await explain({ identityPolicies: [allow('kms:*')] })).toMatchObject({
    decision: 'Deny',
    reason: 'explicit deny in key policy',
    statements: [{ kind: 'key policy', index: 1, sid: 'not bob' }],
    message: `User: ${bob} is not authorized to perform: kms:Encrypt on resource: ${keyArn} with an explicit deny in a resource-based policy`,
  });
});
