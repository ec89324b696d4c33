// The benchmark of files with its optional peers absent, present and broken.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { benchFiles } from '../../bench/files.mjs';
import { linkProgram, shellProgram, useEmptyPath } from './support/programs.js';

let folder: string;

useEmptyPath();

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'keystead-bench-test-'));
  vi.stubEnv('KEYSTEAD_BENCH_FOLDER', folder);
  vi.stubEnv('KEYSTEAD_BENCH_FILE_MIB', '1');
  for (const name of ['cp', 'sync']) await linkProgram(name);
});

afterEach(() => rm(folder, { recursive: true }));

async function rowsAgainst(peer: string) {
  const rows = await benchFiles();
  expect(await readdir(folder)).toEqual([]);
  expect(rows).toHaveLength(12);
  const own = rows.filter(({ against }) => against.startsWith(peer));
  expect(own.map(({ what }) => what)).toEqual([
    'encryptFile 1 MiB, MiB/s, 1 thread',
    'decryptFile 1 MiB, MiB/s, 1 thread',
    'encryptFile 1 MiB, MiB/s, 2 threads',
    'decryptFile 1 MiB, MiB/s, 2 threads',
  ]);
  return own;
}

test('without age, its rows say so and the run goes on', async () => {
  for (const row of await rowsAgainst('age')) {
    expect(row).toMatchObject({ skipped: 'age-keygen is not installed', peerRate: undefined });
    expect(row.rate).toBeGreaterThan(0);
  }
});

test('age encrypts for the recipient of its identity, and decrypts with that', async () => {
  await shellProgram(
    'age-keygen',
    'if [ "$1" = -y ]; then read -r key <"$2"; echo "age1$key"; else echo secret >"$2"; fi',
  );
  await shellProgram(
    'age',
    `
case "$1" in
-r) [ "$2" = age1secret ] && exec /bin/cp "$5" "$4" ;;
-d) read -r key <"$3" && [ "$key" = secret ] && exec /bin/cp "$6" "$5" ;;
esac
exit 1`,
  );
  for (const row of await rowsAgainst('age')) {
    expect(row.skipped).toBeUndefined();
    expect(row.peerRate).toBeGreaterThan(0);
  }
});

test('an openssl that cannot do it is quoted, without the key of its command line', async () => {
  await shellProgram('openssl', 'echo "enc: unknown cipher" >&2; exit 1');
  for (const row of await rowsAgainst('openssl enc'))
    expect(row).toMatchObject({ skipped: 'enc: unknown cipher', peerRate: undefined });
});

test('openssl enc decrypts with the key and the IV that it encrypted with', async () => {
  await shellProgram(
    'openssl',
    `
[ "$1$3$4$6$8$\{10}" = enc-aes-256-ctr-K-iv-in-out ] || exit 1
case "$2" in
-e) { echo "$5 $7"; /bin/cat "$9"; } >"$\{11}" ;;
-d) { read -r key && [ "$key" = "$5 $7" ] && /bin/cat; } <"$9" >"$\{11}" ;;
esac`,
  );
  for (const row of await rowsAgainst('openssl enc')) {
    expect(row.skipped).toBeUndefined();
    expect(row.peerRate).toBeGreaterThan(0);
  }
});
