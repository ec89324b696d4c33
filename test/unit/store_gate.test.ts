// The gate through which a store's database is opened and closed, while another has it.

import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { databaseFile, openFolder, openShared } from '../../lib/engine.js';
import { addon, type FileLockHandle } from '../../lib/hsm/index.js';
import { LmdbStore } from '../../lib/store/lmdb.js';

const hsm = addon();
let folder: string;
let database: string;
let epoch: string;
let other: FileLockHandle;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-gate-'));
  database = join(folder, databaseFile);
  epoch = join(folder, 'keystead.epoch');
  writeFileSync(epoch, '', { mode: 0o600 });
  other = hsm.fileLockOpen(epoch);
});
afterEach(() => {
  hsm.fileLockClose(other);
  rmSync(folder, { recursive: true });
});

function openWithin(gateWaitMs: number): Promise<LmdbStore> {
  return LmdbStore.open(database, { ...openShared(hsm, epoch), gateWaitMs });
}

/** The files of the folder that this process has open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd')
    .map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return '';
      }
    })
    .filter((name) => name.startsWith(folder));
}

test('an open waits for it, and the event loop does not', async () => {
  expect(hsm.fileLockTryTake(other)).toBe(true);
  let isOpen = false;
  const opening = openFolder(hsm, folder).then((store) => {
    isOpen = true;
    return store;
  });
  await sleep(50);
  expect(isOpen).toBe(false);
  expect(existsSync(database)).toBe(false);
  hsm.fileLockRelease(other);
  const store = await opening;
  expect(hsm.fileLockTryTake(other)).toBe(true);
  hsm.fileLockRelease(other);
  await store.close();
});

test('an open says that it stays taken, and leaves nothing behind', async () => {
  hsm.fileLockTryTake(other);
  await expect(openWithin(20)).rejects.toMatchObject({
    code: 'ERR_STORE',
    message: `${database} cannot be opened: another process began to open or close it, and hangs`,
  });
  expect(readdirSync(folder)).toEqual(['keystead.epoch']);
  hsm.fileLockRelease(other);
  await (await openWithin(0)).close();
});

test('an open that fails gives it back', async () => {
  writeFileSync(database, 'no database', { mode: 0o600 });
  await expect(openFolder(hsm, folder)).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
  expect(hsm.fileLockTryTake(other)).toBe(true);
  expect(openFiles()).toEqual([epoch]);
});

test('a close waits for it', async () => {
  const store = await openFolder(hsm, folder);
  hsm.fileLockTryTake(other);
  let isClosed = false;
  const closing = store.close().then(() => {
    isClosed = true;
  });
  await sleep(50);
  expect(isClosed).toBe(false);
  expect(openFiles()).toContain(database);
  hsm.fileLockRelease(other);
  await closing;
  expect(openFiles()).toEqual([epoch]);
});

test('a close goes on without it when it stays taken', async () => {
  const store = await openWithin(20);
  hsm.fileLockTryTake(other);
  await store.close();
  expect(openFiles()).toEqual([epoch]);
  hsm.fileLockRelease(other);
  await (await openFolder(hsm, folder)).close();
});

test('a close goes on when it cannot be asked for', async () => {
  const shared = openShared(hsm, epoch);
  const store = await LmdbStore.open(database, shared);
  shared.gate.close();
  await store.close();
  expect(openFiles()).toEqual([epoch]);
});
