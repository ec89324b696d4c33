// The decision once more, as naive as can be: no compiling, no caching, regular expressions, every way tried. Written
// from the rules of docs/authorization.md and knowing nothing of the engine, which must agree with it.

import { conditionsHold, type Keys, keysOf, toPattern, withVariables } from './condition_model.js';
import type { GrantJson, PolicyJson, PrincipalJson, Scenario, StatementJson } from './scenario.js';

const onlyIdentity = ['ListKeys', 'CreateKey', 'GenerateRandom', 'ListRetirableGrants'];
const acrossAccounts =
  'Encrypt Decrypt GenerateDataKey DescribeKey CreateGrant RetireGrant RevokeGrant ListGrants'.split(
    ' ',
  );

export type Verdict = 'allowed' | 'not allowed' | 'explicitly denied';

export function modelDecision(s: Scenario): Verdict {
  const keys = keysOf(s);
  const hasKey = s.resource.kind === 'key' && !onlyIdentity.includes(s.action);
  const session = s.sessionPolicies ?? [];
  const mine = [...s.identityPolicies, ...session, ...(s.boundary ? [s.boundary] : [])];
  const denies = (p: PolicyJson, names: boolean) =>
    p.Statement.some(
      (st) => st.Effect === 'Deny' && applies(st, s, keys) && (!names || isDenied(st, s)),
    );
  if (mine.some((p) => denies(p, false))) return 'explicitly denied';
  if (s.resource.kind === 'key' && denies(s.keyPolicy, true)) return 'explicitly denied';

  const allows = (p: PolicyJson) =>
    p.Statement.some((st) => st.Effect === 'Allow' && applies(st, s, keys));
  const limits = () =>
    (!s.boundary || allows(s.boundary)) && (!s.sessionPolicies || session.some(allows));
  const iam = () => (s.caller.kind === 'root' || s.identityPolicies.some(allows)) && limits();
  const way = { direct: () => true, limited: limits, delegated: iam };
  const foreign = s.caller.kind !== 'service' && s.caller.account !== s.resource.account;

  const works = (ways: (keyof typeof way)[]) => ways.some((w) => way[w]());
  if (!hasKey) return s.caller.kind !== 'service' && !foreign && iam() ? 'allowed' : 'not allowed';
  if (foreign && !acrossAccounts.includes(s.action)) return 'not allowed';
  if (s.action === 'RetireGrant') return works(retiring(s)) ? 'allowed' : 'not allowed';
  const byPolicy = s.keyPolicy.Statement.filter(
    (st) => st.Effect === 'Allow' && applies(st, s, keys),
  )
    .flatMap((st) => waysOf(st, s))
    .map((w) => (foreign ? 'delegated' : w));
  const byGrant = s.grants
    .filter((g) => grantApplies(g, s))
    .flatMap((g) => grantWays(g.grantee, g, s));
  return works([...byPolicy, ...byGrant]) ? 'allowed' : 'not allowed';
}

const listOf = (v: string | readonly string[] | undefined) => [v ?? []].flat() as string[];

function applies(st: StatementJson, s: Scenario, keys: Keys): boolean {
  const covers = (patterns: string[], text: string, flags = 's') =>
    patterns.some((p) => toPattern(p, flags).test(text));
  const action = covers(listOf(st.Action ?? st.NotAction), `kms:${s.action}`, 'is');
  const resource = listOf(st.Resource ?? st.NotResource).some(
    (p) => p === '*' || (s.resource.arn !== '*' && withVariables(p, keys)?.test(s.resource.arn)),
  );
  if (action === 'NotAction' in st || resource === 'NotResource' in st) return false;
  return conditionsHold(st.Condition ?? {}, keys);
}

/** Everything the caller can be called, from the account down to the session. */
function namesOf({ caller: c }: Scenario) {
  return {
    account: c.account === '' ? [] : [c.account, `arn:aws:iam::${c.account}:root`],
    role: c.roleArn === undefined ? [] : [c.roleArn],
    self: c.kind === 'root' ? [] : [c.arn],
  };
}

const namedIn = (p: PrincipalJson) => (p === '*' ? ['*'] : Object.values(p).flat()) as string[];

function isDenied(st: StatementJson, s: Scenario): boolean {
  const { account, role, self } = namesOf(s);
  const all = [account, role, self].filter((names) => names.length > 0);
  const listed = namedIn(st.Principal ?? st.NotPrincipal ?? '*');
  if (listed.includes('*')) return st.Principal !== undefined;
  const hits = all.filter((names) => names.some((name) => listed.includes(name)));
  return st.Principal !== undefined ? hits.length > 0 : hits.length < all.length;
}

function waysOf(st: StatementJson, s: Scenario): ('direct' | 'limited' | 'delegated')[] {
  const { account, role, self } = namesOf(s);
  const listed = namedIn(st.Principal ?? st.NotPrincipal ?? '*');
  const hits = (names: string[]) => names.some((name) => listed.includes(name));
  if (st.NotPrincipal !== undefined)
    return listed.includes('*') || hits([...account, ...role, ...self]) ? [] : ['direct'];
  if (listed.includes('*') || hits(self)) return ['direct'];
  return [
    ...(hits(role) ? (['limited'] as const) : []),
    ...(hits(account) ? (['delegated'] as const) : []),
  ];
}

type Pairs = Readonly<Record<string, string>>;
const contains = (all: Pairs, some: Pairs) => Object.entries(some).every(([k, v]) => all[k] === v);
const same = (a: Pairs, b: Pairs) => contains(a, b) && contains(b, a);

function grantApplies(g: GrantJson, s: Scenario): boolean {
  if (!g.operations.includes(s.action)) return false;
  if (s.action === 'CreateGrant') return coversChild(g, s.proposes);
  if (g.sourceArn !== undefined && g.sourceArn !== s.keys['aws:SourceArn']) return false;
  if (s.action === 'DescribeKey') return true;
  return (
    (g.equals === undefined || same(g.equals, s.encryptionContext)) &&
    (g.subset === undefined || contains(s.encryptionContext, g.subset))
  );
}

function coversChild(parent: GrantJson, child: Scenario['proposes']): boolean {
  if (!child.operations.every((o) => parent.operations.includes(o))) return false;
  if (parent.sourceArn !== undefined && parent.sourceArn !== child.sourceArn) return false;
  const { equals, subset } = parent;
  if (equals !== undefined && !(child.equals !== undefined && same(equals, child.equals)))
    return false;
  return subset === undefined || [child.equals, child.subset].some((p) => p && contains(p, subset));
}

function grantWays(
  name: string,
  g: GrantJson,
  s: Scenario,
): ('direct' | 'limited' | 'delegated')[] {
  const { account, role, self } = namesOf(s);
  if (account.includes(name)) return ['delegated'];
  if (!role.includes(name) && !self.includes(name)) return [];
  if (s.caller.kind === 'service') return ['direct'];
  const foreign = s.caller.account !== s.resource.account;
  if (foreign && g.issuer !== s.caller.account) return ['delegated'];
  return /:user\/|:role\//.test(name) ? ['limited'] : ['direct'];
}

function retiring(s: Scenario): ('direct' | 'limited' | 'delegated')[] {
  const g = s.grants[s.retires];
  if (g === undefined) return [];
  return [
    ...(g.retiring === undefined ? [] : grantWays(g.retiring, g, s)),
    ...(g.operations.includes('RetireGrant') ? grantWays(g.grantee, g, s) : []),
    ...(g.issuer === s.caller.account ? (['delegated'] as const) : []),
  ];
}
