// Runs cases through the core in one go and compares each answer.

import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { type CoreAnswer, type CoreCase, runCore } from './core_driver.js';

export interface Check extends CoreCase {
  readonly name: string;
  readonly expected: CoreAnswer;
}

/** Fails with every wrong answer, by name; also when there is nothing to check. */
export function expectAnswers(checks: readonly Check[]): void {
  expect(checks.length).toBeGreaterThan(0);
  const answers = runCore(checks);
  const wrong = checks.flatMap(({ name, operation, expected }, i) =>
    isDeepStrictEqual(answers[i], expected) ? [] : [{ name, operation, expected, got: answers[i] }],
  );
  expect(wrong).toEqual([]);
}
