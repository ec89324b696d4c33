// A peer that is absent or broken fails no run, and its row says why it has no figures.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { optional } from '../../bench/peers/optional.mjs';
import { PeerError } from '../../bench/peers/peer_error.mjs';
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

test('a program that is killed is told with the signal', async () => {
  await shellProgram('age', 'kill -KILL $$');
  expect(await optional(() => run('age', []))).toEqual({ skipped: 'ended by SIGKILL' });
});

test('a program that cannot be run is told', async () => {
  await shellProgram('age', '');
  const folder = process.env['PATH'] as string;
  expect(await optional(() => run(folder, []))).toEqual({
    skipped: `spawn ${folder} EACCES`,
  });
});

test('a peer that says itself what is wrong is quoted by its first line', async () => {
  const fail = async () => {
    throw new PeerError('the server closed a connection\nat once');
  };
  expect(await optional(fail)).toEqual({ skipped: 'the server closed a connection' });
});

test.each([
  new TypeError('peer.encryptFile is not a function'),
  Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }),
  Object.assign(new RangeError('stdout is too long'), {
    code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
    cmd: 'age',
  }),
])('an error of our own is none of a peer: %s', async (error) => {
  const fail = async () => {
    throw error;
  };
  await expect(optional(fail)).rejects.toBe(error);
});
