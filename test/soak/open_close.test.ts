// A store that is opened by one process while another closes it, in every way in which a use of it
// can end. Without turns, whoever opens while the last other one closes gets LMDB's destroyed
// mutexes, and every process with it until all have ended: a few rounds find it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openFolder } from '../../lib/engine.js';
import { addon } from '../../lib/hsm/index.js';
import { startProgram } from '../process/child_process.js';
import { isSoaking, soakCount } from './support/scale.js';

const closes = soakCount(200, 5000);
const ends = soakCount(2, 60);
const killDelayMsMax = 20;

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'keystead-open-close-'));
});
afterEach(() => rmSync(path, { recursive: true }));

async function runProgram(way: string, count: number): Promise<void> {
  const program = startProgram('open_close_program.mjs', path, way, `${count}`);
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  expect(program.lines()).toHaveLength(count);
}

async function killProgram(): Promise<void> {
  const program = startProgram('open_close_program.mjs', path, 'close', '1000000');
  await vi.waitFor(() => expect(program.lines()).not.toEqual([]), { timeout: 20_000, interval: 1 });
  await sleep(Math.random() * killDelayMsMax);
  program.process.kill('SIGKILL');
  expect(await program.ended).toEqual({ status: null, stderr: '' });
}

async function repeat(work: () => Promise<void>): Promise<void> {
  for (let i = 0; i < ends; i++) await work();
}

const ways: Record<string, () => Promise<void>> = {
  close: () => runProgram('close', closes),
  worker: () => runProgram('worker', ends),
  terminate: () => runProgram('terminate', ends),
  end: () => repeat(() => runProgram('end', 1)),
  exit: () => repeat(() => runProgram('exit', 1)),
  kill: () => repeat(killProgram),
};
const names = Object.keys(ways);
const pairs = names.flatMap((one, i) => names.slice(i).map((other) => [one, other] as const));

test.each(isSoaking ? pairs : pairs.filter(([one]) => one === 'close'))(
  '%s beside %s: every open succeeds',
  async (...pair) => {
    await Promise.all(pair.map((name) => (ways[name] as () => Promise<void>)()));
    const store = await openFolder(addon(), path);
    const value = Uint8Array.of(1);
    expect(await store.commit([{ path: 'a', before: undefined, after: value }])).toBe(true);
    expect(await store.get('a')).toEqual(value);
    await store.close();
  },
);
