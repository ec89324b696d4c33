// What a caller can be called, from the account down to the session.

import type { CallerJson } from './scenario.js';

export interface Names {
  readonly account: readonly string[];
  readonly role: readonly string[];
  readonly self: readonly string[];
}

const given = (...names: readonly (string | undefined)[]) =>
  names.filter((name) => name !== undefined);

export function namesOf({ kind, arn, account, roleArn, uniqueId }: CallerJson): Names {
  return {
    account: account === '' ? [] : [account, `arn:aws:iam::${account}:root`],
    // A role's unique id is the role's name, not its session's.
    role: roleArn === undefined ? [] : given(roleArn, uniqueId),
    self:
      kind === 'root' || kind === 'role'
        ? []
        : given(arn, roleArn === undefined ? uniqueId : undefined),
  };
}
