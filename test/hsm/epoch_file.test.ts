// The epoch file: what one process raises, the others see, and no file that it may meet ends a
// process.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { addon, type EpochFileHandle } from '../../lib/hsm/index.js';
import { answerOf } from './support/run_child.js';
import { testAddon } from './support/test_addon.js';
import { codeOf } from './support/thrown.js';

const hsm = addon();
const folder = mkdtempSync(path.join(tmpdir(), 'keystead-epoch-'));
const maxEpoch = Number.MAX_SAFE_INTEGER;
let file: string;
let count = 0;

beforeEach(() => {
  count += 1;
  file = path.join(folder, `epoch-${count}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(epoch: bigint): void {
  const bytes = new BigUint64Array([epoch]);
  writeFileSync(file, new Uint8Array(bytes.buffer), { mode: 0o600 });
}

function refusal(reason: string) {
  return expect.objectContaining({ code: 'ERR_STORE', message: expect.stringContaining(reason) });
}

describe('an epoch', () => {
  it('begins at 0 in a file of 8 bytes for its owner alone', () => {
    const epoch = hsm.epochFileOpen(file);
    expect(hsm.epochFileRead(epoch)).toBe(0);
    expect(statSync(file).size).toBe(8);
    expect(statSync(file).mode & 0o7777).toBe(0o600);
  });

  it('is odd while a change goes on, and even after it', () => {
    const epoch = hsm.epochFileOpen(file);
    expect(hsm.epochFileRaise(epoch)).toBe(1);
    expect(hsm.epochFileRead(epoch)).toBe(1);
    expect(hsm.epochFileSettle(epoch, 1)).toBe(true);
    expect(hsm.epochFileRead(epoch)).toBe(2);
    expect(hsm.epochFileSettle(epoch, 1)).toBe(false);
    expect(hsm.epochFileRead(epoch)).toBe(2);
  });

  it('is settled by the last one who raised it', () => {
    const [mine, theirs] = [hsm.epochFileOpen(file), hsm.epochFileOpen(file)];
    expect(hsm.epochFileRaise(mine)).toBe(1);
    expect(hsm.epochFileRaise(theirs)).toBe(3);
    expect(hsm.epochFileSettle(mine, 1)).toBe(false);
    expect(hsm.epochFileRead(mine)).toBe(3);
    expect(hsm.epochFileSettle(theirs, 3)).toBe(true);
    expect(hsm.epochFileRead(mine)).toBe(4);
  });

  it('outlives whoever raised it and died, and is raised again', () => {
    hsm.epochFileClose(raisedOnce());
    const epoch = hsm.epochFileOpen(file);
    expect(hsm.epochFileRead(epoch)).toBe(1);
    expect(hsm.epochFileRaise(epoch)).toBe(3);
    expect(hsm.epochFileSettle(epoch, 3)).toBe(true);

    function raisedOnce(): EpochFileHandle {
      const dead = hsm.epochFileOpen(file);
      hsm.epochFileRaise(dead);
      return dead;
    }
  });

  it.each([
    ['the largest', 2n ** 53n - 2n, maxEpoch - 1, maxEpoch, 0],
    ['beyond what a number holds', 2n ** 60n + 6n, 6, 7, 8],
    ['the last of all', 2n ** 64n - 1n, maxEpoch, 1, 2],
  ])('goes on from %s', (_, stored, read, raised, settled) => {
    write(stored);
    const epoch = hsm.epochFileOpen(file);
    expect(hsm.epochFileRead(epoch)).toBe(read);
    expect(hsm.epochFileRaise(epoch)).toBe(raised);
    expect(hsm.epochFileSettle(epoch, raised)).toBe(true);
    expect(hsm.epochFileRead(epoch)).toBe(settled);
  });

  it.each([undefined, null, '1', 1n, {}, 0, 2, 1.5, -1, Number.NaN, 2 ** 53, Infinity])(
    'is not settled at %s',
    (raised) => {
      const epoch = hsm.epochFileOpen(file);
      const call = () => hsm.epochFileSettle(epoch, raised as never);
      expect(codeOf(call)).toBe('ERR_INVALID_ARGUMENT');
    },
  );
});

describe('four processes', () => {
  const writer = new URL('children/epoch_writer.mjs', import.meta.url);

  it('raise it to numbers of their own, and leave it settled', async () => {
    const epoch = hsm.epochFileOpen(file);
    const args = [file, '20000'];
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => answerOf<{ raised: number[]; backing: string }>(writer, { args })),
    );
    const raised = answers.flatMap((answer) => answer.raised);
    expect(raised.every((one) => one % 2 === 1)).toBe(true);
    expect(new Set(raised).size).toBe(80_000);
    expect(hsm.epochFileRead(epoch)).toBe(
      Math.max(...answers.map((one) => one.raised.at(-1) ?? 0)) + 1,
    );
    expect(answers.map(({ backing }) => backing)).toEqual(['none', 'none', 'none', 'none']);
  });
});

describe('a file', () => {
  it.each([0, 1, 7])('of %d bytes is made whole', (size) => {
    writeFileSync(file, new Uint8Array(size), { mode: 0o600 });
    const epoch = hsm.epochFileOpen(file);
    expect(hsm.epochFileRaise(epoch)).toBe(1);
    expect(readFileSync(file)).toEqual(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
  });

  it('of more bytes is taken as it is', () => {
    writeFileSync(file, new Uint8Array(10_000).fill(2), { mode: 0o600 });
    hsm.epochFileClose(hsm.epochFileOpen(file));
    expect(statSync(file).size).toBe(10_000);
  });

  it('behind a symbolic link is refused', () => {
    write(0n);
    symlinkSync(file, `${file}-link`);
    expect(() => hsm.epochFileOpen(`${file}-link`)).toThrow(refusal('is a symbolic link'));
  });

  it('that is a FIFO is refused without waiting', () => {
    spawnSync('mkfifo', [file]);
    expect(() => hsm.epochFileOpen(file)).toThrow(refusal('is not a regular file'));
  });

  it('that is a folder is refused', () => {
    mkdirSync(file);
    expect(() => hsm.epochFileOpen(file)).toThrow(refusal('cannot be used: Is a directory'));
  });

  it('in no folder is refused', () => {
    const nowhere = path.join(file, 'epoch');
    expect(() => hsm.epochFileOpen(nowhere)).toThrow(refusal('does not exist'));
  });

  it.each([0o620, 0o602, 0o666])('that others can write is refused (mode %o)', (mode) => {
    write(0n);
    chmodSync(file, mode);
    expect(() => hsm.epochFileOpen(file)).toThrow(refusal('can be written by other users'));
  });

  it.skipIf(process.getuid?.() !== 0)('of another user is refused', () => {
    write(0n);
    chownSync(file, 12_345, 12_345);
    expect(() => hsm.epochFileOpen(file)).toThrow(refusal('belongs to another user'));
  });

  it.each(['', 'a\0b', 'x'.repeat(4096), 1, undefined])('named %j is refused', (name) => {
    const code = codeOf(() => hsm.epochFileOpen(name as never));
    expect(code).toBe(name === '' ? 'ERR_STORE' : 'ERR_INVALID_ARGUMENT');
  });
});

describe('a file that changes under an open handle', () => {
  const gone = 'was cut off, deleted or replaced while it was in use';

  it.each<readonly [string, () => void]>([
    ['cut off', () => truncateSync(file, 7)],
    ['cut off altogether', () => truncateSync(file, 0)],
    ['deleted', () => rmSync(file)],
    ['replaced', () => replace()],
  ])('is not raised once it was %s', (_, change) => {
    const epoch = hsm.epochFileOpen(file);
    hsm.epochFileRaise(epoch);
    change();
    expect(() => hsm.epochFileRaise(epoch)).toThrow(refusal(gone));
    hsm.epochFileClose(epoch);
  });

  it('is the same file under another name', () => {
    const epoch = hsm.epochFileOpen(file);
    linkSync(file, `${file}-name`);
    rmSync(file);
    expect(hsm.epochFileRaise(epoch)).toBe(1);
  });

  function replace(): void {
    writeFileSync(`${file}-new`, new Uint8Array(8), { mode: 0o600 });
    renameSync(`${file}-new`, file);
  }
});

describe('a handle', () => {
  it('is closed for good, again and again', () => {
    const epoch = hsm.epochFileOpen(file);
    for (const _ of [1, 2]) hsm.epochFileClose(epoch);
    for (const use of [
      () => hsm.epochFileRead(epoch),
      () => hsm.epochFileRaise(epoch),
      () => hsm.epochFileSettle(epoch, 1),
    ]) {
      expect(use).toThrow(
        expect.objectContaining({ code: 'ERR_DISPOSED', message: 'the epoch file was disposed' }),
      );
    }
  });

  it.each(['epochFileRead', 'epochFileRaise', 'epochFileSettle', 'epochFileClose'] as const)(
    'of another kind is refused by %s',
    (name) => {
      const use = hsm[name] as (handle: unknown, raised: number) => unknown;
      for (const stranger of [hsm.dataKeyEmpty(), {}, undefined, testAddon().external(true)]) {
        expect(codeOf(() => use(stranger, 1))).toBe('ERR_INVALID_HANDLE');
      }
    },
  );
});
