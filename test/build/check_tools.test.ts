// A missing tool is named in one sentence before anything is fetched.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = path.resolve(import.meta.dirname, '../../scripts/build_native.mjs');
let tools: string;

beforeEach(async () => {
  tools = await mkdtemp(path.join(tmpdir(), 'keystead-tools-'));
});

afterEach(() => rm(tools, { recursive: true }));

function build(): Promise<{ status: number; stderr: string }> {
  const env = { PATH: tools, HOME: tools, KEYSTEAD_OPENSSL_RELEASES: 'http://127.0.0.1:1' };
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env }, (error, _stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), stderr });
    });
  });
}

test('names every missing tool and how to get it', async () => {
  const { status, stderr } = await build();
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/a C\+\+ compiler .* make, perl .* and python3, not found/);
  expect(stderr).toMatch(/apt-get install g\+\+ make perl python3/);
});

test('names only what is missing', async () => {
  for (const name of ['make', 'perl', 'python3']) {
    await symlink('/bin/true', path.join(tools, name));
  }
  const { stderr } = await build();
  expect(stderr).toMatch(/needs a C\+\+ compiler .* and a C compiler .*, not found/);
  expect(stderr).not.toMatch(/^[^:]*:[^:]*(make|perl|python3),/);
});
