// The policy of secure memory: it is the process's, so each case runs in a child.

import { describe, expect, it } from 'vitest';
import { configureSecureMemory, type nativeInfo } from '../../lib/hsm/index.js';
import { answerOf, type ChildOptions } from './support/run_child.js';
import { codeOf } from './support/thrown.js';

const script = new URL('children/configure.mjs', import.meta.url);

interface Answer {
  readonly results: readonly string[];
  readonly memory: ReturnType<typeof nativeInfo>['memory'];
}

function run(steps: readonly unknown[], options: ChildOptions = {}): Promise<Answer> {
  return answerOf<Answer>(script, { ...options, args: steps.map((step) => JSON.stringify(step)) });
}

describe('configureSecureMemory', () => {
  it.each([
    ['no object', undefined],
    ['null', null],
    ['an array', []],
    ['a string', 'require'],
    ['an unknown option', { modus: 'require' }],
    ['an unknown mode', { mode: 'demand' }],
    ['a mode of another kind', { mode: 1 }],
    ['an unknown backing', { backing: 'swap' }],
    ['a size below 512 KiB', { maxBytes: 512 * 1024 - 1 }],
    ['a size above 64 GiB', { maxBytes: 64 * 2 ** 30 + 1 }],
    ['a fraction of a byte', { maxBytes: 2 ** 20 + 0.5 }],
    ['no number', { maxBytes: Number.NaN }],
    ['a size as text', { maxBytes: '1048576' }],
    ['a size as a bigint', { maxBytes: 1_048_576n }],
  ])('refuses %s', (_, options) => {
    expect(codeOf(() => configureSecureMemory(options as never))).toBe('ERR_INVALID_ARGUMENT');
  });

  it('changes the policy until memory is in use, then only accepts the same one', async () => {
    const small = { mode: 'require', maxBytes: 1_048_576 };
    const { results, memory } = await run([
      { mode: 'prefer' },
      small,
      'generate',
      small,
      { mode: 'prefer', maxBytes: 1_048_576 },
      { mode: 'require' },
    ]);
    const refused = 'ERR_SECURE_MEMORY';
    expect(results).toEqual(['ok', 'ok', 'ok', 'ok', refused, refused]);
    expect(memory).toMatchObject({ mode: 'require', bytesMax: 1_048_576 });
    expect(memory.bytesAllowed).toBeLessThanOrEqual(1_048_576);
  });

  it('limits memory to maxBytes in either mode, with an error that names it', async () => {
    for (const mode of ['prefer', 'require']) {
      const { results, memory } = await run([{ mode, maxBytes: 524_288 }, 'fill']);
      expect(results[1]).toMatch(/^ERR_SECURE_MEMORY.*524288/);
      expect(memory.bytesLocked + memory.bytesUnlocked).toBeLessThanOrEqual(524_288);
    }
  });

  it('takes the environment when nothing was configured, and the call before it', async () => {
    const env = { KEYSTEAD_SECURE_MEMORY: 'require' };
    expect((await run(['generate'], { env })).memory.mode).toBe('require');
    expect((await run([{ mode: 'prefer' }, 'generate'], { env })).memory.mode).toBe('prefer');
  });

  it('never uses memfd_secret when told so', async () => {
    const byCall = await run([{ backing: 'mlock' }, 'generate']);
    const env = { KEYSTEAD_SECURE_MEMORY_BACKING: 'mlock' };
    const byEnvironment = await run(['generate'], { env });
    for (const { memory } of [byCall, byEnvironment]) {
      expect(['mlock', 'mixed', 'unlocked']).toContain(memory.backing);
    }
  });

  it.each(['KEYSTEAD_SECURE_MEMORY', 'KEYSTEAD_SECURE_MEMORY_BACKING'])(
    'does not run with a misspelt %s',
    async (name) => {
      const { results, memory } = await run(['generate'], { env: { [name]: 'requier' } });
      expect(results).toEqual([expect.stringMatching(/^ERR_INVALID_ARGUMENT/)]);
      expect(results[0]).toContain(name);
      expect(memory.backing).toBe('none');
    },
  );
});
