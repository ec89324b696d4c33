// The policies of the user's notes, word for word, and a KMS in the account and Region that they
// speak of.

import { expect } from 'vitest';
import type { KmsError } from '../../lib/errors.js';
import { Kms } from '../../lib/kms.js';

export const account = '353313230204';
export const region = 'eu-central-1';
export const otherAccount = '123456789012';
export const aliceArn = `arn:aws:iam::${account}:user/alice`;

/** "Every KMS key has a key (resource-based) policy." */
export const notesKeyPolicy = `{
    "Version": "2012-10-17",
    "Id": "auto-rds-2",
    "Statement": [
      {
        "Sid": "Allow access through RDS for all principals in the account that are authorized to use RDS",
        "Effect": "Allow",
        "Principal": {
          "AWS": "*"
        },
        "Action": [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:ListGrants",
          "kms:DescribeKey"
        ],
        "Resource": "*",
        "Condition": {
          "StringEquals": {
            "kms:ViaService": "rds.eu-central-1.amazonaws.com",
            "kms:CallerAccount": "353313230204"
          }
        }
      },
      {
        "Sid": "Allow direct access to key metadata to the account",
        "Effect": "Allow",
        "Principal": {
          "AWS": "arn:aws:iam::353313230204:root"
        },
        "Action": [
          "kms:Describe*",
          "kms:Get*",
          "kms:List*",
          "kms:RevokeGrant"
        ],
        "Resource": "*"
      }
    ]
  }`;

/**
 * "IAM identities sometimes need an IAM (identity-based) policy in addition to the KMS key policy."
 */
export const notesIdentityPolicy = `{
    "Version": "2012-10-17",
    "Statement": [
      {
        "Effect": "Allow",
        "Action": [
          "kms:Encrypt",
          "kms:Decrypt"
        ],
        "Resource": "arn:aws:kms:us-east-1:123456789012:key/abcd-1234-efgh-5678"
      }
    ]
  }`;

/** The identity policy of the notes, for a key that there is. */
export function identityPolicyFor(keyArn: string): string {
  return notesIdentityPolicy.replace(
    'arn:aws:kms:us-east-1:123456789012:key/abcd-1234-efgh-5678',
    keyArn,
  );
}

export const lockedOut = {
  code: 'MalformedPolicyDocumentException',
  message: 'The new key policy will not allow you to update the key policy in the future.',
};

export function openKms(): Promise<Kms> {
  return Kms.open({ store: 'memory', account, region });
}

/** What an operation fails with. */
export async function refusal(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.then(
    () => undefined,
    (reason: KmsError) => reason,
  );
  if (error === undefined) throw new Error('nothing was refused');
  return { code: error.code, message: error.message };
}

export const denied = (reason: string) => ({
  code: 'AccessDeniedException',
  message: expect.stringContaining(reason) as unknown as string,
});
