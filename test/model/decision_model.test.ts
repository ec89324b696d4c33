// The engine against the model, on random scenarios. KEYSTEAD_SOAK scales their number (test/soak).

import { expect, test } from 'vitest';
import { differ } from './differ.js';

test('engine and model agree on 5,000 random requests', () => {
  const { allowed, denied, explicitlyDenied } = differ(5000);
  // A generator that mostly allows or mostly denies would prove little.
  for (const share of [allowed, denied]) expect(share).toBeGreaterThan(0.25);
  expect(explicitlyDenied).toBeGreaterThan(0.05);
});
