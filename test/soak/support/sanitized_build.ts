// A build of the addon with AddressSanitizer, in a folder of its own, and vitest run with it.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// Everything takes several times as long, and has run in full without the sanitizer.
const soakShare = 0.2;
const needed = ['native', 'scripts', 'binding.gyp', 'package.json'];

/**
 * The sanitizer's library, which must be loaded before all others; undefined when the compiler has
 * none.
 */
export function sanitizerLibrary(): string | undefined {
  const { stdout = '' } = spawnSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' });
  const file = stdout?.trim() ?? '';
  // gcc answers with the bare name when it does not know the file.
  return path.isAbsolute(file) ? file : undefined;
}

export interface RunResult {
  readonly code: number | null;
  readonly output: string;
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<RunResult> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, 'close');
  return { code, output: (await output).join('\n') };
}

/** A folder with build/Debug/keystead.node, sanitized. */
export async function buildSanitized(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keystead-sanitized-'));
  for (const name of needed)
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const build = ['scripts/build_native.mjs', '--debug'];
  const env = { KEYSTEAD_SANITIZE: 'address' };
  const { code, output } = await run(process.execPath, build, folder, env);
  if (code !== 0) throw new Error(`the sanitized build failed:\n${output}`);
  return folder;
}

export function removeBuild(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs test files with the sanitized addon. */
export async function runSanitized(folder: string, files: readonly string[]): Promise<RunResult> {
  const vitest = path.join(
    path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
    'vitest.mjs',
  );
  const args = [vitest, 'run', '--no-color', '--testTimeout=600000', ...files];
  return run(process.execPath, args, root, {
    LD_PRELOAD: sanitizerLibrary() ?? '',
    // Node frees little at its end; and a huge request must fail as it does without a sanitizer.
    ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1:halt_on_error=1:exitcode=99',
    // node-gyp-build takes the addon from here.
    KEYSTEAD_PREBUILD: folder,
    KEYSTEAD_SOAK: String(soakShare * Number(process.env['KEYSTEAD_SOAK'] ?? 0)),
  });
}
