// The end of a process or a worker in the middle of work on files: nothing is left, under any name,
// and everything that was there stays.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataKey, decryptMessage, MessageWriter } from '../../lib/hsm/index.js';
import { runChild } from '../hsm/support/run_child.js';
import { soakCount } from '../soak/support/scale.js';

const folder = mkdtempSync(path.join(tmpdir(), 'keystead-end-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);
const dataKey = DataKey.import(new Uint8Array(32).fill(1));
const text = new Uint8Array(24 * 1024 * 1024).fill(7);
const bytes = Uint8Array.of(1);
const encryptedDataKeys = [{ providerId: 'test', providerInfo: bytes, ciphertext: bytes }];

const hashOf = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(at(name)))
    .digest('hex');
let before: string[];

beforeAll(() => {
  writeFileSync(at('source'), text);
  writeFileSync(at('message'), new MessageWriter({ dataKey, encryptedDataKeys }).encrypt(text));
  before = ['source', 'message'].map(hashOf);
});

const script = new URL('children/file_in_work.mjs', import.meta.url);
const names = ['source', 'encrypted', 'message', 'decrypted'];

function endBy(way: string, delay: number) {
  return runChild(script, { args: [way, String(delay), ...names.map(at)] });
}

/** What is whole may stand under its name; nothing else may stand at all. */
function expectNothingHalf(): void {
  expect(names).toEqual(expect.arrayContaining(readdirSync(folder)));
  for (const name of readdirSync(folder)) {
    if (name === 'decrypted') expect(Buffer.compare(readFileSync(at(name)), text)).toBe(0);
    if (name === 'encrypted') {
      expect(decryptMessage(dataKey, readFileSync(at(name)))).toHaveLength(text.length);
    }
  }
  expect(['source', 'message'].map(hashOf)).toEqual(before);
  for (const name of ['encrypted', 'decrypted']) rmSync(at(name), { force: true });
}

describe('a process with files in work', () => {
  it.each([
    ['exit', 0, 7],
    ['exit', 15, 7],
    ['exitAfterDispose', 3, 7],
    ['throw', 5, 1],
  ])('ends by %s after %i ms as it means to', async (way, delay, code) => {
    const result = await endBy(way, delay);
    expect(result).toMatchObject({ code, signal: null, stdout: 'started\n' });
    expectNothingHalf();
  });

  it('ends when they are done, and not before', async () => {
    expect(await endBy('exitCode', 0)).toMatchObject({ code: 7, signal: null });
    expect(statSync(at('decrypted')).size).toBe(text.length);
    expect(statSync(at('encrypted')).size).toBe(statSync(at('message')).size);
    expectNothingHalf();
  });

  const kills = soakCount(5, 100);
  it(`killed ${kills} times at random`, { timeout: 20_000 + kills * 5000 }, async () => {
    for (let i = 0; i < kills; i++) {
      expect(await endBy('kill', Math.random() * 60)).toMatchObject({ signal: 'SIGKILL' });
      expectNothingHalf();
    }
  });
});

it('a worker that is ended with files in work leaves nothing, and its process lives', async () => {
  const file = new URL('children/message_worker.mjs', import.meta.url);
  for (let i = 0; i < soakCount(3, 50); i++) {
    const workerData = { source: at('source'), target: at('encrypted') };
    const worker = new Worker(file, { workerData });
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
    expectNothingHalf();
  }
});
