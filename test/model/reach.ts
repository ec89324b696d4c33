// What a scenario reached, to see that the random ones reach everything.

import type { Decision } from '../../lib/authorization/index.js';
import { modelDecision } from './decision_model.js';
import type { PolicyJson, Scenario } from './scenario.js';

export type Reached = string;

/** The least share of the scenarios that must reach each. */
export const sharesMin: Readonly<Record<Reached, number>> = {
  allowed: 0.2,
  'not allowed': 0.4,
  'explicit deny in key policy': 0.03,
  'explicit deny in identity policy': 0.03,
  'explicit deny in permissions boundary': 0.005,
  'explicit deny in session policy': 0.005,
  'never across accounts': 0.015,
  'no key policy allows': 0.3,
  'no identity policy allows': 0.1,
  'no permissions boundary allows': 0.005,
  'no session policy allows': 0.005,
  'allowed by delegation': 0.03,
  'allowed by a grant': 0.015,
  'allowed within a boundary': 0.01,
  'allowed within a session': 0.01,
  'allowed for a service': 0.008,
  'allowed across accounts': 0.015,
  'allowed on no key': 0.01,
  'allowed to delegate by a grant': 0.0002,
  'allowed to retire': 0.005,
  'decided by conditions': 0.07,
};

/**
 * The least share of the scenarios that must hold each operator, plain or with a qualifier or
 * IfExists.
 */
export const operatorShareMin = 0.02;

export function reachedBy(
  s: Scenario,
  { decision, reason, statements, grantId }: Decision,
): Set<Reached> {
  const found = new Set<Reached>([reason, ...operatorsOf(s)]);
  const isForeign = s.caller.account !== s.resource.account && s.caller.kind !== 'service';
  const note = (reached: Reached, is: boolean) => (is ? found.add(reached) : found);
  note('not allowed', decision === 'Deny' && !reason.startsWith('explicit'));
  note('decided by conditions', modelDecision(withoutConditions(s)) !== modelDecision(s));
  if (decision === 'Deny') return found;
  const kinds = statements.map(({ kind }) => kind);
  note('allowed by delegation', kinds.includes('key policy') && kinds.includes('identity policy'));
  note('allowed by a grant', grantId !== undefined);
  note('allowed within a boundary', kinds.includes('permissions boundary'));
  note('allowed within a session', kinds.includes('session policy'));
  note('allowed for a service', s.caller.kind === 'service');
  note('allowed across accounts', isForeign);
  note('allowed on no key', s.resource.kind !== 'key');
  note('allowed to delegate by a grant', s.action === 'CreateGrant' && grantId !== undefined);
  return note('allowed to retire', s.action === 'RetireGrant');
}

/** Every policy of a scenario, rewritten. */
function mapPolicies(s: Scenario, rewrite: (policy: PolicyJson) => PolicyJson): Scenario {
  return {
    ...s,
    keyPolicy: rewrite(s.keyPolicy),
    identityPolicies: s.identityPolicies.map(rewrite),
    boundary: s.boundary && rewrite(s.boundary),
    sessionPolicies: s.sessionPolicies?.map(rewrite),
  };
}

function withoutConditions(s: Scenario): Scenario {
  return mapPolicies(s, (policy) => ({
    ...policy,
    Statement: policy.Statement.map(({ Condition: _, ...rest }) => rest),
  }));
}

/** Names of operators, of qualifiers, and IfExists, each as it stands. */
function operatorsOf(s: Scenario): Reached[] {
  const found: Reached[] = [];
  mapPolicies(s, (policy) => {
    for (const { Condition = {} } of policy.Statement) {
      for (const operator of Object.keys(Condition)) {
        const [, qualifier, name = '', ifExists] =
          /^(?:(\w+):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
        found.push(name, ...[qualifier, ifExists].filter((part) => part !== undefined));
      }
    }
    return policy;
  });
  return found;
}
