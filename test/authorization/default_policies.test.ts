// The key policies that AWS writes, letter for letter.

import { describe, expect, test } from 'vitest';
import {
  awsManagedKeyPolicy,
  compilePolicy,
  defaultKeyPolicy,
} from '../../lib/authorization/index.js';
import {
  account,
  compiledOf,
  identityPolicy,
  otherAccount,
  type RequestParts,
  reasonOf,
  refusal,
} from './support/requests.js';

const compiled = (text: string) =>
  compiledOf(compilePolicy(text, { kind: 'key policy', name: 'default' }));

test('the default key policy', () => {
  expect(defaultKeyPolicy(account)).toBe(`{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::111122223333:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`);
});

test('the policy of the AWS managed key of RDS is the one of the user’s notes', () => {
  expect(awsManagedKeyPolicy('rds', '353313230204', 'eu-central-1')).toBe(`{
  "Version" : "2012-10-17",
  "Id" : "auto-rds-2",
  "Statement" : [ {
    "Sid" : "Allow access through RDS for all principals in the account that are authorized to use RDS",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "*"
    },
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:ListGrants", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {
      "StringEquals" : {
        "kms:ViaService" : "rds.eu-central-1.amazonaws.com",
        "kms:CallerAccount" : "353313230204"
      }
    }
  }, {
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::353313230204:root"
    },
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  } ]
}`);
});

test.each([
  ['sqs', 'auto-sqs-1', 'SQS', 'sqs'],
  ['ebs', 'auto-ebs-1', 'EBS', 'ec2'],
  ['secretsmanager', 'auto-secretsmanager-1', 'AWS Secrets Manager', 'secretsmanager'],
  ['something-new', 'auto-something-new-1', 'something-new', 'something-new'],
])('the policy of aws/%s', (service, id, title, endpoint) => {
  const text = awsManagedKeyPolicy(service, account, 'us-east-1');
  const { Id, Statement } = JSON.parse(text);
  expect(Id).toBe(id);
  expect(Statement[0].Sid).toContain(`through ${title} for all`);
  expect(Statement[0].Action).not.toContain('kms:ListGrants');
  expect(Statement[0].Condition.StringEquals['kms:ViaService']).toBe(
    `${endpoint}.us-east-1.amazonaws.com`,
  );
  expect(refusal(text)).toBeUndefined();
});

describe('an AWS managed key', () => {
  const key = compiled(awsManagedKeyPolicy('rds', account, 'us-east-1'));
  const viaService = 'rds.us-east-1.amazonaws.com';
  const ask = (parts: RequestParts) => reasonOf({ key, ...parts });

  test('serves everybody in the account through its service, without an identity policy', () => {
    for (const as of ['alice', 'session', 'root', 'federated'] as const)
      for (const to of [
        'Encrypt',
        'Decrypt',
        'ReEncryptTo',
        'GenerateDataKeyWithoutPlaintext',
        'CreateGrant',
      ])
        expect(ask({ as, to, call: { viaService } })).toBe('allowed');
  });

  test('serves nobody else, and nothing directly', () => {
    const identity = [identityPolicy()];
    const elsewhere = 'rds.us-west-2.amazonaws.com';
    expect(ask({ identity })).toBe('no key policy allows');
    expect(ask({ as: 'root', identity })).toBe('no key policy allows');
    expect(ask({ identity, call: { viaService: elsewhere } })).toBe('no key policy allows');
    expect(ask({ identity, call: { viaService: 's3.us-east-1.amazonaws.com' } })).toBe(
      'no key policy allows',
    );
    expect(ask({ as: 'stranger', identity, call: { viaService } })).toBe('no key policy allows');
    expect(ask({ as: 'service', call: { viaService } })).toBe('no key policy allows');
    expect(otherAccount).not.toBe(account);
  });

  test('lets the account look and revoke grants, and change nothing', () => {
    for (const to of [
      'DescribeKey',
      'GetKeyPolicy',
      'ListGrants',
      'ListResourceTags',
      'RevokeGrant',
    ])
      expect(ask({ as: 'root', to })).toBe('allowed');
    for (const to of [
      'PutKeyPolicy',
      'DisableKey',
      'EnableKey',
      'ScheduleKeyDeletion',
      'CancelKeyDeletion',
      'TagResource',
      'UntagResource',
      'CreateAlias',
      'UpdateAlias',
      'DeleteAlias',
      'UpdateKeyDescription',
      'EnableKeyRotation',
      'DisableKeyRotation',
      'RotateKeyOnDemand',
      'CreateGrant',
      'Encrypt',
      'Decrypt',
    ])
      expect([to, ask({ as: 'root', to })]).toEqual([to, 'no key policy allows']);
  });
});
