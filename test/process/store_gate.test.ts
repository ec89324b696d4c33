// Processes and threads that end without having closed their store: LMDB's clean-up hook closes it,
// through the gate.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openFolder } from '../../lib/engine.js';
import { addon } from '../../lib/hsm/index.js';
import { type Program, startProgram } from './child_process.js';

const hsm = addon();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-ending-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that has opened the store in the folder, and ends once a line is written to it. */
async function startEnding(way: string, opens = 1): Promise<Program> {
  const program = startProgram('ending_program.mjs', folder, way, `${opens}`);
  await vi.waitFor(() => expect(program.lines()).toEqual(['open']), { timeout: 20_000 });
  return program;
}

/** How long a thread, or else the whole process, took to end. */
async function endedAfterMs(program: Program): Promise<number> {
  const begin = performance.now();
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  return Number(program.lines()[1] ?? performance.now() - begin);
}

async function expectUsable(): Promise<void> {
  const store = await openFolder(hsm, folder);
  expect(await store.get('a')).toBeUndefined();
  await store.close();
}

describe.each(['end', 'worker', 'terminate'])('%s', (way) => {
  test('waits for who opens or closes the store', async () => {
    const program = await startEnding(way);
    const lock = hsm.fileLockOpen(join(folder, 'keystead.epoch'));
    expect(hsm.fileLockTryTake(lock)).toBe(true);
    program.process.stdin.write('go\n');
    await sleep(200);
    expect(program.process.exitCode).toBeNull();
    expect(program.lines()).toEqual(['open']);
    hsm.fileLockClose(lock);
    await endedAfterMs(program);
    await expectUsable();
  });

  test('does not wait for itself, however often it has opened the store', async () => {
    const program = await startEnding(way, 5);
    program.process.stdin.write('go\n');
    expect(await endedAfterMs(program)).toBeLessThan(3000);
    await expectUsable();
  });
});

test('an end waits a second and no longer', async () => {
  const program = await startEnding('end');
  const lock = hsm.fileLockOpen(join(folder, 'keystead.epoch'));
  hsm.fileLockTryTake(lock);
  program.process.stdin.write('go\n');
  expect(await endedAfterMs(program)).toBeGreaterThan(950);
  hsm.fileLockClose(lock);
  await expectUsable();
});

test('process.exit runs no hooks: nothing is closed, and nothing waits', async () => {
  const program = await startEnding('exit');
  const lock = hsm.fileLockOpen(join(folder, 'keystead.epoch'));
  hsm.fileLockTryTake(lock);
  program.process.stdin.write('go\n');
  expect(await endedAfterMs(program)).toBeLessThan(950);
  hsm.fileLockClose(lock);
  await expectUsable();
});
