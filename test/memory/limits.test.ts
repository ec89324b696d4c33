// RLIMIT_MEMLOCK without CAP_IPC_LOCK: 64 KiB, the default before Linux 5.16, and 8 MiB, the
// default since.

import { describe, expect, it } from 'vitest';
import type { NativeInfo } from '../../lib/hsm/index.js';
import { answerOf } from '../hsm/support/run_child.js';
import { withMlock } from './support/backing.js';
import { withLockLimit } from './support/lock_limit.js';

interface Attempt {
  readonly value?: unknown;
  readonly code?: string;
  readonly message?: string;
}

interface Answer {
  readonly lockBeyond: boolean;
  readonly started: Attempt;
  readonly again: Attempt;
  readonly count: number;
  readonly refused: Attempt;
  readonly used: Attempt;
  readonly after: Attempt;
  readonly works: boolean;
  readonly full: NativeInfo['memory'];
  readonly memory: NativeInfo['memory'];
  readonly warnings: readonly string[];
  readonly kernelLocked: number;
}

const script = new URL('children/limited.mjs', import.meta.url);
const mebibyte = 1024 * 1024;

async function under(kibibytes: number, mode: string, scenario: string, env = {}) {
  const launcher = withLockLimit(kibibytes);
  const answer = await answerOf<Answer>(script, {
    launcher,
    args: [mode, String(kibibytes), scenario],
    env,
  });
  expect(answer.lockBeyond, 'an mlock over the limit').toBe(false);
  return answer;
}

describe.each([
  ['the best backing', {}],
  ['mlock', withMlock],
])('at 64 KiB with %s', (_, environment) => {
  it('require gives a typed error that names the limit, and again', async () => {
    const { started, again, memory, warnings } = await under(64, 'require', 'start', environment);
    expect(started.code).toBe('ERR_SECURE_MEMORY');
    expect(started.message).toContain('RLIMIT_MEMLOCK');
    expect(started.message).toContain('65536');
    expect(again).toEqual(started);
    expect(memory).toMatchObject({ bytesUnlocked: 0, bytesInUse: 0, bytesAllowed: 65_536 });
    expect(warnings).toEqual([]);
  });

  it('prefer works, tells the truth and warns once', async () => {
    const { started, again, memory, warnings, kernelLocked } = await under(
      64,
      'prefer',
      'start',
      environment,
    );
    expect([started.value, again.value]).toEqual([true, true]);
    expect(memory.bytesAllowed).toBe(65_536);
    expect(memory.bytesLocked).toBeLessThanOrEqual(65_536);
    expect(memory.bytesLocked).toBe(kernelLocked);
    expect(memory.bytesUnlocked).toBeGreaterThan(0);
    expect(memory.backing).toBe(memory.bytesLocked > 0 ? 'mixed' : 'unlocked');
    expect(warnings).toEqual(['KEYSTEAD_UNLOCKED']);
  });
});

describe.each([
  ['the best backing', {}],
  ['mlock', withMlock],
])('at 8 MiB with %s', (_, environment) => {
  it('100,000 data keys live in locked memory', async () => {
    const { works, memory, warnings, kernelLocked } = await under(
      8192,
      'require',
      'hundredThousand',
      environment,
    );
    expect(works).toBe(true);
    expect(memory.bytesUnlocked).toBe(0);
    expect(memory.bytesInUse).toBeLessThan(8 * mebibyte);
    expect(memory.bytesLocked).toBeLessThanOrEqual(8 * mebibyte);
    expect(memory.bytesLocked).toBe(kernelLocked);
    expect(warnings).toEqual([]);
  });

  it('exhaustion is typed, hurts no key there is, and ends when keys are disposed of', async () => {
    const { count, refused, used, full, after } = await under(
      8192,
      'require',
      'fillAndEmpty',
      environment,
    );
    expect(count).toBeGreaterThan(100_000);
    expect(refused.code).toBe('ERR_SECURE_MEMORY');
    expect(refused.message).toContain('RLIMIT_MEMLOCK');
    expect(refused.message).toContain(String(8 * mebibyte));
    expect(used.value).toBe(true);
    expect(full.bytesUnlocked).toBe(0);
    expect(after.value).toBe(1000);
  });
});
