import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'keystead-full-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a store that cannot grow says so, and the process lives', () => {
  const program = fileURLToPath(new URL('full_disk_program.mjs', import.meta.url));
  // The limit on a file's size (setrlimit(2)) stands for a full disk.
  const script = 'ulimit -f 600; exec "$0" "$@"';
  const command = [process.execPath, program, join(folder, 'keys')];
  const { status, stdout } = spawnSync('sh', ['-c', script, ...command], { encoding: 'utf8' });
  expect(stdout.split('\n')).toEqual([
    'ERR_STORE',
    expect.stringMatching(/^the store failed: (File too large|Input\/output error)/),
    'closed',
    '',
  ]);
  expect(status).toBe(0);
});
