// Any sequence of operations, with any arguments: what decrypts to what is as the model says, and
// nothing crashes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeInfo } from '../../lib/hsm/index.js';
import { operation, Run } from '../misuse/support/random_operations.js';
import { soakCount } from './support/scale.js';

const numRuns = soakCount(300, 20_000);

describe('random operations', () => {
  it(`agree with the model in ${numRuns} sequences`, async () => {
    const sequences = fc.array(operation, { maxLength: 60, size: 'max' });
    const agree = fc.asyncProperty(sequences, (operations) => new Run().all(operations));
    await fc.assert(agree, { numRuns });
    expect(nativeInfo().memory.bytesUnlocked + nativeInfo().memory.bytesLocked).toBeGreaterThan(0);
  });
});
