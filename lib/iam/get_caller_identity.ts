// GetCallerIdentity: who asks. It needs no permission, and none can be taken away.

import type { Principal } from '../authorization/index.js';
import { iamOperation } from './iam_operation.js';
import type { EmptyOutput, GetCallerIdentityOutput } from './types.js';

export const getCallerIdentity = iamOperation<EmptyOutput, GetCallerIdentityOutput>({
  service: 'sts',
  name: 'GetCallerIdentity',
  shape: {},
  async run(_, { asker, account }) {
    const { principal } = asker;
    return { UserId: userIdOf(principal), Account: account, Arn: principal.arn };
  },
});

/** Whom the importing server vouches for and IAM does not know has no unique id. */
function userIdOf({ kind, arn, account, uniqueId }: Principal): string {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if (kind === 'root') return account;
  if (uniqueId === undefined) return `${account}:${name}`;
  return kind === 'assumed role' ? `${uniqueId}:${name}` : uniqueId;
}
