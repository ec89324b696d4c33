// The gate through which a store's database is opened and closed, while another has it.

import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { databaseFile, openFolder, openShared } from '../../lib/engine.js';
import { addon, type FileLockHandle } from '../../lib/hsm/index.js';
import { LmdbStore } from '../../lib/store/lmdb.js';
import { takeGate } from '../../lib/store/store_gate.js';

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

const share = () => openShared(hsm, epoch);

function openWithin(waitMs: number): Promise<LmdbStore> {
  return LmdbStore.open(database, share, waitMs);
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
    message:
      `${database} cannot be opened: for 0.02 s others have been opening or closing it, ` +
      'or one of them hangs, or waits for a long write to end',
  });
  expect(readdirSync(folder)).toEqual(['keystead.epoch']);
  hsm.fileLockRelease(other);
  await (await openWithin(0)).close();
});

test('opens that come at once get through one after the other', async () => {
  const stores = await Promise.all(Array.from({ length: 30 }, () => openFolder(hsm, folder)));
  await Promise.all(stores.map((store) => store.close()));
  expect(openFiles()).toEqual([epoch]);
});

describe('a gate that stays taken', () => {
  /** @returns how often it was asked for; each time takes `askMs` */
  async function asks(waitMs: number, askMs: number): Promise<number> {
    let count = 0;
    const tryTake = () => {
      count++;
      const end = performance.now() + askMs;
      while (performance.now() < end);
      return false;
    };
    const gate = { tryTake, release() {}, holdAtEnd() {}, close() {} };
    expect(await takeGate(gate, waitMs)).toBe(false);
    return count;
  }

  test('is asked for at once, also without time to wait', async () => {
    expect(await asks(0, 0)).toBe(1);
  });

  test('is asked for less and less often', async () => {
    // At the least, the pauses are 1, 3, 6, 12, 24, 48, 50 and 50 ms.
    expect(await asks(150, 0)).toBeLessThan(12);
  });

  test('is waited for by the clock, not by the pauses', async () => {
    // By the pauses it would be seven times at the least.
    expect(await asks(150, 50)).toBeLessThan(6);
  });
});

describe('a file that is replaced while an open waits', () => {
  function replace(): void {
    rmSync(epoch);
    writeFileSync(epoch, '', { mode: 0o600 });
  }

  test('is opened anew, with its own gate', async () => {
    hsm.fileLockTryTake(other);
    const opening = openFolder(hsm, folder);
    replace();
    const newer = hsm.fileLockOpen(epoch);
    hsm.fileLockTryTake(newer);
    hsm.fileLockClose(other);
    await vi.waitFor(() => expect(openFiles()).not.toContain(`${epoch} (deleted)`), {
      timeout: 20_000,
    });
    expect(existsSync(database)).toBe(false);
    hsm.fileLockClose(newer);
    const store = await opening;
    expect(store.isInPlace()).toBe(true);
    const change = { path: 'a', before: undefined, after: Uint8Array.of(1) };
    expect(await store.commit([change])).toBe(true);
    await store.close();
  });

  test('again and again is given up', async () => {
    let shares = 0;
    const shareAndReplace = () => {
      shares++;
      const shared = share();
      replace();
      return shared;
    };
    const opening = LmdbStore.open(database, shareAndReplace);
    await expect(opening).rejects.toMatchObject({
      code: 'ERR_STORE',
      message: "the store's files were taken away or replaced: open it anew",
    });
    expect(shares).toBe(10);
    expect(existsSync(database)).toBe(false);
    expect(openFiles()).toEqual([`${epoch} (deleted)`]);
  });
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
  const shared = share();
  const store = await LmdbStore.open(database, () => shared);
  shared.gate.close();
  await store.close();
  expect(openFiles()).toEqual([epoch]);
});

test('an open that cannot see to its end leaves nothing open', async () => {
  const failure = new Error('no memory');
  const failing = () => {
    const shared = share();
    vi.spyOn(shared.gate, 'holdAtEnd').mockImplementation(() => {
      throw failure;
    });
    return shared;
  };
  await expect(LmdbStore.open(database, failing)).rejects.toBe(failure);
  expect(openFiles()).toEqual([epoch]);
  await (await openFolder(hsm, folder)).close();
});
