import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { startProgram } from '../process/child_process.js';
import { bytes, fill, openingKey } from '../process/support/two_root_keys.js';
import { soakCount } from './support/scale.js';

const path = mkdtempSync(join(tmpdir(), 'keystead-rekey-'));
afterAll(() => rmSync(path, { recursive: true }));

const kills = soakCount(4, 100);

test(`${kills} times killed half way, the store is whole under the one key or the other`, async () => {
  const blobs = await fill(path, 300);
  let current: number = bytes[0];
  for (let kill = 0; kill < kills; kill++) {
    const other = bytes[0] + bytes[1] - current;
    const program = startProgram('rekey_program.mjs', path, `${current}`, `${other}`);
    await vi.waitFor(() => expect(program.lines()).toContain('begin'), {
      timeout: 20_000,
      interval: 1,
    });
    await sleep(Math.random() * 40);
    program.process.kill('SIGKILL');
    expect(await program.ended).toEqual({ status: null, stderr: '' });
    const lines = program.lines();
    const done = lines.filter((line) => line === 'done').length;
    const opening = await openingKey(path, blobs);
    // What had begun may have been done, acknowledged or not.
    if (lines.at(-1) === 'done') expect(opening).toBe(done % 2 === 0 ? current : other);
    current = opening;
  }
});
