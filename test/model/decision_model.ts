// The decision once more, as naive as can be: nothing compiled, every way tried. Written from AWS's
// rules as docs/authorization.md tells them, and knowing nothing of the engine, which must agree
// with it.

import { conditionsHold } from './condition_model.js';
import { type Way, waysByGrant, waysToRetire } from './grant_model.js';
import { type Keys, keysOf } from './keys_model.js';
import { arnMatches, listOf, namesAmbiguous, textMatches } from './pattern_model.js';
import { namesOf } from './principal_model.js';
import type { PolicyJson, Scenario, StatementJson } from './scenario.js';

export type Verdict = 'allowed' | 'not allowed' | 'explicitly denied';

const onNoKey = 'ListKeys CreateKey GenerateRandom ListAliases ListRetirableGrants'.split(' ');
const acrossAccounts =
  'Encrypt Decrypt GenerateDataKey DescribeKey CreateGrant RetireGrant RevokeGrant'.split(' ');

export function modelDecision(s: Scenario): Verdict {
  const { caller, action, identityPolicies: identity, boundary, sessionPolicies: session } = s;
  const keys = keysOf(s);
  const found = (effect: StatementJson['Effect'], policies: readonly PolicyJson[]) =>
    policies.flatMap((policy) =>
      policy.Statement.filter((st) => st.Effect === effect && applies(st, policy, s, keys)),
    );
  const allow = (policies: readonly PolicyJson[]) => found('Allow', policies).length > 0;
  const limits = boundary === undefined ? [] : [boundary];
  const keyPolicy = s.resource.kind === 'key' ? [s.keyPolicy] : [];

  // 1. A Deny in any of the documents.
  if (found('Deny', [...identity, ...limits, ...(session ?? [])]).length > 0)
    return 'explicitly denied';
  if (found('Deny', keyPolicy).some((st) => isDenied(st, s))) return 'explicitly denied';

  // 5, 6. What the ways through the key policy and the grants ask of the caller's account.
  const withinLimits =
    (boundary === undefined || allow([boundary])) && (session === undefined || allow(session));
  const open: Record<Way, boolean> = {
    direct: true,
    limited: withinLimits,
    delegated: withinLimits && (caller.kind === 'root' || allow(identity)),
  };
  const verdict = (ways: readonly Way[]) =>
    ways.some((way) => open[way]) ? 'allowed' : 'not allowed';

  const isService = caller.kind === 'service';
  const isForeign = !isService && caller.account !== s.resource.account;
  if (s.resource.kind !== 'key' || onNoKey.includes(action))
    return verdict(isService || isForeign ? [] : ['delegated']);
  // 3. What no other account may do.
  if (isForeign && !acrossAccounts.includes(action)) return 'not allowed';
  // 4. The key's side. No key policy allows RetireGrant.
  if (action === 'RetireGrant') return verdict(waysToRetire(s));
  const byPolicy = found('Allow', keyPolicy).flatMap((st) => waysByName(st, s));
  return verdict([...byPolicy.map((way) => (isForeign ? 'delegated' : way)), ...waysByGrant(s)]);
}

function applies(st: StatementJson, { Version }: PolicyJson, s: Scenario, keys: Keys): boolean {
  const variables = Version === '2012-10-17' ? keys : undefined;
  const action = listOf(st.Action ?? st.NotAction).some((p) =>
    textMatches(p.toLowerCase(), `kms:${s.action}`.toLowerCase()),
  );
  const resource = listOf(st.Resource ?? st.NotResource).some(
    (p) => p === '*' || (s.resource.kind !== 'any' && arnMatches(p, s.resource.arn, variables)),
  );
  if (action === 'NotAction' in st) return false;
  // What cannot be known allows nothing, and escapes no Deny.
  if (variables !== undefined && namesAmbiguous(st, variables)) return st.Effect === 'Deny';
  if (resource === 'NotResource' in st) return false;
  return conditionsHold(st, keys, variables);
}

/** A Deny with NotPrincipal spares who is listed with all that he is: account, role, session. */
function isDenied(st: StatementJson, s: Scenario): boolean {
  const listed = namesIn(st);
  if (listed.includes('*')) return st.Principal !== undefined;
  const { account, role, self } = namesOf(s.caller);
  const parts = [account, role, self].filter((is) => is !== undefined);
  const hits = parts.filter((is) => listed.some(is));
  return st.Principal !== undefined ? hits.length > 0 : hits.length < parts.length;
}

/** By the names under which a statement allows: DIRECT, DIRECT by a role's ARN, DELEGATE. */
function waysByName(st: StatementJson, s: Scenario): readonly Way[] {
  const listed = namesIn(st);
  const { account, role, self } = namesOf(s.caller);
  const named = (is: typeof account) => is !== undefined && listed.some(is);
  const everybody = listed.includes('*');
  if (st.NotPrincipal !== undefined)
    return everybody || [account, role, self].some(named) ? [] : ['direct'];
  const ways: Record<Way, boolean> = {
    direct: everybody || named(self),
    limited: named(role),
    delegated: named(account),
  };
  return (Object.keys(ways) as Way[]).filter((way) => ways[way]);
}

function namesIn({ Principal, NotPrincipal }: StatementJson): readonly string[] {
  const element = Principal ?? NotPrincipal ?? '*';
  return element === '*' ? ['*'] : Object.values(element).flat();
}
