// `ending_program.mjs PATH WAY OPENS`: opens the store in the folder OPENS times, prints a line,
// waits for one, and ends without closing what nobody refers to any more: `end` and `exit` the
// process; `worker` and `terminate` a thread that has opened it, and then prints how many
// milliseconds that took.

import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openFolder } from '../../dist/engine.js';
import { addon } from '../../dist/hsm/index.js';

const [path, way, opens] = isMainThread ? process.argv.slice(2) : workerData;

const ways = {
  end: () => process.stdin.destroy(),
  exit: () => process.exit(),
};

async function open() {
  for (let i = 0; i < Number(opens); i++) await (await openFolder(addon(), path)).get('a');
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

async function endThread() {
  const worker = new Worker(new URL(import.meta.url), { workerData: [path, way, opens] });
  await once(worker, 'message');
  console.log('open');
  await once(process.stdin, 'data');
  const exit = once(worker, 'exit');
  const begin = performance.now();
  if (way === 'terminate') void worker.terminate();
  else worker.postMessage('end');
  await exit;
  console.log(performance.now() - begin);
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
