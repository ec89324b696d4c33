// Keys that nobody disposed of.

import { expect, it } from 'vitest';
import { answerOf } from '../hsm/support/run_child.js';

const script = new URL('children/garbage.mjs', import.meta.url);

it('garbage collection gives the memory of undisposed keys back', async () => {
  const flags = ['--expose-gc'];
  // Each thread of the pool that has worked keeps memory of its own.
  const env = { UV_THREADPOOL_SIZE: '1' };
  const answer = await answerOf<Record<string, number>>(script, { flags, env });
  const { before = 0, littered = 0, after = 0 } = answer;
  expect(littered).toBeGreaterThan(before + 6 * 500 * 32);
  expect(after).toBe(before);
});
