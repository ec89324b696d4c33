// Keys and worker threads: sharing, and ends of workers in the middle of anything.

import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { DataKey, nativeInfo } from '../../lib/hsm/index.js';
import { codeOf } from '../hsm/support/thrown.js';
import { warmThreads } from './support/warm_threads.js';
import { runAndTerminate, runJob, startJob } from './support/worker_job.js';

const plaintext = Uint8Array.of(1, 2, 3);

function bytesInUse(): number {
  return nativeInfo().memory.bytesInUse;
}

describe('a shared key', () => {
  it('is adopted by a worker, and outlives the one that shared it', async () => {
    const key = DataKey.generate();
    const box = key.encrypt(plaintext);
    const token = key.share();
    key.dispose();
    expect(await runJob('adopt', { token, box })).toEqual(plaintext);
    expect(codeOf(() => DataKey.adopt(token))).toBe('ERR_INVALID_HANDLE');
  });

  it('is adopted in the thread that shared it, too', () => {
    const key = DataKey.generate();
    const adopted = DataKey.adopt(key.share());
    expect(adopted.decrypt(key.encrypt(plaintext))).toEqual(plaintext);
    key.dispose();
    expect(adopted.disposed).toBe(false);
    adopted.dispose();
  });

  it('has a token good for one adoption, each its own', () => {
    const key = DataKey.generate();
    const tokens = [key.share(), key.share(), key.share()];
    expect(new Set(tokens.map((token) => Buffer.from(token).toString('hex'))).size).toBe(3);
    for (const token of tokens) {
      DataKey.adopt(token).dispose();
      expect(codeOf(() => DataKey.adopt(token))).toBe('ERR_INVALID_HANDLE');
    }
    expect(codeOf(() => DataKey.adopt(new Uint8Array(16)))).toBe('ERR_INVALID_HANDLE');
    key.dispose();
  });

  it('is given back when the worker that shared it has ended', async () => {
    const token = await runJob('share');
    expect(codeOf(() => DataKey.adopt(token as Uint8Array))).toBe('ERR_INVALID_HANDLE');
  });

  it('is given back when the worker that shared it was terminated, and not before', async () => {
    const [first, second] = [startJob('shareAndStay'), startJob('shareAndStay')];
    const [[firstToken], [secondToken]] = await Promise.all([
      once(first, 'message'),
      once(second, 'message'),
    ]);
    const adopted = DataKey.adopt(firstToken);
    await Promise.all([first.terminate(), second.terminate()]);
    expect(codeOf(() => DataKey.adopt(secondToken))).toBe('ERR_INVALID_HANDLE');
    expect(adopted.decrypt(adopted.encrypt(plaintext))).toEqual(plaintext);
    adopted.dispose();
  });

  it('can wait 65,536 times, not more, and all of it comes back', () => {
    const key = DataKey.generate();
    const before = bytesInUse();
    const tokens = Array.from({ length: 65_536 }, () => key.share());
    expect(codeOf(() => key.share())).toBe('ERR_INVALID_ARGUMENT');
    for (const token of tokens) DataKey.adopt(token).dispose();
    expect(bytesInUse()).toBe(before);
    DataKey.adopt(key.share()).dispose();
    key.dispose();
  });
});

describe('worker.terminate()', () => {
  it.each(['encryptForEver', 'failForEver', 'throwForEver', 'generateForEver'])(
    'in the middle of %s harms nothing',
    async (job) => {
      const key = DataKey.generate();
      const box = key.encrypt(plaintext);
      for (const delayMs of [0, 3, 10]) await runAndTerminate(job, delayMs);
      expect(key.decrypt(box)).toEqual(plaintext);
      key.dispose();
    },
  );

  it('gives all memory of the workers back', async () => {
    await warmThreads();
    const before = bytesInUse();
    await Promise.all([1, 2].map(() => runAndTerminate('encryptForEver', 20)));
    await Promise.all([1, 2].map(() => runAndTerminate('generateForEver', 5)));
    expect(bytesInUse()).toBe(before);
  });
});
