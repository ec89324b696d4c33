// Names of principals in key policies and grants, and what they have to do with a caller (IAM User
// Guide, "IAM JSON policy elements: Principal").

import { type Principal, type PrincipalKind, parsePrincipalArn } from './principal.js';

type Named = Exclude<PrincipalKind, 'root' | 'service'>;

/** A principal that a policy or a grant names. */
export type PrincipalPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'account'; readonly account: string }
  | {
      readonly kind: Named;
      readonly account: string;
      readonly arn: string;
      /**
       * The user's or role's unique id when the name was bound: one made again under the name is
       * another.
       */
      readonly uniqueId: string | undefined;
    }
  | { readonly kind: 'unique id'; readonly uniqueId: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'provider'; readonly name: string };

/** Finds the unique id of a user or role; undefined for one that this store's IAM does not know. */
export type Bind = (arn: string) => string | undefined;

/** As what a caller is named. A caller can be named as several: bits that add up. */
export const named = {
  not: 0,
  /** As somebody of its account. */
  account: 1,
  /** As a session of its role. */
  role: 2,
  /** As itself: this user, this session, this service. */
  itself: 4,
  /** As a session from an identity provider. */
  provider: 8,
  everybody: 15,
} as const;

const accountForm = /^\d{12}$/;
const uniqueIdForm = /^(?:AIDA|AROA)[A-Z0-9]{12,124}$/;
const serviceForm = /^[a-z0-9-]+(?:\.[a-z0-9-]+){2,}$/;
const providerForm =
  /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[\w.-]+)*|arn:aws:iam::\d{12}:(?:saml|oidc)-provider\/[\w+=,.@:/-]+)$/;

/**
 * @returns undefined when the text names no principal; groups are none, and nothing takes wildcards
 */
export function parsePrincipalPattern(text: string, bind?: Bind): PrincipalPattern | undefined {
  if (accountForm.test(text)) return { kind: 'account', account: text };
  if (uniqueIdForm.test(text)) return { kind: 'unique id', uniqueId: text };
  const parsed = parsePrincipalArn(text);
  if (parsed === undefined) return undefined;
  const { kind, account } = parsed;
  if (kind === 'root') return { kind: 'account', account };
  const isBound = kind === 'user' || kind === 'role';
  return { kind, account, arn: text, uniqueId: isBound ? bind?.(text) : undefined };
}

export function parseServicePattern(text: string): PrincipalPattern | undefined {
  return serviceForm.test(text) ? { kind: 'service', name: text } : undefined;
}

export function parseProviderPattern(text: string): PrincipalPattern | undefined {
  return providerForm.test(text) ? { kind: 'provider', name: text } : undefined;
}

/** As what a pattern names a caller. */
export function namedBy(pattern: PrincipalPattern, caller: Principal): number {
  switch (pattern.kind) {
    case 'any':
      return named.everybody;
    case 'account':
      return pattern.account === caller.account ? named.account : named.not;
    case 'user':
      return isUser(caller) && isSame(pattern.uniqueId, caller.uniqueId, pattern.arn, caller.arn)
        ? named.itself
        : named.not;
    case 'role':
      return isRole(caller) &&
        (isSame(pattern.uniqueId, caller.uniqueId, pattern.arn, caller.roleArn) ||
          isRoleOfStranger(pattern, caller))
        ? named.role
        : named.not;
    case 'assumed role':
    case 'federated user':
      return pattern.arn === caller.arn ? named.itself : named.not;
    case 'unique id':
      if (pattern.uniqueId !== caller.uniqueId) return named.not;
      return isUser(caller) ? named.itself : named.role;
    case 'service':
      return pattern.name === caller.service ? named.itself : named.not;
    case 'provider':
      return pattern.name === caller.federatedProvider ? named.provider : named.not;
  }
}

/** As what any of the patterns names a caller. */
export function namedByAny(patterns: readonly PrincipalPattern[], caller: Principal): number {
  let found: number = named.not;
  for (const pattern of patterns) found |= namedBy(pattern, caller);
  return found;
}

/** All that a caller is, for NotPrincipal: who is exempt must be named as each. */
export function everythingOf({ kind }: Principal): number {
  switch (kind) {
    case 'root':
      return named.account;
    case 'role':
      return named.account | named.role;
    case 'assumed role':
      return named.account | named.role | named.itself;
    case 'user':
    case 'federated user':
      return named.account | named.itself;
    case 'service':
      return named.itself;
  }
}

/** Whether two patterns name the same principal; a bound name and its unique id are one. */
export function isSamePattern(a: PrincipalPattern | undefined, b: PrincipalPattern | undefined) {
  if (a === undefined || b === undefined) return a === b;
  return identityOf(a) === identityOf(b);
}

function identityOf(pattern: PrincipalPattern): string {
  switch (pattern.kind) {
    case 'any':
      return '*';
    case 'account':
      return pattern.account;
    case 'unique id':
      return pattern.uniqueId;
    case 'service':
    case 'provider':
      return `${pattern.kind} ${pattern.name}`;
    default:
      return pattern.uniqueId ?? pattern.arn;
  }
}

function isUser({ kind }: Principal): boolean {
  return kind === 'user';
}

function isRole({ kind }: Principal): boolean {
  return kind === 'assumed role' || kind === 'role';
}

/**
 * The ARN of a session lacks its role's path. Of a role that IAM does not know the name has to do,
 * and does: an account has one role of a name.
 */
function isRoleOfStranger(
  { arn, account, uniqueId }: Extract<PrincipalPattern, { arn: string }>,
  caller: Principal,
): boolean {
  if (caller.kind !== 'assumed role' || caller.uniqueId !== undefined || uniqueId !== undefined)
    return false;
  return caller.roleArn === `arn:aws:iam::${account}:role/${arn.slice(arn.lastIndexOf('/') + 1)}`;
}

function isSame(
  boundId: string | undefined,
  id: string | undefined,
  arn: string,
  callerArn: string | undefined,
): boolean {
  return boundId === undefined ? arn === callerArn : boundId === id;
}
