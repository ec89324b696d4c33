// Runs cases through the core in one go, by every code that it has for them, and compares each
// answer.

import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { type CoreAnswer, type CoreCase, runCore } from './core_driver.js';
import { cpuCodes } from './cpu_code.js';

export interface Check extends CoreCase {
  readonly name: string;
  readonly expected: CoreAnswer;
}

/**
 * Fails with every wrong answer, by name, on this CPU and with less of it; also when there is
 * nothing to check.
 */
export function expectAnswers(checks: readonly Check[]): void {
  expect(checks.length).toBeGreaterThan(0);
  for (const cpu of cpuCodes) {
    const answers = runCore(checks, cpu);
    const wrong = checks.flatMap(({ name, operation, expected }, i) =>
      isDeepStrictEqual(answers[i], expected)
        ? []
        : [{ name, operation, cpu: cpu.name, expected, got: answers[i] }],
    );
    expect(wrong).toEqual([]);
  }
}
