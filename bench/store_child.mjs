// Opens the store in the folder and uses the keys whose ids stand on standard input, each for the first time; tells how
// long that took, and the memory that it took.

import { readFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { Kms } from 'keystead';

/** Without the pages of the database, which belong to the system's page cache (proc_pid_status(5)). */
function privateMiB() {
  globalThis.gc();
  const [, kiB] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(kiB) / 1024;
}

async function timeOf(work) {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

const path = process.argv[2];
const keyIds = await json(process.stdin);
const before = privateMiB();
const { result: kms, ms: openMs } = await timeOf(() => Kms.open({ path }));
const client = kms.client();
const times = [];
for (const KeyId of keyIds)
  times.push((await timeOf(() => client.generateDataKey({ KeyId, KeySpec: 'AES_256' }))).ms);
times.sort((a, b) => a - b);
const firstUseMs = times[Math.floor(times.length / 2)];
const taken = privateMiB() - before;
await kms.close();
console.log(
  JSON.stringify({ openMs, firstUseMs, slowestFirstUseMs: times.at(-1), privateMiB: taken }),
);
