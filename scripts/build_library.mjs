// Compiles lib/ to dist/, and removes from dist/ what no longer has a source: whatever lies there is
// published.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const compiled = path.join(root, 'dist');

for (const name of existsSync(compiled) ? readdirSync(compiled, { recursive: true }) : []) {
  const source = name.replace(/(\.d)?\.[cm]?[jt]s(\.map)?$/, '.ts');
  if (!existsSync(path.join(root, 'lib', source))) {
    rmSync(path.join(compiled, name), { recursive: true, force: true });
  }
}
const compiler = path.join(root, 'node_modules', '.bin', 'tsc');
const { status } = spawnSync(compiler, ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
