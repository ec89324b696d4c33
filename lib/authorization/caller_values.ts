// What conditions can ask of the caller beyond what it carries as it is (IAM User Guide, "AWS global
// condition context keys").

import type { Principal } from './principal.js';

const principalTypes = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  'assumed role': 'AssumedRole',
  'federated user': 'FederatedUser',
  service: undefined,
} as const;

/** `aws:PrincipalType` */
export function principalType({ kind }: Principal): string | undefined {
  return principalTypes[kind];
}

/** `aws:PrincipalArn`: conditions see a session as its role. */
export function principalArn({ kind, arn, roleArn }: Principal): string | undefined {
  return kind === 'service' ? undefined : (roleArn ?? arn);
}

/** `aws:username`: of users alone. */
export function userName({ kind, arn }: Principal): string | undefined {
  return kind === 'user' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}

/** `aws:userid` */
export function userId({ kind, arn, account, uniqueId }: Principal): string | undefined {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if (kind === 'root') return account;
  if (kind === 'federated user') return `${account}:${name}`;
  return kind === 'assumed role' && uniqueId !== undefined ? `${uniqueId}:${name}` : uniqueId;
}
