// A peer that is absent or broken fails no run, and its row says why it has no figures.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { optional } from '../../bench/peers/optional.mjs';
import { shellProgram, useEmptyPath } from './support/programs.js';

const run = promisify(execFile);

useEmptyPath();

test('a peer that is there gives what it gives', async () => {
  expect(await optional(async () => ({ rate: 1 }))).toEqual({ rate: 1 });
});

test('an absent program is named', async () => {
  expect(await optional(() => run('age', []))).toEqual({ skipped: 'age is not installed' });
});

test('a program that fails is quoted, and its arguments are not', async () => {
  await shellProgram('age', 'echo "age: a|b" >&2; echo more >&2; exit 1');
  expect(await optional(() => run('age', ['0123456789abcdef']))).toEqual({ skipped: 'age: a/b' });
});

test('a program that fails silently is quoted with its status', async () => {
  await shellProgram('age', 'exit 3');
  expect(await optional(() => run('age', ['0123456789abcdef']))).toEqual({
    skipped: 'ended with status 3',
  });
});

test('any other error is told by its first line', async () => {
  const fail = async () => {
    throw new Error('the server closed a connection\nat once');
  };
  expect(await optional(fail)).toEqual({ skipped: 'the server closed a connection' });
});
