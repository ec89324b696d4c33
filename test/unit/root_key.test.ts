import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { addon } from '../../lib/hsm/index.js';
import { type RootKeySource, unlockStore } from '../../lib/keys/root_key.js';
import { encodeBootstrap } from '../../lib/store/bootstrap.js';
import { MemoryStore } from '../../lib/store/memory.js';
import type { Store, StoreChange } from '../../lib/store/store.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-root-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function newFile(): string {
  files += 1;
  return join(folder, `${files}.key`);
}

const unlock = (store: Store, source: RootKeySource) => unlockStore(addon(), store, source);
const wrongRootKey = { code: 'ERR_ROOT_KEY' };

async function overwrite(store: Store, path: string, after: Uint8Array | undefined): Promise<void> {
  expect(await store.commit([{ path, before: await store.get(path), after }])).toBe(true);
}

describe('a key file', () => {
  test('is made with a new store, readable by its owner alone, and opens it again', async () => {
    const [store, keyFile] = [new MemoryStore(), newFile()];
    await unlock(store, { keyFile });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(statSync(keyFile).size).toBe(32);
    const before = readFileSync(keyFile);
    await unlock(store, { keyFile });
    expect(readFileSync(keyFile)).toEqual(before);
  });

  test('is made under one name, with nothing left beside it', () => {
    const empty = mkdtempSync(join(folder, 'only-'));
    const keyFile = join(empty, 'root.key');
    expect([addon().rootKeyCreateFile(keyFile), addon().rootKeyCreateFile(keyFile)]).toEqual([
      true,
      false,
    ]);
    expect(readdirSync(empty)).toEqual(['root.key']);
    expect(statSync(keyFile).nlink).toBe(1);
  });

  test('may be in a folder that is a symbolic link, or named from the current one', () => {
    const link = join(folder, 'link');
    symlinkSync(mkdtempSync(join(folder, 'linked-')), link);
    const inLink = join(link, 'root.key');
    const inHere = relative(process.cwd(), newFile());
    for (const keyFile of [inLink, inHere]) {
      expect(addon().rootKeyCreateFile(keyFile)).toBe(true);
      addon().rootKeyDispose(addon().rootKeyFromFile(keyFile, new Uint8Array(16)));
    }
  });

  test.each([
    ['a zero byte', 'root.key\0.old'],
    ['more bytes than a path has', 'a'.repeat(4096)],
    ['more bytes than an error message has', 'a'.repeat(2 ** 28)],
  ])('has no path with %s', (_, name) => {
    const path = join(folder, name);
    const invalid = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
    expect(() => addon().rootKeyCreateFile(path)).toThrow(invalid);
    expect(() => addon().rootKeyFromFile(path, new Uint8Array(16))).toThrow(invalid);
    expect(existsSync(join(folder, 'root.key'))).toBe(false);
  });

  test('without a store is used: what a crash between the two leaves', async () => {
    const keyFile = newFile();
    addon().rootKeyCreateFile(keyFile);
    const before = readFileSync(keyFile);
    await unlock(new MemoryStore(), { keyFile });
    expect(readFileSync(keyFile)).toEqual(before);
  });

  test('that is missing keeps the store closed, and nothing is made', async () => {
    const [store, keyFile] = [new MemoryStore(), newFile()];
    await unlock(store, { keyFile: newFile() });
    await expect(unlock(store, { keyFile })).rejects.toMatchObject(wrongRootKey);
    expect(existsSync(keyFile)).toBe(false);
  });

  test('of another store is refused', async () => {
    const [store, keyFile] = [new MemoryStore(), newFile()];
    await unlock(store, { keyFile: newFile() });
    addon().rootKeyCreateFile(keyFile);
    await expect(unlock(store, { keyFile })).rejects.toMatchObject(wrongRootKey);
  });

  test.each([31, 33, 0])('of %i bytes is refused', async (size) => {
    const keyFile = newFile();
    writeFileSync(keyFile, Buffer.alloc(size, 1), { mode: 0o600 });
    await expect(unlock(new MemoryStore(), { keyFile })).rejects.toMatchObject(wrongRootKey);
  });

  test('that others can read is refused', async () => {
    const keyFile = newFile();
    writeFileSync(keyFile, Buffer.alloc(32, 1), { mode: 0o644 });
    await expect(unlock(new MemoryStore(), { keyFile })).rejects.toMatchObject(wrongRootKey);
  });

  test('holds what a function can give too', async () => {
    const [store, keyFile] = [new MemoryStore(), newFile()];
    await unlock(store, { keyFile });
    await unlock(store, async () => readFileSync(keyFile));
  });
});

