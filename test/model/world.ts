// The small world of the random scenarios: two accounts, a handful of principals, one key. Small,
// so that names meet.

import type { CallerJson } from './scenario.js';

export const ours = '111122223333';
export const theirs = '444455556666';
export const keyArn = `arn:aws:kms:us-east-1:${ours}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const otherKeyArn = `arn:aws:kms:us-east-1:${ours}:key/0987dcba-09fe-87dc-65ba-ab0987654321`;
export const aliasArn = `arn:aws:kms:us-east-1:${ours}:alias/blue`;
export const sourceArn = `arn:aws:rds:us-east-1:${ours}:db:one`;
export const viaService = 'rds.us-east-1.amazonaws.com';

export const roleArn = (account: string) => `arn:aws:iam::${account}:role/team/admin`;
export const sessionArn = (account: string) => `arn:aws:sts::${account}:assumed-role/admin/s1`;
const userArn = (account: string) => `arn:aws:iam::${account}:user/alice`;
const fredArn = (account: string) => `arn:aws:sts::${account}:federated-user/fred`;

/** Of a user or role that IAM knows: others are known by their ARN alone. */
const userId = (account: string) => `AIDA${account}`;
const roleId = (account: string) => `AROA${account}`;

export const callersOf = (account: string): readonly CallerJson[] => [
  { arn: `arn:aws:iam::${account}:root`, account, kind: 'root' },
  {
    arn: userArn(account),
    account,
    kind: 'user',
    uniqueId: userId(account),
    tags: { Team: 'blue' },
  },
  {
    arn: sessionArn(account),
    account,
    kind: 'assumed role',
    roleArn: roleArn(account),
    uniqueId: roleId(account),
  },
  // The importing server vouches for this one: IAM does not know its role.
  {
    arn: sessionArn(account),
    account,
    kind: 'assumed role',
    roleArn: `arn:aws:iam::${account}:role/admin`,
  },
  {
    arn: roleArn(account),
    account,
    kind: 'role',
    roleArn: roleArn(account),
    uniqueId: roleId(account),
  },
  { arn: fredArn(account), account, kind: 'federated user', tags: { team: 'b*', Team: 'red' } },
];

export const service: CallerJson = { arn: 'rds.amazonaws.com', account: '', kind: 'service' };

export const principalsOf = (account: string): readonly string[] => [
  `arn:aws:iam::${account}:root`,
  account,
  userArn(account),
  userId(account),
  `arn:aws:iam::${account}:user/bob`,
  roleArn(account),
  roleId(account),
  sessionArn(account),
  fredArn(account),
];

export const principals = [...principalsOf(ours), ...principalsOf(theirs)];

/** What a NotPrincipal must list to spare everybody of ours. */
export const everybodyOfOurs = [
  ours,
  userArn(ours),
  roleArn(ours),
  sessionArn(ours),
  fredArn(ours),
];

export const keyOperations =
  'Encrypt Decrypt GenerateDataKey DescribeKey CreateGrant RetireGrant RevokeGrant PutKeyPolicy'.split(
    ' ',
  );
export const grantedOperations = keyOperations.slice(0, 6);
export const aliasOperations = ['CreateAlias', 'DeleteAlias'];
export const keylessOperations = ['ListKeys', 'CreateKey', 'GenerateRandom'];
