// `open_close_program.mjs PATH WAY COUNT`: opens the store in the folder, reads and ends its use in
// one of the ways, and prints a line, COUNT times over: `close`; `worker` and `terminate`, each in
// a thread that ends without closing. `end` and `exit` leave it open, and so have one round.

import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openFolder } from '../../dist/engine.js';
import { addon } from '../../dist/hsm/index.js';

const [path, way, count] = isMainThread ? process.argv.slice(2) : workerData;

async function use() {
  const store = await openFolder(addon(), path);
  await store.get('a');
  return store;
}

async function useInThread() {
  const worker = new Worker(new URL(import.meta.url), { workerData: [path, way] });
  const exit = once(worker, 'exit');
  await once(worker, 'message');
  if (way === 'terminate') await worker.terminate();
  await exit;
}

const rounds = {
  close: async () => (await use()).close(),
  worker: useInThread,
  terminate: useInThread,
  end: use,
  exit: use,
};

async function run() {
  for (let i = 0; i < Number(count); i++) {
    await rounds[way]();
    console.log(i);
  }
  if (way === 'exit') process.exit();
}

async function runThread() {
  await use();
  parentPort.postMessage('used');
  if (way === 'terminate') setInterval(() => {}, 1000);
}

await (isMainThread ? run() : runThread());
