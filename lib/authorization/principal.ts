// Who asks: the caller of an operation, as the importing server, the endpoint or a service made him
// known.

import type { ConditionValues } from './condition_values.js';

export type PrincipalKind =
  | 'root'
  | 'user'
  | 'role'
  | 'assumed role'
  | 'federated user'
  | 'service';

/** The caller. */
export interface Principal {
  readonly kind: PrincipalKind;
  /**
   * What the texts of AccessDeniedException name: for a role its session's ARN, for a service its
   * name.
   */
  readonly arn: string;
  /** 12 digits; empty for a service, which no customer's account owns. */
  readonly account: string;
  /** The role behind a role session, with its path where that is known. */
  readonly roleArn?: string | undefined;
  /** The unique id (AIDA…, AROA…) of the user or role: what policies and grants are bound to. */
  readonly uniqueId?: string | undefined;
  /** Of a service: `rds.amazonaws.com`. */
  readonly service?: string | undefined;
  /** Of a role session that came from a SAML or OpenID Connect provider. */
  readonly federatedProvider?: string | undefined;
  /** Tags of the user, role or session. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** What else conditions can ask of the caller, such as `aws:PrincipalOrgID`. */
  readonly keys?: ConditionValues | undefined;
}

// This store's partition is `aws`: an account of another partition is another account.
const form =
  /^arn:aws:(?:(iam)|sts)::(\d{12}):(?:(root)|(user|role|assumed-role|federated-user)\/(.+))$/;
const word = '[\\w+=,.@-]+';
/** IAM's paths, without the * and ? that somebody might take for wildcards. */
const path = '(?:[!-)+-.0->@-~]+/)*';
const names: Readonly<Record<string, RegExp>> = {
  user: new RegExp(`^${path}${word}$`),
  role: new RegExp(`^${path}${word}$`),
  'assumed-role': new RegExp(`^${word}/${word}$`),
  'federated-user': new RegExp(`^${word}$`),
};
const kinds: Readonly<Record<string, PrincipalKind>> = {
  user: 'user',
  role: 'role',
  'assumed-role': 'assumed role',
  'federated-user': 'federated user',
};

/** The ARN of a principal, taken apart. */
export interface PrincipalArn {
  readonly kind: Exclude<PrincipalKind, 'service'>;
  readonly account: string;
}

/**
 * @returns kind and account, or undefined when the text is no ARN of an account, user, role or
 *   session
 */
export function parsePrincipalArn(arn: string): PrincipalArn | undefined {
  const match = form.exec(arn);
  if (match === null) return undefined;
  const [, iam, account = '', root, type = '', name = ''] = match;
  if (root !== undefined) return iam === undefined ? undefined : { kind: 'root', account };
  const isOfIam = type === 'user' || type === 'role';
  if (isOfIam !== (iam !== undefined) || !names[type]?.test(name)) return undefined;
  return { kind: kinds[type] as PrincipalArn['kind'], account };
}

/**
 * The caller that an ARN names. A role's own ARN stands for the role without a named session.
 *
 * @param arn - of an account's root, a user, a role, a role session or a federated user
 * @param details - what the ARN does not tell; `roleArn` where the role of a session has a path:
 *   conditions on `aws:PrincipalArn` do not see it otherwise
 * @returns undefined when the text is no such ARN
 */
export function principalOfArn(
  arn: string,
  details: Omit<Partial<Principal>, 'kind' | 'arn' | 'account' | 'service'> = {},
): Principal | undefined {
  const parsed = parsePrincipalArn(arn);
  if (parsed === undefined) return undefined;
  const { kind, account } = parsed;
  return { ...details, kind, arn, account, roleArn: details.roleArn ?? roleArnOf(kind, arn) };
}

/** A service that calls for itself, `rds.amazonaws.com`. */
export function servicePrincipal(service: string, keys?: ConditionValues): Principal {
  return { kind: 'service', arn: service, account: '', service, keys };
}

/** The ARN of a role without a path whose session this is. */
function roleArnOf(kind: PrincipalKind, arn: string): string | undefined {
  if (kind === 'role') return arn;
  if (kind !== 'assumed role') return undefined;
  return arn.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]+)\/.*$/, ':role/$1');
}
