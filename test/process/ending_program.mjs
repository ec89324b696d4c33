// `ending_program.mjs WAY OPENS ORDER PATH…`: opens the stores in the folders OPENS times each,
// `in-turn` or `at-once`, so that all wait, prints `open`, waits for a line, and ends without
// closing them: `end` and `exit` the process; `worker` and `terminate` a thread that has opened
// them. Its first clean-up hook prints `ending`, its last one `ended`.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openFolder } from '../../dist/engine.js';
import { addon } from '../../dist/hsm/index.js';

const require = createRequire(import.meta.url);
const { announceEnd } = require('../../build/Release/test/test_addon.node');
const [way, opens, order, ...paths] = isMainThread ? process.argv.slice(2) : workerData;

// lmdb closes a database that nobody refers to when it is collected, through no gate.
const lmdb = require('lmdb');
const { open: openDatabase } = lmdb;
const databases = [];
lmdb.open = (options) => {
  const database = openDatabase(options);
  databases.push(database);
  return database;
};

const ways = {
  end: () => process.stdin.destroy(),
  exit: () => process.exit(),
};

async function openTimes(path) {
  for (let i = 0; i < Number(opens); i++) await openOnce(path);
}

async function openOnce(path) {
  await (await openFolder(addon(), path)).get('a');
}

/** All opens wait; those of one folder after the other get through. */
async function openAtOnce() {
  const lines = paths.map((path) => {
    const lock = takeGate(path);
    return { lock, opening: Array.from({ length: Number(opens) }, () => openOnce(path)) };
  });
  for (const { lock, opening } of lines) {
    addon().fileLockClose(lock);
    await Promise.all(opening);
  }
}

function takeGate(path) {
  const file = join(path, 'keystead.epoch');
  writeFileSync(file, '', { mode: 0o600 });
  const lock = addon().fileLockOpen(file);
  addon().fileLockTryTake(lock);
  return lock;
}

async function open() {
  announceEnd('ended\n');
  if (order === 'at-once') await openAtOnce();
  else for (const path of paths) await openTimes(path);
  announceEnd('ending\n');
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

async function endThread() {
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv.slice(2) });
  await once(worker, 'message');
  console.log('open');
  await once(process.stdin, 'data');
  const exit = once(worker, 'exit');
  if (way === 'terminate') void worker.terminate();
  else worker.postMessage('end');
  await exit;
  process.stdin.destroy();
}

if (!isMainThread) {
  await open();
  parentPort.once('message', () => {});
  parentPort.postMessage('open');
} else if (way in ways) {
  await open();
  console.log('open');
  await once(process.stdin, 'data');
  ways[way]();
} else {
  await endThread();
}
