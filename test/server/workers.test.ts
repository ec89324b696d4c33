// Several processes that serve one store.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { type ServingProgram, startServing } from './support/serving_program.js';
import { callKms } from './support/signed_client.js';
import { send } from './support/wire_client.js';

let folder: string;
let program: ServingProgram;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-workers-'));
  program = await startServing(folder, 2);
});
afterEach(async () => {
  const { exitCode, signalCode } = program.process;
  if (exitCode === null && signalCode === null) await program.kill();
  rmSync(folder, { recursive: true, force: true });
});

const call = (name: string, input: object) =>
  callKms(program.url, name, input, { credentials: program.credentials });
const metrics = async () =>
  (await send(program.monitorUrl, { method: 'GET', path: '/metrics' })).body.split('\n');
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('each sees at once what the other changed, and all are counted together', async () => {
  const { KeyId } = JSON.parse((await call('CreateKey', {})).body).KeyMetadata;
  for (let i = 0; i < 10; i++) {
    const change = i % 2 === 0 ? 'DisableKey' : 'EnableKey';
    expect((await call(change, { KeyId })).status).toBe(200);
    // A connection each: they go round.
    for (let j = 0; j < 2; j++) {
      const { status } = await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
      expect(status).toBe(i % 2 === 0 ? 400 : 200);
    }
  }
  const lines = await metrics();
  expect(lines).toContain('keystead_workers 2');
  expect(lines).toContain('keystead_keys{state="Enabled"} 1');
  expect(lines).toContain(
    'keystead_requests_total{service="kms",operation="GenerateDataKey",error=""} 10',
  );
  expect(lines).toContain(
    'keystead_requests_total{service="kms",operation="GenerateDataKey",error="DisabledException"} 10',
  );
});

test('a restart under load loses no request', async () => {
  const { KeyId } = JSON.parse((await call('CreateKey', {})).body).KeyMetadata;
  let isOver = false;
  let served = 0;
  const load = async () => {
    while (!isOver) {
      const { status } = await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
      expect(status).toBe(200);
      served += 1;
    }
  };
  const loads = [load(), load()];
  const { pids } = await program.tell('restart');
  isOver = true;
  await Promise.all(loads);
  expect(served).toBeGreaterThan(10);
  expect(pids).toHaveLength(2);
  for (const pid of program.pids) {
    expect(pids).not.toContain(pid);
    expect(isAlive(pid)).toBe(false);
  }
});

test('one that dies is replaced, and what it had answered is there', async () => {
  const made: string[] = [];
  for (let i = 0; i < 4; i++)
    made.push(JSON.parse((await call('CreateKey', {})).body).KeyMetadata.KeyId);
  const [pid = 0] = program.pids;
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000);
  await vi.waitFor(async () => expect(await metrics()).toContain('keystead_workers 2'), 15_000);
  for (const KeyId of made) expect((await call('DescribeKey', { KeyId })).status).toBe(200);
});

test('all end when they are told to, and the store is free', async () => {
  expect((await call('CreateKey', {})).status).toBe(200);
  expect(await program.tell('close')).toEqual({ closed: true });
  expect(await program.ended).toBe(0);
  expect(program.pids.filter(isAlive)).toEqual([]);
  const kms = await Kms.open({ path: folder, account: '111122223333', region: 'eu-central-1' });
  expect((await kms.client().listKeys()).Keys).toHaveLength(1);
  await kms.close();
});

test('none outlives the first process', async () => {
  process.kill(program.process.pid as number, 'SIGKILL');
  // Their standard error is the first process's: its end is theirs.
  await program.ended;
  expect(program.complaints()).toBe('');
  await vi.waitFor(() => expect(program.pids.filter(isAlive)).toEqual([]), 10_000);
});

test('what a worker cannot open the store for is told', async () => {
  await program.tell('close');
  const kms = await Kms.open({ path: folder });
  rmSync(join(folder, 'root.key'));
  const { serve } = await import('keystead');
  await expect(
    serve(kms as never, { workers: 2, port: 0, metricsPort: false }),
  ).rejects.toMatchObject({
    code: 'ERR_ROOT_KEY',
  });
  await kms.close();
});
