// docs/architecture.md tells of every file of the library what it owns, once.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** Patterns of the file names in the first column of the table under the folder's heading. */
function documented(folder: string): RegExp[] {
  const section = text.split(`\n### \`${folder}/\`\n`)[1]?.split('\n### ')[0] ?? '';
  const cells = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell);
  const own = cells.filter((cell) => !cell.includes('/'));
  return own.flatMap((cell) => {
    const [first = '', ...others] = cell.split(', ');
    const stem = first.slice(0, first.lastIndexOf('.'));
    return [first, ...others.map((extension) => stem + extension)].map(
      (name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '\\w+')}$`),
    );
  });
}

test.each([
  'lib',
  'lib/audit',
  'lib/authorization',
  'lib/cli',
  'lib/envelope',
  'lib/hsm',
  'lib/iam',
  'lib/keys',
  'lib/operations',
  'lib/server',
  'lib/store',
  'native/binding',
  'native/core',
  'native/fuzz',
  'native/openssl',
  'native/sysroot',
  'native/test',
  'scripts',
  'test/reference',
])('%s: each file has a line, and each line a file', (folder) => {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const patterns = documented(folder);
  expect(new Set(patterns.map(String)).size).toBe(patterns.length);
  expect(names.filter((name) => !patterns.some((pattern) => pattern.test(name)))).toEqual([]);
  const unused = patterns.filter((pattern) => !names.some((name) => pattern.test(name)));
  expect(unused).toEqual([]);
});
