import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openShared } from '../../lib/engine.js';
import { KeysteadError } from '../../lib/errors.js';
import { addon } from '../../lib/hsm/index.js';
import { LmdbStore } from '../../lib/store/lmdb.js';
import { MemoryStore } from '../../lib/store/memory.js';
import type { Store } from '../../lib/store/store.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

function openLmdb(file: string): Promise<LmdbStore> {
  return LmdbStore.open(file, () => openShared(addon(), join(folder, 'epoch')));
}

const makers: Record<string, () => Promise<Store>> = {
  MemoryStore: async () => new MemoryStore(),
  LmdbStore: () => openLmdb(join(folder, `${randomUUID()}.lmdb`)),
};

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();

describe.each(Object.keys(makers))('%s', (name) => {
  let store: Store;
  beforeEach(async () => {
    store = await (makers[name] as () => Promise<Store>)();
  });
  afterEach(() => store.close());

  async function put(path: string, value: string): Promise<void> {
    const change = { path, before: await store.get(path), after: bytes(value) };
    expect(await store.commit([change])).toBe(true);
  }

  test('has an even epoch, which moves with every commit that changes something', async () => {
    const before = store.epoch();
    expect(before % 2).toBe(0);
    await put('a', '1');
    const after = store.epoch();
    expect(after).toBeGreaterThan(before);
    expect(after % 2).toBe(0);
    const stale = { path: 'a', before: undefined, after: bytes('2') };
    expect(await store.commit([stale])).toBe(false);
    expect(store.epoch()).toBe(after);
  });

  test('gives what was written, and nothing before', async () => {
    expect(await store.get('a')).toBeUndefined();
    await put('a', '1');
    expect(text(await store.get('a'))).toBe('1');
    await put('a', '');
    expect(text(await store.get('a'))).toBe('');
  });

  test('hands out copies', async () => {
    for (const mine of [bytes('1'), Buffer.from('1')]) {
      await store.commit([{ path: 'a', before: await store.get('a'), after: mine }]);
      mine[0] = 0;
      (await store.get('a'))?.fill(0);
      (await store.range({ prefix: '' }))[0]?.value.fill(0);
      expect(text(await store.get('a'))).toBe('1');
    }
  });

  test('changes nothing when one expectation does not hold', async () => {
    await put('a', '1');
    const b = { path: 'b', before: undefined, after: bytes('2') };
    const wrongExpectations = [undefined, bytes('0'), bytes(''), bytes('11')];
    for (const before of wrongExpectations) {
      expect(await store.commit([b, { path: 'a', before, after: bytes('3') }])).toBe(false);
    }
    expect(await store.commit([b, { path: 'c', before: bytes('1'), after: bytes('3') }])).toBe(
      false,
    );
    expect(await store.get('b')).toBeUndefined();
    expect(text(await store.get('a'))).toBe('1');
  });

  test('writes, compares and removes in one transaction', async () => {
    await put('a', '1');
    await put('b', '2');
    const [a, b] = [await store.get('a'), await store.get('b')];
    const changes = [
      { path: 'a', before: a, after: a },
      { path: 'b', before: b, after: undefined },
      { path: 'c', before: undefined, after: bytes('3') },
      { path: 'd', before: undefined, after: undefined },
    ];
    expect(await store.commit(changes)).toBe(true);
    const entries = await store.range({ prefix: '' });
    expect(entries.map(({ path, value }) => [path, text(value)])).toEqual([
      ['a', '1'],
      ['c', '3'],
    ]);
  });

  describe('rewrites', () => {
    const upper = ({ value }: { value: Uint8Array }) => bytes(text(value)?.toUpperCase() ?? '');

    test('every value, in one step', async () => {
      const count = 2500;
      const changes = Array.from({ length: count }, (_, i) => ({
        path: `p/${i}`,
        before: undefined,
        after: bytes(`v${i}`),
      }));
      await store.commit(changes);
      const epoch = store.epoch();
      expect(await store.rewrite([{ path: 'p/7', value: bytes('v7') }], upper)).toBe(true);
      expect(store.epoch()).toBeGreaterThan(epoch);
      const values = (await store.range({ prefix: '' })).map(({ path, value }) => [
        path,
        text(value),
      ]);
      expect(values).toHaveLength(count);
      for (const [path = '', value] of values) expect(value).toBe(path.replace('p/', 'V'));
    });

    test('nothing when the store does not hold what was expected', async () => {
      await put('a', 'one');
      const wrong = [
        { path: 'a', value: bytes('two') },
        { path: 'b', value: bytes('one') },
      ];
      const epoch = store.epoch();
      for (const entry of wrong) expect(await store.rewrite([entry], upper)).toBe(false);
      expect(store.epoch()).toBe(epoch);
      expect(text(await store.get('a'))).toBe('one');
    });

    test('nothing when a value cannot be renewed', async () => {
      for (const path of ['a', 'b', 'c']) await put(path, path);
      const failure = new KeysteadError('ERR_STORE_CORRUPT', 'b');
      const work = store.rewrite([], (entry) => {
        if (entry.path === 'c') throw failure;
        return upper(entry);
      });
      // A commit that shares the transaction is not undone with it.
      const other = store.commit([{ path: 'd', before: undefined, after: bytes('d') }]);
      await expect(work).rejects.toBe(failure);
      expect(await other).toBe(true);
      const entries = await store.range({ prefix: '' });
      expect(entries.map(({ value }) => text(value))).toEqual(['a', 'b', 'c', 'd']);
    });
  });

  test('lets one of many writers win', async () => {
    const writers = Array.from({ length: 20 }, (_, i) => ({
      path: 'a',
      before: undefined,
      after: bytes(`${i}`),
    }));
    const results = await Promise.all(writers.map((change) => store.commit([change])));
    expect(results.filter((won) => won)).toHaveLength(1);
    expect(text(await store.get('a'))).toBe(`${results.indexOf(true)}`);
  });

  test('reads ranges in the order of bytes', async () => {
    for (const path of ['k/b', 'k/a', 'k', 'k/a/1', 'k0', 'K/a', 'k/~', '~']) await put(path, path);
    const paths = async (range: Parameters<Store['range']>[0]) =>
      (await store.range(range)).map((entry) => entry.path);
    expect(await paths({ prefix: '' })).toEqual([
      'K/a',
      'k',
      'k/a',
      'k/a/1',
      'k/b',
      'k/~',
      'k0',
      '~',
    ]);
    expect(await paths({ prefix: 'k/' })).toEqual(['k/a', 'k/a/1', 'k/b', 'k/~']);
    expect(await paths({ prefix: 'k/', limit: 2 })).toEqual(['k/a', 'k/a/1']);
    expect(await paths({ prefix: 'k/', after: 'k/a' })).toEqual(['k/a/1', 'k/b', 'k/~']);
    expect(await paths({ prefix: 'k/', after: 'A' })).toEqual(['k/a', 'k/a/1', 'k/b', 'k/~']);
    expect(await paths({ prefix: 'k/', after: 'k/~' })).toEqual([]);
    expect(await paths({ prefix: 'k/', after: 'z' })).toEqual([]);
    expect(await paths({ prefix: 'x' })).toEqual([]);
  });

  test('takes paths of 1 to 1024 printable ASCII characters', async () => {
    await put('x'.repeat(1024), '1');
    for (const path of ['', 'x'.repeat(1025), 'a b', 'é', 'a\0']) {
      const refused = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
      await expect(store.get(path)).rejects.toEqual(refused);
      await expect(store.commit([{ path, before: undefined, after: bytes('1') }])).rejects.toEqual(
        refused,
      );
    }
  });

  test('is closed for good, after its commits', async () => {
    const commit = store.commit([{ path: 'a', before: undefined, after: bytes('1') }]);
    await Promise.all([store.close(), store.close()]);
    expect(await commit).toBe(true);
    const closed = expect.objectContaining({ code: 'ERR_CLOSED' });
    await expect(store.get('a')).rejects.toEqual(closed);
    await expect(store.range({ prefix: '' })).rejects.toEqual(closed);
    await expect(store.commit([])).rejects.toEqual(closed);
    await expect(store.rewrite([], ({ value }) => value)).rejects.toEqual(closed);
  });
});

