// The engine against the model on many random requests: KEYSTEAD_SOAK times 200,000.

import { test } from 'vitest';
import { differ } from '../model/differ.js';
import { soakCount } from './support/scale.js';

const count = soakCount(500, 200_000);

test(`engine and model agree on ${count} random requests`, () => {
  differ(count);
});
