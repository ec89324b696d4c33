// The fuzz targets of native/fuzz, each first over its kept corpus and then over what libFuzzer
// makes of it, under AddressSanitizer and UndefinedBehaviorSanitizer. KEYSTEAD_SOAK scales their
// time.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const secondsAtScaleOne = 30;
const secondsInSmallForm = 1;
const soak = process.env['KEYSTEAD_SOAK'];
const secondsEach =
  soak === undefined ? secondsInSmallForm : Math.ceil(secondsAtScaleOne * Number(soak));

const sources = fileURLToPath(new URL('../../native/fuzz', import.meta.url));
const targets = readdirSync(sources)
  .filter((name) => /^fuzz_.*\.cc$/.test(name) && name !== 'fuzz_store.cc')
  .map((name) => path.basename(name, '.cc'));

/** clang without its runtime libraries (libclang-rt-…-dev) cannot link a target. */
function hasLibFuzzer(): boolean {
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const option = `-print-file-name=libclang_rt.fuzzer-${machine}.a`;
  const { status, stdout } = spawnSync('clang++', [option], { encoding: 'utf8' });
  return status === 0 && existsSync(stdout.trim());
}

const folder = mkdtempSync(path.join(tmpdir(), 'keystead-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs to the end without blocking the test process. */
function run(
  program: string,
  args: readonly string[],
): Promise<{ status: number | null; output: string }> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-20_000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => resolve({ status, output }));
  });
}

const canFuzz = hasLibFuzzer();
const title = canFuzz ? 'fuzz' : 'fuzz (skipped: clang with libFuzzer is not installed)';
describe.skipIf(!canFuzz)(title, () => {
  beforeAll(async () => {
    const { status, output } = await run(path.join(sources, 'build.sh'), [folder]);
    if (status !== 0) throw new Error(output);
  }, 300_000);

  it.each(targets)('%s', { timeout: (secondsEach + 120) * 1000 }, async (target) => {
    const found = path.join(folder, 'found', target);
    mkdirSync(found, { recursive: true });
    const corpus = path.join(sources, 'corpus', target);
    expect(readdirSync(corpus).length).toBeGreaterThan(0);
    const args = [`-max_total_time=${secondsEach}`, '-max_len=9000', found, corpus];
    const { status, output } = await run(path.join(folder, target), args);
    expect(status, output).toBe(0);
    expect(output).toMatch(/Done [1-9][0-9]* runs/);
  });
});
