// A store of 100,000 keys, opened by a process that knows nothing of it yet: how long the open takes, and the first use
// of a key, and what both cost in memory. KEYSTEAD_BENCH_KEYS makes it another number of keys.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kms } from 'keystead';

const keys = Number(process.env.KEYSTEAD_BENCH_KEYS ?? 100_000);
/** Keys whose making shares a commit. */
const batch = 1000;
/** One of each batch is used later: they lie all over the store. */
const usedOfBatch = 10;

const figures = [
  { name: 'openMs', what: 'open, ms', target: 2000 },
  { name: 'firstUseMs', what: 'first use of a key, ms (median)', target: 1 },
  { name: 'slowestFirstUseMs', what: 'first use of a key, ms (slowest)' },
  { name: 'privateMiB', what: 'private memory of open and first uses, MiB' },
];

/** @returns rows: what, value and, where there is one, the target that it must not exceed */
export async function benchStore() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'keystead-bench-'));
  try {
    const measured = measureElsewhere(folder, await fill(folder));
    return figures.map(({ name, what, target }) => ({
      what: `a store of ${keys.toLocaleString('en-US')} keys: ${what}`,
      value: measured[name],
      target,
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns the ids of the keys to be used */
async function fill(folder) {
  const kms = await Kms.open({ path: folder });
  try {
    const client = kms.client();
    const used = [];
    for (let made = 0; made < keys; made += batch) {
      const count = Math.min(batch, keys - made);
      const outputs = await Promise.all(Array.from({ length: count }, () => client.createKey({})));
      used.push(...outputs.slice(0, usedOfBatch).map(({ KeyMetadata }) => KeyMetadata.KeyId));
    }
    return used;
  } finally {
    await kms.close();
  }
}

function measureElsewhere(folder, keyIds) {
  const program = fileURLToPath(new URL('store_child.mjs', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', program, folder], {
    encoding: 'utf8',
    input: JSON.stringify(keyIds),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the store could not be measured');
  return JSON.parse(stdout);
}
