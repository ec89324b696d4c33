// Processes and threads that end without having closed their store: LMDB's clean-up hook closes it,
// through the gate.

import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { databaseFile, openFolder } from '../../lib/engine.js';
import { addon, type FileLockHandle } from '../../lib/hsm/index.js';
import { type Program, startProgram } from './child_process.js';

const hsm = addon();
const patience = { timeout: 20_000 };
/** If each waited for another one, the test's time would be over. */
const manyOpens = 15;
let folder: string;
let folders: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-ending-'));
  folders = ['a', 'b'].map((name) => join(folder, name));
  for (const path of folders) mkdirSync(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Opens {
  readonly order?: 'in-turn' | 'at-once';
  readonly opens?: number;
}

/** A program that has opened the stores, and ends once a line is written to it. */
async function startEnding(
  way: string,
  { order = 'in-turn', opens = 1 }: Opens = {},
): Promise<Program> {
  const program = startProgram('ending_program.mjs', way, `${opens}`, order, ...folders);
  await seeLines(program, ['open']);
  return program;
}

function seeLines(program: Program, lines: string[]): Promise<void> {
  return vi.waitFor(() => expect(program.lines()).toEqual(lines), patience);
}

function takeGate(path: string): FileLockHandle {
  const lock = hsm.fileLockOpen(join(path, 'keystead.epoch'));
  expect(hsm.fileLockTryTake(lock)).toBe(true);
  return lock;
}

function hasOpen(program: Program, file: string): boolean {
  const descriptors = `/proc/${program.process.pid}/fd`;
  return readdirSync(descriptors).some((name) => {
    try {
      return readlinkSync(join(descriptors, name)) === file;
    } catch {
      return false;
    }
  });
}

async function expectEnded(program: Program, lines: string[]): Promise<void> {
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  expect(program.lines()).toEqual(lines);
  for (const path of folders) {
    const store = await openFolder(hsm, path);
    expect(await store.get('a')).toBeUndefined();
    await store.close();
  }
}

describe.each(['end', 'worker', 'terminate'])('%s', (way) => {
  test('waits for who opens or closes the store', async () => {
    const program = await startEnding(way);
    const lock = takeGate(folders[0] as string);
    program.process.stdin.write('go\n');
    await seeLines(program, ['open', 'ending']);
    // An end that does not wait takes no time from here.
    await sleep(200);
    expect(program.lines()).toEqual(['open', 'ending']);
    hsm.fileLockClose(lock);
    await expectEnded(program, ['open', 'ending', 'ended']);
  });

  test.each(['in-turn', 'at-once'] as const)(
    'does not wait for itself, however often it has opened the stores, %s',
    async (order) => {
      const program = await startEnding(way, { order, opens: manyOpens });
      program.process.stdin.write('go\n');
      await expectEnded(program, ['open', 'ending', 'ended']);
    },
  );
});

test('an end has one gate at a time, also of stores that were opened at once', async () => {
  const [first, second] = folders as [string, string];
  const program = await startEnding('worker', { order: 'at-once' });
  const lock = takeGate(first);
  program.process.stdin.write('go\n');
  // All in one step, asked often: the end waits five seconds for the first gate, no longer.
  await vi.waitFor(
    () => {
      expect(hasOpen(program, join(second, databaseFile))).toBe(false);
      hsm.fileLockClose(takeGate(second));
      expect(hasOpen(program, join(first, databaseFile))).toBe(true);
      hsm.fileLockClose(lock);
    },
    { ...patience, interval: 5 },
  );
  await expectEnded(program, ['open', 'ending', 'ended']);
});

test('an end that does not get the gate is an end all the same', async () => {
  const program = await startEnding('end');
  const lock = takeGate(folders[0] as string);
  program.process.stdin.write('go\n');
  await vi.waitFor(() => expect(program.lines()).toContain('ended'), patience);
  hsm.fileLockClose(lock);
  await expectEnded(program, ['open', 'ending', 'ended']);
});

test('process.exit runs no hooks: nothing is closed, and nothing waits', async () => {
  const program = await startEnding('exit');
  const lock = takeGate(folders[0] as string);
  program.process.stdin.write('go\n');
  await program.ended;
  hsm.fileLockClose(lock);
  await expectEnded(program, ['open']);
});
