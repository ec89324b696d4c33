// No branch and no memory access of the core depends on a secret: native/test/constant_time.cc runs
// the key paths under valgrind's memcheck with the secrets marked undefined. What valgrind shows a
// program is a CPU with AES-NI and AVX2, so that OpenSSL's code for those is what is proved; its
// VAES and SHA-NI code consists of the same kind of instructions.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const buildScript = fileURLToPath(
  new URL('../../native/test/build_constant_time.sh', import.meta.url),
);
const hasValgrind = spawnSync('valgrind', ['--version']).status === 0;
/** The exit status of a run in which memcheck reported anything. */
const reportedStatus = 99;

const folder = mkdtempSync(path.join(tmpdir(), 'keystead-constant-time-'));
const program = path.join(folder, 'constant_time');
afterAll(() => rmSync(folder, { recursive: true }));

function underValgrind(...args: string[]) {
  const options = ['--quiet', `--error-exitcode=${reportedStatus}`, program];
  return spawnSync('valgrind', [...options, ...args], { encoding: 'utf8' });
}

const title = hasValgrind ? 'constant time' : 'constant time (skipped: valgrind is not installed)';
describe.skipIf(!hasValgrind)(title, () => {
  beforeAll(() => {
    const build = spawnSync(buildScript, [program], { encoding: 'utf8' });
    if (build.status !== 0) throw new Error(build.stderr);
  }, 120_000);

  it('finds no secret-dependent branch or index in the key paths', () => {
    const { status, stdout, stderr } = underValgrind();
    expect(stderr).not.toMatch(/uninitialised/);
    expect(stdout).toBe('key paths: done\n');
    expect(status).toBe(0);
  });
  it.each([
    ['branch', 'Conditional jump or move depends on uninitialised value'],
    ['index', 'Use of uninitialised value'],
  ])('catches a planted %s', (kind, report) => {
    const { status, stderr } = underValgrind(kind);
    expect(stderr).toContain(report);
    expect(status).toBe(reportedStatus);
  });
  it('is worth nothing without valgrind', () => {
    expect(spawnSync(program).status).toBe(2);
  });
});
