// The engine against the model, on random scenarios and on those on which the two once differed.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operatorNames } from './condition_arbitrary.js';
import { assertAgreement, differ } from './differ.js';
import { operatorShareMin, sharesMin } from './reach.js';
import type { Scenario } from './scenario.js';

test('engine and model agree on 5,000 random requests, which reach everything', () => {
  const shares = differ(5000);
  for (const [reached, shareMin] of Object.entries(sharesMin))
    expect([reached, shares.get(reached) ?? 0]).toEqual([
      reached,
      expect.toSatisfy((share) => share >= shareMin),
    ]);
  for (const part of [...operatorNames, 'Null', 'ForAllValues', 'ForAnyValue', 'IfExists'])
    expect([part, shares.get(part) ?? 0]).toEqual([
      part,
      expect.toSatisfy((share) => share >= operatorShareMin),
    ]);
});

const fixtures = new URL('../fixtures/decisions.json', import.meta.url);
const finds: readonly { readonly why: string; readonly scenario: Scenario }[] = JSON.parse(
  readFileSync(fixtures, 'utf8'),
);

test.each(finds)('engine and model agree: $why', ({ scenario }) => {
  assertAgreement(scenario);
});
