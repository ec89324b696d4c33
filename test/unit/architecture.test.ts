import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const leaves = ['arn', 'enumerations', 'errors', 'grant_types', 'key_id', 'maybe_promise', 'types'];

/**
 * What the files of a folder of lib, or a leaf, may import beside its own folder. Dependencies
 * never point back.
 */
const arrows: Record<string, readonly string[]> = {
  arn: [],
  enumerations: [],
  errors: [],
  key_id: [],
  maybe_promise: [],
  grant_types: ['types'],
  types: ['enumerations', 'grant_types', 'hsm'],
  authorization: [],
  store: leaves,
  hsm: ['errors'],
  envelope: [...leaves, 'hsm'],
  keys: [...leaves, 'hsm', 'store', 'authorization'],
  audit: [...leaves, 'hsm', 'store', 'keys', 'authorization'],
  operations: [...leaves, 'hsm', 'keys', 'envelope', 'authorization', 'audit'],
  iam: [...leaves, 'hsm', 'store', 'keys', 'authorization', 'operations', 'audit'],
  server: [
    ...leaves,
    'hsm',
    'keys',
    'authorization',
    'operations',
    'iam',
    'caller',
    'kms',
    'kms_options',
  ],
};

function filesUnder(folder: string, extension: RegExp): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => extension.test(name)).map((name) => join(folder, name));
}

/** The folder of lib that a file is in, or its own name at the top. */
function partOf(file: string): string {
  const [first = ''] = relative('lib', file).split('/');
  return first.replace(/\.[jt]s$/, '');
}

const files = filesUnder('lib', /\.ts$/);

test.each(files)('%s imports only what lies to its right', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const imports = [...text.matchAll(/from '(\.[^']*)'/g)].map(([, path = '']) => path);
  const allowed = arrows[partOf(file)];
  if (allowed === undefined) return;
  for (const path of imports) {
    const target = partOf(join(dirname(file), path));
    expect([partOf(file), ...allowed]).toContain(target);
    // The HSM is used through its face.
    if (target === 'hsm' && partOf(file) !== 'hsm') expect(path).toMatch(/hsm\/index\.js$/);
  }
});

test('the decision is pure: it imports nothing at all', () => {
  for (const file of files.filter((name) => partOf(name) === 'authorization')) {
    expect(readFileSync(join(root, file), 'utf8')).not.toMatch(
      /from 'node:|process\.|new Date\(\)|Date\.now/,
    );
  }
});

test('the native core knows no Node', () => {
  for (const file of filesUnder('native/core', /\.(h|cc)$/)) {
    expect(readFileSync(join(root, file), 'utf8')).not.toMatch(
      /#include.*(napi|node_api|binding\/)/,
    );
  }
});
