// Workers that load the addon, use keys and end: the process is as it was before.

import { beforeAll, describe, expect, it } from 'vitest';
import { DataKey, nativeInfo } from '../../lib/hsm/index.js';
import { warmThreads } from '../process/support/warm_threads.js';
import { runAndTerminate, runJob } from '../process/support/worker_job.js';
import { soakCount } from './support/scale.js';

const batch = 4;

beforeAll(warmThreads);

async function inBatches(count: number, run: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += batch) {
    await Promise.all(Array.from({ length: Math.min(batch, count - done) }, run));
  }
}

describe('loading and unloading', () => {
  const loads = soakCount(48, 1000);

  it(`${loads} times leaves no memory in use`, async () => {
    const key = DataKey.generate();
    key.encrypt(new Uint8Array());
    const before = nativeInfo().memory.bytesInUse;
    await inBatches(loads, () => runJob('useAndLeave'));
    expect(nativeInfo().memory.bytesInUse).toBe(before);
    expect(key.decrypt(key.encrypt(Uint8Array.of(1)))).toEqual(Uint8Array.of(1));
    key.dispose();
  });
});

describe('terminating', () => {
  const terminations = soakCount(12, 400);

  it.each(['encryptForEver', 'failForEver', 'throwForEver'])(
    `${terminations} workers that %s leaves no memory in use`,
    async (job) => {
      const terminate = () => runAndTerminate(job, Math.random() * 25);
      const before = nativeInfo().memory.bytesInUse;
      await inBatches(terminations, terminate);
      expect(nativeInfo().memory.bytesInUse).toBe(before);
    },
  );
});
