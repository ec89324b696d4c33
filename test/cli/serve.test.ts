// `keystead serve` as an operator runs it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { send, targetHeaders } from '../server/support/wire_client.js';
import { keystead, main } from './keystead.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-serve-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('workers that cannot be replaced go on serving, and SIGTERM ends it', async () => {
  expect(keystead(folder, 'init').status).toBe(0);
  const args = ['--port', '0', '--no-metrics', '--workers', '2', '--insecure-no-auth'];
  const program = spawn(process.execPath, [main, 'serve', '--path', 'store', ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(program, 'close');
  let told = '';
  program.stderr.on('data', (chunk: Buffer) => {
    told += chunk;
  });
  await vi.waitFor(() => expect(told).toContain('serving http'), { timeout: 30_000 });
  const url = /serving (\S+)/.exec(told)?.[1] ?? '';
  chmodSync(join(folder, 'store', 'root.key'), 0o644);
  program.kill('SIGHUP');
  await vi.waitFor(() => expect(told).toContain('ERR_ROOT_KEY'), { timeout: 30_000 });
  const { status } = await send(url, { headers: targetHeaders('ListKeys'), body: '{}' });
  expect(status).toBe(200);
  program.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
