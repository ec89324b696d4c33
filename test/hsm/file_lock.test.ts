// File locks: one holder at a time among handles, threads and processes; gone with who had it.

import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addon, type FileLockHandle } from '../../lib/hsm/index.js';
import { startProgram } from '../process/child_process.js';
import { testAddon } from './support/test_addon.js';
import { codeOf } from './support/thrown.js';

const hsm = addon();
const folder = mkdtempSync(path.join(tmpdir(), 'keystead-lock-'));
const holder = '../hsm/children/lock_holder.mjs';
let file: string;
let count = 0;

beforeEach(() => {
  count += 1;
  file = path.join(folder, `lock-${count}`);
  writeFileSync(file, '', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(reason: string) {
  return expect.objectContaining({ code: 'ERR_STORE', message: expect.stringContaining(reason) });
}

/** Has the handle take and release the lock. */
function passes(lock: FileLockHandle): boolean {
  const taken = hsm.fileLockTryTake(lock);
  if (taken) hsm.fileLockRelease(lock);
  return taken;
}

describe('a lock', () => {
  it('is one handle’s until it is released', () => {
    const [first, second] = [hsm.fileLockOpen(file), hsm.fileLockOpen(file)];
    expect(hsm.fileLockTryTake(first)).toBe(true);
    expect(hsm.fileLockTryTake(first)).toBe(true);
    expect(hsm.fileLockTryTake(second)).toBe(false);
    hsm.fileLockRelease(second);
    expect(hsm.fileLockTryTake(second)).toBe(false);
    hsm.fileLockRelease(first);
    expect(hsm.fileLockTryTake(second)).toBe(true);
    for (const lock of [first, second]) hsm.fileLockClose(lock);
  });

  it('is released with its handle', () => {
    const [first, second] = [hsm.fileLockOpen(file), hsm.fileLockOpen(file)];
    hsm.fileLockTryTake(first);
    hsm.fileLockClose(first);
    expect(passes(second)).toBe(true);
  });

  it('is kept from other processes, and by them', async () => {
    const lock = hsm.fileLockOpen(file);
    const other = startProgram(holder, file, 'hold');
    await vi.waitFor(() => expect(other.lines()).toEqual(['true']), { timeout: 20_000 });
    expect(passes(lock)).toBe(false);
    other.process.kill('SIGKILL');
    expect(await other.ended).toEqual({ status: null, stderr: '' });
    expect(hsm.fileLockTryTake(lock)).toBe(true);
    const late = startProgram(holder, file);
    expect(await late.ended).toEqual({ status: 0, stderr: '' });
    expect(late.lines()).toEqual(['false']);
    hsm.fileLockClose(lock);
  });

  it('can be held at an end, however often it is asked for', () => {
    const lock = hsm.fileLockOpen(file);
    for (const _ of [1, 2]) hsm.fileLockHoldAtEnd(lock);
    expect(passes(hsm.fileLockOpen(file))).toBe(true);
    hsm.fileLockClose(lock);
  });

  it('leaves no descriptor behind', () => {
    hsm.fileLockClose(hsm.fileLockOpen(file));
    const open = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return undefined;
      }
    });
    expect(open).not.toContain(file);
  });
});

describe('a file', () => {
  it('that is not there is not made', () => {
    rmSync(file);
    expect(() => hsm.fileLockOpen(file)).toThrow(refusal('does not exist'));
  });

  it('behind a symbolic link is refused', () => {
    symlinkSync(file, `${file}-link`);
    expect(() => hsm.fileLockOpen(`${file}-link`)).toThrow(refusal('is a symbolic link'));
  });

  it('that is a folder is refused', () => {
    mkdirSync(`${file}-folder`);
    const name = `${file}-folder`;
    expect(() => hsm.fileLockOpen(name)).toThrow(refusal('cannot be used: Is a directory'));
  });

  it.skipIf(process.getuid?.() !== 0)('of another user is refused', () => {
    chownSync(file, 12_345, 12_345);
    expect(() => hsm.fileLockOpen(file)).toThrow(refusal('belongs to another user'));
  });

  it.each(['', 'a\0b', 'x'.repeat(4096), 1, undefined])('named %j is refused', (name) => {
    const code = codeOf(() => hsm.fileLockOpen(name as never));
    expect(code).toBe(name === '' ? 'ERR_STORE' : 'ERR_INVALID_ARGUMENT');
  });
});

describe('a handle', () => {
  it('is closed for good, again and again', () => {
    const lock = hsm.fileLockOpen(file);
    for (const _ of [1, 2]) hsm.fileLockClose(lock);
    for (const use of [hsm.fileLockTryTake, hsm.fileLockRelease, hsm.fileLockHoldAtEnd]) {
      expect(() => use(lock)).toThrow(
        expect.objectContaining({ code: 'ERR_DISPOSED', message: 'the file lock was disposed' }),
      );
    }
  });

  it.each(['fileLockTryTake', 'fileLockRelease', 'fileLockHoldAtEnd', 'fileLockClose'] as const)(
    'of another kind is refused by %s',
    (name) => {
      const use = hsm[name] as (handle: unknown) => unknown;
      for (const stranger of [hsm.dataKeyEmpty(), {}, undefined, testAddon().external(true)]) {
        expect(codeOf(() => use(stranger))).toBe('ERR_INVALID_HANDLE');
      }
    },
  );
});
