// moto's server as a peer: started, asked for a key, and ended, whatever it does.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { startMoto } from '../../bench/peers/moto_server.mjs';
import { optional } from '../../bench/peers/optional.mjs';
import { nodeProgram, shellProgram, useEmptyPath } from './support/programs.js';

const lifeMs = 20_000;

useEmptyPath();

/** A server that logs as moto does, and answers by operation. It tells its process id as the key's. */
async function serverAnswering(answers: string): Promise<void> {
  await nodeProgram(
    'moto_server',
    `
const answers = ${answers};
const server = require('node:http').createServer((request, response) => {
  const { authorization, 'x-amz-target': target } = request.headers;
  const signed = /Credential=.*\\/us-east-1\\/kms\\/aws4_request/.test(authorization);
  const answer = answers[target];
  response.writeHead(signed && answer ? 200 : 400, { Connection: 'close' });
  response.end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => {
  console.error('WARNING: This is a development server.');
  console.error(' * Running on http://127.0.0.1:' + server.address().port);
});`,
  );
}

const answersItsPid = `{
  'TrentService.CreateKey': { KeyMetadata: { KeyId: String(process.pid) } },
  'TrentService.GenerateDataKey': { CiphertextBlob: 'AQID' },
}`;

/** One that ended lives no more, whether or not anybody has asked for its status. */
function lives(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

test('tells where it is, its key and a ciphertext, and ends', async () => {
  await serverAnswering(answersItsPid);
  const moto = await startMoto(lifeMs);
  expect(moto.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(moto.ciphertextBlob).toBe('AQID');
  const pid = Number(moto.keyId);
  expect(lives(pid)).toBe(true);
  await moto.stop();
  expect(lives(pid)).toBe(false);
  await moto.stop();
});

describe('does not outlive a bench', () => {
  const url = new URL('../../bench/peers/moto_server.mjs', import.meta.url);

  /** A bench that starts it, tells its process id and does `next`. */
  async function startBench(next: string): Promise<{ bench: ChildProcess; pid: number }> {
    await serverAnswering(answersItsPid);
    const body = `
      const { startMoto } = await import('${url}');
      console.log((await startMoto(${lifeMs})).keyId);
      ${next}`;
    const bench = spawn(process.execPath, ['--input-type=module', '-e', body], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(bench.stdout, 'data');
    return { bench, pid: Number(line) };
  }

  test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('that %s ends', async (signal) => {
    const { bench, pid } = await startBench('setInterval(() => {}, 1000);');
    expect(lives(pid)).toBe(true);
    bench.kill(signal);
    expect(await once(bench, 'exit')).toEqual([null, signal]);
    await vi.waitFor(() => expect(lives(pid)).toBe(false), { timeout: lifeMs / 2 });
  });

  test('that fails', async () => {
    const { bench, pid } = await startBench('process.exit(3);');
    if (bench.exitCode === null) await once(bench, 'exit');
    expect(bench.exitCode).toBe(3);
    await vi.waitFor(() => expect(lives(pid)).toBe(false), { timeout: lifeMs / 2 });
  });
});

test('is skipped where it is absent', async () => {
  expect(await optional(() => startMoto(lifeMs))).toEqual({
    skipped: 'moto_server is not installed',
  });
});

test('is skipped, with its last word, where it cannot start', async () => {
  await shellProgram('moto_server', 'echo Traceback >&2; echo "No module named flask" >&2; exit 1');
  expect(await optional(() => startMoto(lifeMs))).toEqual({
    skipped: 'moto_server does not start: No module named flask',
  });
});

test('is skipped where it refuses to make a key', async () => {
  await serverAnswering('{}');
  expect(await optional(() => startMoto(lifeMs))).toEqual({
    skipped: 'moto_server answers CreateKey with 400',
  });
});

test('is killed where it hangs', { timeout: 10_000 }, async () => {
  await shellProgram('moto_server', 'exec /bin/sleep 60');
  expect(await optional(() => startMoto(100))).toEqual({
    skipped: 'moto_server does not start: it says nothing',
  });
});

test('is skipped where it dies instead of answering', async () => {
  await serverAnswering(`{ get 'TrentService.CreateKey'() { process.exit(1); } }`);
  expect(await optional(() => startMoto(lifeMs))).toEqual({
    skipped: 'moto_server does not answer CreateKey',
  });
});