describe('LmdbStore', () => {
  test('keeps what it acknowledged', async () => {
    const file = join(folder, 'kept.lmdb');
    const first = await openLmdb(file);
    await first.commit([{ path: 'a', before: undefined, after: bytes('1') }]);
    await first.close();
    const second = await openLmdb(file);
    expect(text(await second.get('a'))).toBe('1');
    await second.close();
  });

  test('has the epoch of every other store on the file', async () => {
    const file = join(folder, 'epochs.lmdb');
    const [first, second] = [await openLmdb(file), await openLmdb(file)];
    const before = second.epoch();
    const committed = first.commit([{ path: 'a', before: undefined, after: bytes('1') }]);
    await committed;
    expect(second.epoch()).toBeGreaterThan(before);
    expect(second.epoch()).toBe(first.epoch());
    // In the very same tick.
    expect(text(await second.get('a'))).toBe('1');
    await first.close();
    await second.close();
  });

  test('writes a copy into an empty folder, and into no other', async () => {
    const store = await openLmdb(join(folder, 'source.lmdb'));
    await store.commit([{ path: 'a', before: undefined, after: bytes('1') }]);
    const target = join(folder, 'backup', 'today');
    await store.backup(target);
    expect(statSync(join(target, 'source.lmdb')).mode & 0o777).toBe(0o600);
    const copy = await openLmdb(join(target, 'source.lmdb'));
    expect(text(await copy.get('a'))).toBe('1');
    await copy.close();
    await expect(store.backup(target)).rejects.toMatchObject({ code: 'ERR_STORE' });
    await expect(store.backup('/proc/none')).rejects.toMatchObject({ code: 'ERR_STORE' });
    await store.close();
  });

  test('leaves no copy that is not whole', async () => {
    const store = await openLmdb(join(folder, 'half.lmdb'));
    const target = join(folder, 'half');
    mkdirSync(join(target), { mode: 0o700 });
    const backing = store.backup(target);
    // The copy cannot take its name.
    mkdirSync(join(target, 'half.lmdb', 'in the way'), { recursive: true });
    await expect(backing).rejects.toMatchObject({ code: 'ERR_STORE' });
    expect(readdirSync(target)).toEqual(['half.lmdb']);
    await store.close();
  });

  test('ends a backup before it closes', async () => {
    const store = await openLmdb(join(folder, 'ended.lmdb'));
    const value = new Uint8Array(4_000_000);
    await store.commit([{ path: 'a', before: undefined, after: value }]);
    const target = join(folder, 'ended');
    const backup = store.backup(target);
    await Promise.all([store.close(), backup]);
    const copy = await openLmdb(join(target, 'ended.lmdb'));
    expect(Buffer.compare((await copy.get('a')) as Uint8Array, value)).toBe(0);
    await copy.close();
    await expect(store.backup(target)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  test.each(['moved.lmdb', 'moved.epoch'])(
    'serves nothing more once %s was taken away, or replaced',
    async (name) => {
      const [database, epoch] = ['moved.lmdb', 'moved.epoch'].map((file) => join(folder, file)) as [
        string,
        string,
      ];
      for (const replace of [false, true]) {
        const store = await LmdbStore.open(database, () => openShared(addon(), epoch));
        expect(store.isInPlace()).toBe(true);
        await store.commit([{ path: 'a', before: await store.get('a'), after: bytes('1') }]);
        rmSync(join(folder, name));
        if (replace)
          await (await LmdbStore.open(database, () => openShared(addon(), epoch))).close();
        const gone = expect.objectContaining({ code: 'ERR_STORE' });
        if (replace) expect(store.isInPlace()).toBe(false);
        else await expect(store.commit([])).rejects.toEqual(gone);
        await expect(store.get('a')).rejects.toEqual(gone);
        await expect(store.range({ prefix: '' })).rejects.toEqual(gone);
        await expect(store.commit([])).rejects.toEqual(gone);
        await expect(store.rewrite([], ({ value }) => value)).rejects.toEqual(gone);
        expect(() => store.epoch()).toThrow(gone);
        await store.close();
      }
    },
  );

  test('leaves the locks of those that have it open in this process alone', async () => {
    const file = join(folder, 'locked.lmdb');
    await (await openLmdb(file)).close();
    const { ino } = statSync(`${file}-lock`);
    const locks = () =>
      readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter((line) => line.includes(`:${ino} `))
        .map((line) => line.replace(/^\d+: /, ''));
    const first = await openLmdb(file);
    await first.get('a');
    const held = locks();
    expect(held.length).toBeGreaterThan(0);
    const second = await openLmdb(file);
    expect(locks()).toEqual(held);
    await second.close();
    expect(locks()).toEqual(held);
    await first.close();
  });

  test('refuses a file that is no database, without a crash', async () => {
    const file = join(folder, 'database.lmdb');
    await (await openLmdb(file)).close();
    const intact = readFileSync(file);
    const elsewhere = join(folder, 'foreign.lmdb');
    const otherVersion = Buffer.from(intact).fill(9, 28, 29);
    const contents = [
      Buffer.from('a'),
      Buffer.alloc(16_384),
      intact.subarray(0, 4096),
      otherVersion,
    ];
    for (const content of contents) {
      writeFileSync(elsewhere, content);
      await expect(openLmdb(elsewhere)).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
      expect(readFileSync(elsewhere)).toEqual(content);
    }
  });

  test('says why it cannot be opened', async () => {
    const inTheWay = mkdtempSync(join(folder, 'folder-'));
    await expect(openLmdb(inTheWay)).rejects.toMatchObject({ code: 'ERR_STORE' });
  });
});
