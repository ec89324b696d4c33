// Results that do not fit into memory.

import { constants } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { DataKey } from '../../lib/hsm/index.js';
import { answerOf } from '../hsm/support/run_child.js';
import { codeOf } from '../hsm/support/thrown.js';

const script = new URL('children/out_of_memory.mjs', import.meta.url);
const addressSpaceKiB = 3 * 1024 * 1024;

interface Answer {
  readonly results: Record<string, string>;
  readonly afterwards: string;
}

describe('a process without memory', () => {
  it('gets ERR_OUT_OF_MEMORY from every form, and works again with memory', async () => {
    const launcher = ['sh', '-c', `ulimit -v ${addressSpaceKiB} && exec "$0" "$@"`];
    const { results, afterwards } = await answerOf<Answer>(script, {
      launcher,
      flags: ['--expose-gc'],
    });
    for (const [form, code] of Object.entries(results)) {
      expect([form, code]).toEqual([form, 'ERR_OUT_OF_MEMORY']);
    }
    expect(afterwards).toBe('nothing');
  });
});

describe('the longest array', () => {
  // Longer arrays than this would need more memory than machines have: there is nothing to show.
  const isReachable = constants.MAX_LENGTH <= 2 ** 33;

  it.skipIf(!isReachable)('has a box that would be too long', () => {
    const longest = new Uint8Array(constants.MAX_LENGTH);
    expect(codeOf(() => DataKey.generate().encrypt(longest))).toBe('ERR_OUT_OF_MEMORY');
  });

  it.skipIf(!isReachable)('is refused by encryptInto for want of room', () => {
    const longest = new Uint8Array(constants.MAX_LENGTH);
    const call = () => DataKey.generate().encryptInto(longest, new Uint8Array(100));
    expect(codeOf(call)).toBe('ERR_INVALID_ARGUMENT');
  });
});
