// The C++ tests of the core (native/test/core_test_*.cc), each in a process of its own.

import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { nativeProgram } from '../vectors/support/core_driver.js';
import { cpuCodes } from '../vectors/support/cpu_code.js';

it.each(cpuCodes)('the core passes its own tests: $name', { timeout: 300_000 }, ({ env }) => {
  const run = spawnSync(nativeProgram('core_test'), {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const summary = run.stdout.trimEnd().split('\n').at(-1);
  expect(summary, run.stdout).toMatch(/^[1-9][0-9]* passed, 0 failed$/);
  expect(run.status).toBe(0);
});
