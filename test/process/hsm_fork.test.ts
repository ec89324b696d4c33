// fork(2) without exec: the keys stay with the parent.

import { describe, expect, it } from 'vitest';
import { addon } from '../../lib/hsm/index.js';
import { answerOf } from '../hsm/support/run_child.js';

interface Attempt {
  readonly value?: string;
  readonly code?: string;
}

interface Answer {
  readonly report: string;
  readonly exitCode: number;
  readonly signal: number;
  readonly parent: Attempt;
  readonly kept: Attempt;
}

const script = new URL('children/hsm_fork.cjs', import.meta.url);
/** The child has none of V8's threads, and must not wait for them. */
const flags = ['--expose-gc', '--single-threaded'];
const mlock = { KEYSTEAD_SECURE_MEMORY_BACKING: 'mlock' };

describe.each([
  ['the best backing', {}],
  ['mlock', mlock],
])('a forked child, %s', (_, env) => {
  it('gets ERR_FORKED from every entry point and ends well', async () => {
    const answer = await answerOf<Answer>(script, { args: ['everyCall'], flags, env });
    const calls = JSON.parse(answer.report) as [string, Attempt][];
    expect(calls.length).toBeGreaterThan(Object.keys(addon()).length);
    expect(calls.filter(([, { code }]) => code !== 'ERR_FORKED')).toEqual([]);
    expect(answer).toMatchObject({ exitCode: 0, signal: 0 });
    expect(answer.parent.value).toBe('200');
  });

  it('finalizes keys without touching their memory', async () => {
    const answer = await answerOf<Answer>(script, { args: ['finalizers'], flags, env });
    // The exit code counts externals of the test's own addon that were finalized along with the
    // keys.
    expect(answer).toMatchObject({ exitCode: 5, signal: 0 });
    expect(answer.parent.value).toBe('255');
    expect(answer.kept.value).toBe('240');
  });

  it('leaves the parent the lock of a file', async () => {
    const answer = await answerOf<Answer>(script, { args: ['fileLock'], flags, env });
    expect(answer).toMatchObject({ report: 'collected', exitCode: 0, signal: 0 });
    expect(answer.parent.value).toBe('false');
    expect(answer.kept.value).toBe('true');
  });

  it('does not keep a lock that the parent closes or forgets', async () => {
    const answer = await answerOf(script, { args: ['fileLockGivenUp'], flags, env });
    expect(answer).toEqual({ afterClose: true, afterLoss: true });
  });

  it('has keys of its own when the parent had none', async () => {
    const answer = await answerOf<Answer>(script, { args: ['beforeFirstUse'], flags, env });
    expect(answer).toMatchObject({ report: '200', exitCode: 0, signal: 0 });
    expect(answer.parent.value).toBe('240');
  });
});
