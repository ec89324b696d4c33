// The cache of built libraries: whole or absent, whoever else builds or damages it.

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findLibrary, publishLibrary } from '../../native/openssl/cached_library.mjs';
import { pins } from '../../native/openssl/pins.mjs';
import { readStamp, writeStamp } from '../../native/openssl/stamp.mjs';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'keystead-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

async function built(
  version: string,
  content: string,
  sha256 = pinnedHash(version),
): Promise<string> {
  const root = path.join(cache, 'keystead', 'openssl');
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(path.join(root, '.building-test-'));
  await mkdir(path.join(folder, 'lib'));
  await writeFile(path.join(folder, 'lib', 'libcrypto.a'), content);
  await writeStamp(folder, { version, sha256, origin: 'a test' });
  return folder;
}

function pinnedHash(version: string): string {
  return pins.find((pin) => pin.version === version)?.sha256 ?? '0'.repeat(64);
}

test('an empty cache holds nothing', async () => {
  expect(await findLibrary()).toBeUndefined();
});

test('the newest whole library is found', async () => {
  await publishLibrary('3.5.9', await built('3.5.9', 'nine'));
  await publishLibrary('3.5.10', await built('3.5.10', 'ten'));
  expect(await findLibrary()).toMatchObject({ version: '3.5.10' });
  expect(await findLibrary('3.5.9')).toMatchObject({ version: '3.5.9' });
});

test('a faster build wins, and a slower one takes its library', async () => {
  const folders = await Promise.all([built('3.5.9', 'one'), built('3.5.9', 'another')]);
  const libraries = await Promise.all(folders.map((folder) => publishLibrary('3.5.9', folder)));
  expect(new Set(libraries.map(({ folder }) => folder)).size).toBe(1);
  expect(await readStamp(libraries[0]?.folder)).toBeDefined();
});

test('a library that is not the stamped one is not used, and is replaced', async () => {
  const { library } = await publishLibrary('3.5.9', await built('3.5.9', 'whole'));
  await writeFile(library, 'half');
  expect(await findLibrary()).toBeUndefined();
  await publishLibrary('3.5.9', await built('3.5.9', 'whole'));
  expect(await findLibrary()).toMatchObject({ library });
});

test('a version below the oldest accepted one is not used', async () => {
  await publishLibrary('3.5.6', await built('3.5.6', 'old'));
  expect(await findLibrary()).toBeUndefined();
});

test('a library of a pinned version that was made from other bytes is not used, and is replaced', async () => {
  await publishLibrary('3.5.9', await built('3.5.9', 'other', 'f'.repeat(64)));
  expect(await findLibrary()).toBeUndefined();
  const { library } = await publishLibrary('3.5.9', await built('3.5.9', 'pinned'));
  expect(await findLibrary()).toMatchObject({ library });
  expect(await readFile(library, 'utf8')).toBe('pinned');
});

test('a library whose folder names another version than its stamp is not used', async () => {
  const { folder } = await publishLibrary('3.5.9', await built('3.5.9', 'nine'));
  await rename(folder, folder.replace('3.5.9', '3.5.11'));
  expect(await findLibrary()).toBeUndefined();
});
