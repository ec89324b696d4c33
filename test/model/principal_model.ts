// What a caller can be called, from the account down to the session.

import type { CallerJson } from './scenario.js';

/** Whether a name is the caller's; undefined where the caller has no such part. */
type IsName = ((name: string) => boolean) | undefined;

export interface Names {
  readonly account: IsName;
  readonly role: IsName;
  readonly self: IsName;
}

export function namesOf({ kind, arn, account, roleArn, uniqueId }: CallerJson): Names {
  const isRoot = kind === 'root' || kind === 'role';
  // The ARN of a session lacks its role's path: of a role that IAM does not know the name decides.
  const [, roleName = ''] = /assumed-role\/([^/]+)/.exec(arn) ?? [];
  const sameRole = new RegExp(`^arn:aws:iam::${account}:role/(.*/)?${roleName}$`);
  const isRole = (name: string) =>
    uniqueId === undefined ? sameRole.test(name) : [roleArn, uniqueId].includes(name);
  return {
    account:
      account === ''
        ? undefined
        : (name) => [account, `arn:aws:iam::${account}:root`].includes(name),
    role: roleArn === undefined ? undefined : isRole,
    // A role's unique id is the role's name, not its session's.
    self: isRoot
      ? undefined
      : (name) => name === arn || (roleArn === undefined && name === uniqueId),
  };
}
