// Grants for the model: whom they serve, what they allow, and what they ask of the caller's
// account.

import { namesOf } from './principal_model.js';
import type { GrantJson, Scenario } from './scenario.js';

/** Needs nothing more; needs boundary and session; needs an identity policy as well. */
export type Way = 'direct' | 'limited' | 'delegated';

type Pairs = Readonly<Record<string, string>>;
const contains = (all: Pairs, some: Pairs) => Object.entries(some).every(([k, v]) => all[k] === v);
const same = (a: Pairs, b: Pairs) => contains(a, b) && contains(b, a);

export function waysByGrant(s: Scenario): readonly Way[] {
  return s.grants.flatMap((grant) => waysOfGrantee(grant, s));
}

export function waysToRetire(s: Scenario): readonly Way[] {
  const grant = s.grants[s.retires];
  if (grant === undefined) return [];
  const byIssuer: readonly Way[] = grant.issuer === s.caller.account ? ['delegated'] : [];
  const byRetiring = grant.retiring === undefined ? [] : waysOfName(grant.retiring, grant, s);
  return [...byIssuer, ...byRetiring, ...waysOfGrantee(grant, s)];
}

function waysOfGrantee(grant: GrantJson, s: Scenario): readonly Way[] {
  const serves = grant.operations.includes(s.action) && isSatisfied(grant, s);
  return serves ? waysOfName(grant.grantee, grant, s) : [];
}

/** The table of how grants combine with policies. */
function waysOfName(
  name: string,
  { issuer }: GrantJson,
  { caller, resource }: Scenario,
): readonly Way[] {
  const { account, role, self } = namesOf(caller);
  if (account?.(name)) return ['delegated'];
  if (!role?.(name) && !self?.(name)) return [];
  if (caller.kind === 'service') return ['direct'];
  if (caller.account !== resource.account && issuer !== caller.account) return ['delegated'];
  const isSession = caller.kind === 'federated user' || name.includes(':assumed-role/');
  return isSession ? ['direct'] : ['limited'];
}

function isSatisfied(grant: GrantJson, s: Scenario): boolean {
  const { equals, subset, sourceArn } = grant;
  if (sourceArn !== undefined && sourceArn !== s.keys['aws:SourceArn']) return false;
  if (s.action === 'DescribeKey' || s.action === 'RetireGrant') return true;
  if (s.action === 'CreateGrant') return isAsStrict(s.proposes, grant);
  const context = s.encryptionContext;
  return (
    (equals === undefined || same(equals, context)) &&
    (subset === undefined || contains(context, subset))
  );
}

function isAsStrict(child: Scenario['proposes'], parent: GrantJson): boolean {
  const { equals, subset, sourceArn } = parent;
  const childPairs = [child.equals, child.subset].filter((pairs) => pairs !== undefined);
  return (
    child.operations.every((operation) => parent.operations.includes(operation)) &&
    (sourceArn === undefined || child.sourceArn === sourceArn) &&
    (equals === undefined || (child.equals !== undefined && same(child.equals, equals))) &&
    (subset === undefined || childPairs.some((pairs) => contains(pairs, subset)))
  );
}
