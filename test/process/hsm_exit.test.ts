// The end of the process in the middle of asynchronous work.

import { describe, expect, it } from 'vitest';
import { runChild } from '../hsm/support/run_child.js';

const script = new URL('children/hsm_exit.mjs', import.meta.url);

describe('a process with work under way', () => {
  it.each([
    ['exit', '0', 7, null],
    ['exit', '30', 7, null],
    ['exitAfterDispose', '5', 7, null],
    ['exitCode', '0', 7, null],
    ['throw', '10', 1, null],
    ['kill', '10', null, 'SIGTERM'],
  ])('ends by %s after %s ms as it means to', async (way, delay, code, signal) => {
    const result = await runChild(script, { args: [way, delay] });
    expect({ code: result.code, signal: result.signal }).toEqual({ code, signal });
  });
});
