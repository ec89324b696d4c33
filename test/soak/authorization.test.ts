// The engine against the model on many random requests: KEYSTEAD_SOAK times 100,000.

import { expect, test } from 'vitest';
import { differ } from '../model/differ.js';

const scale = Number(process.env['KEYSTEAD_SOAK'] ?? 0);
const count = scale > 0 ? Math.ceil(100_000 * scale) : 500;

test(`engine and model agree on ${count} random requests`, () => {
  const { allowed, denied } = differ(count);
  for (const share of [allowed, denied]) expect(share).toBeGreaterThan(0.2);
});
