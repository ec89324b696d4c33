// Runs engine and model side by side.

import fc from 'fast-check';
import {
  authorize,
  type Decision,
  type Explanation,
  explain,
} from '../../lib/authorization/index.js';
import { modelDecision, type Verdict } from './decision_model.js';
import { engineRequest } from './engine_request.js';
import { scenarioArbitrary } from './scenario_arbitrary.js';

/** What share of the requests came to each end; `denied` counts both kinds. */
export interface Shares {
  readonly allowed: number;
  readonly denied: number;
  readonly explicitlyDenied: number;
}

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

/** @param count - how many scenarios; throws with the smallest one on which the two differ */
export function differ(count: number): Shares {
  const counts: Record<Verdict, number> = {
    allowed: 0,
    'not allowed': 0,
    'explicitly denied': 0,
  };
  const agree = fc.property(scenarioArbitrary, (scenario) => {
    const model = modelDecision(scenario);
    counts[model]++;
    const request = engineRequest(scenario);
    const engine = verdictOf(authorize(request));
    if (engine !== model) throw new Error(`the engine says ${engine}, the model ${model}`);
    assertExplained(explain(request));
  });
  fc.assert(agree, { numRuns: count });
  const explicitlyDenied = counts['explicitly denied'] / count;
  return {
    allowed: counts.allowed / count,
    denied: counts['not allowed'] / count + explicitlyDenied,
    explicitlyDenied,
  };
}
