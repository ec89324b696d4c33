// `node scripts/format_native.mjs [--check]`: clang-format over the C++ sources; --check changes
// nothing and fails on a difference.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const mode = process.argv.includes('--check') ? ['--dry-run', '-Werror'] : ['-i'];
const clangFormat = createRequire(import.meta.url).resolve('clang-format');

const sources = readdirSync(path.join(root, 'native'), { recursive: true })
  .filter((name) => /\.(cc|h)$/.test(name))
  .map((name) => path.join('native', name));
const { status } = spawnSync(process.execPath, [clangFormat, ...mode, ...sources], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