describe('a passphrase', () => {
  test('opens its store, however it was composed, and no other does', async () => {
    const store = new MemoryStore();
    await unlock(store, { passphrase: 'caf\u00e9' });
    await unlock(store, { passphrase: 'cafe\u0301' });
    await expect(unlock(store, { passphrase: 'cafe' })).rejects.toMatchObject(wrongRootKey);
  });

  test('and a root key of 32 bytes are not mixed up', async () => {
    const [locked, keyed] = [new MemoryStore(), new MemoryStore()];
    await unlock(locked, { passphrase: 'café' });
    const keyFile = newFile();
    await expect(unlock(locked, { keyFile })).rejects.toMatchObject({
      ...wrongRootKey,
      message: 'the store was locked with a passphrase',
    });
    expect(existsSync(keyFile)).toBe(false);
    await unlock(keyed, { keyFile });
    await expect(unlock(keyed, { passphrase: 'café' })).rejects.toMatchObject(wrongRootKey);
  });
});

describe('a function', () => {
  test('gives 32 bytes, which are wiped', async () => {
    const store = new MemoryStore();
    const bytes = new Uint8Array(32).fill(5);
    await unlock(store, () => bytes);
    expect(bytes).toEqual(new Uint8Array(32));
    await unlock(store, async () => new Uint8Array(32).fill(5));
    const wrong = unlock(store, () => new Uint8Array(32).fill(6));
    await expect(wrong).rejects.toMatchObject(wrongRootKey);
  });

  test.each([new Uint8Array(31), new Uint8Array(32), 'x'.repeat(32), undefined])(
    'that gives no key is refused: %s',
    async (value) => {
      const work = unlock(new MemoryStore(), () => value as never);
      await expect(work).rejects.toMatchObject(wrongRootKey);
    },
  );

  test('that fails, fails the open', async () => {
    const failure = new Error('no network');
    const work = unlock(new MemoryStore(), () => Promise.reject(failure));
    await expect(work).rejects.toBe(failure);
  });
});

describe('a store', () => {
  const source = () => new Uint8Array(32).fill(5);

  test('whose bootstrap record was changed does not open', async () => {
    const store = new MemoryStore();
    await unlock(store, source);
    const bootstrap = (await store.get('bootstrap')) as Uint8Array;
    for (let i = 0; i < bootstrap.length; i++) {
      const changed = bootstrap.slice();
      changed[i] = (changed[i] as number) ^ 0x01;
      await overwrite(store, 'bootstrap', changed);
      await expect(unlock(store, source)).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_(STORE_CORRUPT|STORE|ROOT_KEY)$/),
      });
    }
    await overwrite(store, 'bootstrap', Buffer.from(`${Buffer.from(bootstrap)} `));
    await expect(unlock(store, source)).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    await overwrite(store, 'bootstrap', bootstrap);
    await unlock(store, source);
  });

  test('without its bootstrap or check record does not open, and is not made anew', async () => {
    for (const path of ['bootstrap', 'check']) {
      const store = new MemoryStore();
      await unlock(store, source);
      await overwrite(store, path, undefined);
      const entries = await store.range({ prefix: '' });
      await expect(unlock(store, source)).rejects.toMatchObject({
        code: 'ERR_STORE_CORRUPT',
        message: expect.stringContaining(path),
      });
      expect(await store.range({ prefix: '' })).toEqual(entries);
    }
  });

  test('whose passphrase cost was lowered does not open', async () => {
    const store = new MemoryStore();
    await unlock(store, { passphrase: 'café' });
    const { storeId } = JSON.parse(Buffer.from((await store.get('bootstrap')) ?? []).toString());
    const passphrase = { salt: new Uint8Array(16), memoryKiB: 8, passes: 1, lanes: 1 };
    const bytes = encodeBootstrap({ storeId: Buffer.from(storeId, 'base64'), passphrase });
    await overwrite(store, 'bootstrap', bytes);
    await expect(unlock(store, { passphrase: 'café' })).rejects.toMatchObject(wrongRootKey);
  });

  test('that another process makes meanwhile is that one’s', async () => {
    const store = new MemoryStore();
    const late = new LateStore(store);
    const [first, second] = await Promise.all([unlock(store, source), unlock(late, source)]);
    await first.store.commit([{ path: 'a', before: undefined, after: Uint8Array.of(1) }]);
    expect((await second.store.get('a'))?.value).toEqual(Uint8Array.of(1));
    const loser = unlock(new LateStore(store), () => new Uint8Array(32).fill(6));
    await expect(loser).rejects.toMatchObject(wrongRootKey);
  });

  test('that is emptied meanwhile is not trusted', async () => {
    const store = new MemoryStore();
    store.commit = async () => false;
    await expect(unlock(store, source)).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
  });
});

/** Sees an empty store at first, as a process does that looked before the other's commit. */
class LateStore implements Store {
  readonly #store: Store;
  #looks = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async get(path: string) {
    this.#looks += 1;
    return this.#looks === 1 ? undefined : this.#store.get(path);
  }

  async range() {
    return [];
  }

  commit(changes: readonly StoreChange[]) {
    return this.#store.commit(changes);
  }

  rewrite(...values: Parameters<Store['rewrite']>) {
    return this.#store.rewrite(...values);
  }

  epoch() {
    return this.#store.epoch();
  }

  isInPlace() {
    return this.#store.isInPlace();
  }

  backup(folder: string) {
    return this.#store.backup(folder);
  }

  close() {
    return this.#store.close();
  }
}
