// The key policies that AWS writes (AWS KMS Developer Guide, "Default key policy"), in AWS's own
// spacing.

import { formatPolicy } from './format_policy.js';

/**
 * The policy of a key that was created without one: it delegates everything to the account's own
 * policies.
 */
export function defaultKeyPolicy(account: string): string {
  return formatPolicy({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
}

/** What a service is called, and by what name it calls, where that is not its own. */
const services: Readonly<Record<string, { title: string; endpoint?: string; revision?: number }>> =
  {
    ebs: { title: 'EBS', endpoint: 'ec2' },
    rds: { title: 'RDS', revision: 2 },
    s3: { title: 'S3' },
    secretsmanager: { title: 'AWS Secrets Manager' },
    sns: { title: 'SNS' },
    sqs: { title: 'SQS' },
  };

/** From its second revision on the policy lets principals list grants. */
const listsGrants = 2;

/**
 * The policy of an AWS managed key: everybody in the account, but only through the service; for the
 * account itself the metadata.
 *
 * @param service - as in the key's alias `alias/aws/rds`
 */
export function awsManagedKeyPolicy(service: string, account: string, region: string): string {
  const { title = service, endpoint = service, revision = 1 } = services[service] ?? {};
  const throughService = [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncrypt*',
    'kms:GenerateDataKey*',
    'kms:CreateGrant',
    ...(revision >= listsGrants ? ['kms:ListGrants'] : []),
    'kms:DescribeKey',
  ];
  return formatPolicy({
    Version: '2012-10-17',
    Id: `auto-${service}-${revision}`,
    Statement: [
      {
        Sid: `Allow access through ${title} for all principals in the account that are authorized to use ${title}`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: throughService,
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:ViaService': `${endpoint}.${region}.amazonaws.com`,
            'kms:CallerAccount': account,
          },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  });
}
