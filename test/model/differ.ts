// Runs engine and model side by side, and counts what the scenarios reached.

import fc from 'fast-check';
import {
  authorize,
  type Decision,
  type Explanation,
  explain,
} from '../../lib/authorization/index.js';
import { modelDecision, type Verdict } from './decision_model.js';
import { engineRequest } from './engine_request.js';
import { type Reached, reachedBy } from './reach.js';
import type { Scenario } from './scenario.js';
import { scenarioArbitrary } from './scenario_arbitrary.js';

/** The engine's answer in the model's words. */
export function verdictOf({ decision, reason }: Decision): Verdict {
  if (decision === 'Allow') return 'allowed';
  return reason.startsWith('explicit deny') ? 'explicitly denied' : 'not allowed';
}

/** What decided must be among what was found to apply. */
function assertExplained({ reason, statements, policies }: Explanation): void {
  const applying = policies.flatMap(({ denies, allows }) => [...denies, ...allows]);
  if (!statements.every((statement) => applying.includes(statement)))
    throw new Error(`a statement decided (${reason}) that does not apply`);
  const denied = policies.some(({ denies }) => denies.length > 0);
  if (denied !== reason.startsWith('explicit deny')) throw new Error(`denied and ${reason}`);
}

/** @throws Error with the scenario, when engine and model differ on it */
export function assertAgreement(scenario: Scenario): Decision {
  const request = engineRequest(scenario);
  const decision = authorize(request);
  const [engine, model] = [verdictOf(decision), modelDecision(scenario)];
  if (engine !== model) {
    const text = JSON.stringify(scenario, null, 1);
    throw new Error(`the engine says ${engine}, the model ${model}, of ${text}`);
  }
  assertExplained(explain(request));
  return decision;
}

/**
 * @param count - how many scenarios; throws with the smallest one on which the two differ
 * @returns the share of the scenarios that reached each thing
 */
export function differ(count: number): ReadonlyMap<Reached, number> {
  const counts = new Map<Reached, number>();
  const agree = fc.property(scenarioArbitrary, (scenario) => {
    for (const reached of reachedBy(scenario, assertAgreement(scenario)))
      counts.set(reached, (counts.get(reached) ?? 0) + 1);
  });
  fc.assert(agree, { numRuns: count });
  return new Map([...counts].map(([reached, found]) => [reached, found / count]));
}
