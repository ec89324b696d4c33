// `ending_program.mjs WAY OPENS ORDER PATH…`: opens the stores in the folders OPENS times each,
// `in-turn` or `at-once`, prints `open`, waits for a line, and ends without closing what nobody refers
// to any more: `end` and `exit` the process; `worker` and `terminate` a thread that has opened them.
// Its first clean-up hook prints `ending`, its last one `ended`.

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openFolder } from '../../dist/engine.js';
import { addon } from '../../dist/hsm/index.js';

const { announceEnd } = createRequire(import.meta.url)('../../build/Release/test/test_addon.node');
const [way, opens, order, ...paths] = isMainThread ? process.argv.slice(2) : workerData;

const ways = {
  end: () => process.stdin.destroy(),
  exit: () => process.exit(),
};

async function openOne(path) {
  await (await openFolder(addon(), path)).get('a');
}

async function open() {
  announceEnd('ended\n');
  const all = Array.from({ length: Number(opens) }, () => paths).flat();
  if (order === 'at-once') await Promise.all(all.map(openOne));
  else for (const path of all) await openOne(path);
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
