// C2SP's accumulated test of XAES-256-GCM over 1,000,000 random messages; its small form, 10,000 of
// them, stands in test/vectors/xaes_gcm.test.ts.

import { expect, it } from 'vitest';
import { accumulatedXaesHash } from '../vectors/support/xaes_accumulated.js';

const accumulatedOf1000000 = '2163ae1445985a30b60585ee67daa55674df06901b890593e824b8a7c885ab15';
const isSoaking = process.env['KEYSTEAD_SOAK'] !== undefined;

it.skipIf(!isSoaking)(
  'C2SP, accumulated over 1,000,000 random messages',
  { timeout: 900_000 },
  () => {
    expect(accumulatedXaesHash(1_000_000)).toBe(accumulatedOf1000000);
  },
);
