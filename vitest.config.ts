import { defineConfig } from 'vitest/config';

// The long runs of test/soak take their scale from KEYSTEAD_SOAK; without it each runs in a small form.
const soaking = process.env['KEYSTEAD_SOAK'] !== undefined;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Native code, signals and process-wide state: each file in a process of its own.
    pool: 'forks',
    // The default leaves a core idle, which is half of a small machine.
    maxWorkers: soaking ? 1 : '100%',
    testTimeout: soaking ? 900_000 : 60_000,
    hookTimeout: 60_000,
  },
});
