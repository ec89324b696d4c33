import { beforeEach, describe, expect, test } from 'vitest';
import { KeysteadError } from '../../lib/errors.js';
import { MemoryStore } from '../../lib/store/memory.js';
import { SealedStore } from '../../lib/store/sealed_store.js';
import { makeSeal } from './seal_for_tests.js';

const storeId = new Uint8Array(16).fill(7);
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

let ground: MemoryStore;
let store: SealedStore;
beforeEach(() => {
  ground = new MemoryStore();
  store = new SealedStore(ground, makeSeal(), storeId);
});

async function put(path: string, value: string): Promise<void> {
  const change = { path, before: await store.get(path), after: bytes(value) };
  expect(await store.commit([change])).toHaveLength(1);
}

async function overwrite(path: string, after: Uint8Array): Promise<void> {
  expect(await ground.commit([{ path, before: await ground.get(path), after }])).toBe(true);
}

function expectCorrupt(path: string): Promise<void> {
  const message = expect.stringContaining(path);
  return expect(store.get(path)).rejects.toEqual(
    expect.objectContaining({ code: 'ERR_STORE_CORRUPT', message }),
  );
}

test('raises the version with every change', async () => {
  await put('a', 'one');
  expect(await store.get('a')).toMatchObject({ value: Buffer.from('one'), version: 1n });
  await put('a', 'two');
  expect(await store.get('a')).toMatchObject({ value: Buffer.from('two'), version: 2n });
  const sealed = Buffer.from((await ground.get('a')) as Uint8Array);
  expect(sealed.subarray(0, 10).toString('hex')).toBe('53010000000000000002');
  expect(sealed.includes('two')).toBe(false);
});

test('lets one of two writers win', async () => {
  await put('a', 'one');
  const before = await store.get('a');
  expect(await store.commit([{ path: 'a', before, after: bytes('two') }])).toHaveLength(1);
  expect(await store.commit([{ path: 'a', before, after: bytes('three') }])).toBeUndefined();
  expect(Buffer.from((await store.get('a'))?.value ?? []).toString()).toBe('two');
});

test('removes, and reads ranges', async () => {
  await put('k/a', 'one');
  await put('k/b', 'two');
  const before = await store.get('k/a');
  expect(await store.commit([{ path: 'k/a', before, after: undefined }])).toEqual([]);
  expect(await store.range({ prefix: 'k/' })).toMatchObject([{ path: 'k/b', version: 1n }]);
});

describe('damage', () => {
  test('of any byte is found', async () => {
    await put('key/a', 'the value');
    const sealed = (await ground.get('key/a')) as Uint8Array;
    for (let i = 0; i < sealed.length; i++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = sealed.slice();
        changed[i] = (changed[i] as number) ^ mask;
        await overwrite('key/a', changed);
        await expectCorrupt('key/a');
      }
    }
  });

  test('by shortening and lengthening is found', async () => {
    await put('key/a', 'the value');
    const sealed = (await ground.get('key/a')) as Uint8Array;
    for (let length = 0; length < sealed.length; length++) {
      await overwrite('key/a', sealed.slice(0, length));
      await expectCorrupt('key/a');
    }
    await overwrite('key/a', Uint8Array.from([...sealed, 0]));
    await expectCorrupt('key/a');
  });

  test('by swapping and moving records is found', async () => {
    await put('key/a', 'one');
    await put('key/b', 'two');
    const [a, b] = [await ground.get('key/a'), await ground.get('key/b')];
    await overwrite('key/a', b as Uint8Array);
    await overwrite('key/b', a as Uint8Array);
    await overwrite('key/c', a as Uint8Array);
    for (const path of ['key/a', 'key/b', 'key/c']) await expectCorrupt(path);
    await expect(store.range({ prefix: 'key/' })).rejects.toMatchObject({
      code: 'ERR_STORE_CORRUPT',
    });
  });

  test('by another version number, store or root key is found', async () => {
    const seal = makeSeal();
    const mine = new SealedStore(ground, seal, storeId);
    const record = mine.sealRecord('a', 2n, bytes('one'));
    await overwrite(
      'a',
      Uint8Array.from(record, (byte, i) => (i === 9 ? 3 : byte)),
    );
    await expect(mine.get('a')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    await overwrite('a', record);
    expect((await mine.get('a'))?.version).toBe(2n);
    const otherStore = new SealedStore(ground, seal, new Uint8Array(16));
    const otherKey = new SealedStore(ground, makeSeal(), storeId);
    for (const other of [otherStore, otherKey]) {
      await expect(other.get('a')).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    }
  });
});

test('does not call a lack of memory damage', async () => {
  const failure = new KeysteadError('ERR_SECURE_MEMORY', 'full');
  const seal = {
    ...makeSeal(),
    unseal: () => {
      throw failure;
    },
  };
  const poor = new SealedStore(ground, seal, storeId);
  await put('a', 'one');
  await expect(poor.get('a')).rejects.toBe(failure);
});
