import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startProgram } from './child_process.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-no-lmdb-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('without lmdb there are data keys and stores in memory, and one sentence for a folder', async () => {
  const program = startProgram('no_lmdb_program.mjs', join(folder, 'keys'));
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(program.lines().join(''))).toEqual({
    state: 'Enabled',
    size: 3,
    openssl: expect.stringMatching(/^OpenSSL 3\.5/),
    refusal: {
      code: 'ERR_UNSUPPORTED_PLATFORM',
      message: expect.stringMatching(
        /^the package lmdb, [^\n]*glibc 2\.34[^\n]*GLIBC_2\.34' not found\)$/,
      ),
    },
  });
});
