import { expect, test } from 'vitest';
import { keyIdKinds, parseKeyId } from '../../lib/key_id.js';
import { KeyCache, type KeyNames } from '../../lib/keys/key_cache.js';
import { encodeKeyRecord, type KeyRecord, newKeyRecord } from '../../lib/keys/key_record.js';
import { KmsKey } from '../../lib/keys/kms_key.js';
import { newKey } from './engine_for_tests.js';

const quiet = () => 0;
const scope = { account: '111122223333', region: 'eu-central-1' };

function makeKey(n: number, version = 1n, changes: Partial<KeyRecord> = {}): KmsKey {
  const keyId = `0a1b2c3d-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
  const material = { keyMaterialId: '00'.repeat(32), wrapped: '', createdAtMs: 0 };
  const value = encodeKeyRecord({ ...newKeyRecord(newKey, material), ...changes });
  return new KmsKey({ ...scope, keyId }, { path: '', value, version, sealed: value });
}

function learn(cache: KeyCache, names: KeyNames, name: string, key: KmsKey): void {
  const generation = cache.beginGeneration();
  key.generation = generation;
  names.learn(name, key, generation);
}

test('keeps at most so many keys, and releases each that it lets go', () => {
  const released: KmsKey[] = [];
  const cache = new KeyCache(3, (key) => released.push(key), quiet);
  const keys = [0, 1, 2, 3, 4].map((n) => makeKey(n));
  for (const key of keys) cache.add(key);
  expect(released).toHaveLength(2);
  for (const key of keys) expect(key.cached).toBe(!released.includes(key));
  cache.clear();
  expect(released.sort()).toEqual(keys.sort());
});

test('lets go of a key that was not used', () => {
  const cache = new KeyCache(2, () => {}, quiet);
  const names = cache.names(scope.account, scope.region);
  const [used, unused, next, last] = [0, 1, 2, 3].map((n) => makeKey(n)) as [
    KmsKey,
    KmsKey,
    KmsKey,
    KmsKey,
  ];
  cache.add(unused);
  cache.add(used);
  learn(cache, names, 'alias/used', used);
  cache.add(next);
  names.find('alias/used');
  cache.add(last);
  expect(names.find('alias/used')).toBe(used);
  expect([unused.cached, next.cached, last.cached]).toEqual([false, false, true]);
});

test('keeps keys with many grants only as long as there is room for all of them', () => {
  const cache = new KeyCache(100, () => {}, quiet);
  const keys = [0, 1, 2].map((n) => makeKey(n, 1n, { grantCount: 50_000 }));
  const small = [3, 4, 5].map((n) => makeKey(n));
  for (const key of [...small, ...keys]) cache.add(key);
  expect(keys.map((key) => key.cached)).toEqual([false, true, true]);
  const more = [6, 7, 8].map((n) => makeKey(n));
  for (const key of more) cache.add(key);
  expect(keys.map((key) => key.cached)).toEqual([false, true, true]);
  expect(more.every((key) => key.cached)).toBe(true);
  // A newer version of a key takes the place of the older one.
  const [, key] = keys as [KmsKey, KmsKey, KmsKey];
  cache.add(makeKey(1, 2n, { grantCount: 50_000 }));
  expect([key.cached, keys[2]?.cached]).toEqual([false, true]);
});

test('finds a key by name and by the bytes of its id, in the account and Region alone', () => {
  const cache = new KeyCache(2, () => {}, quiet);
  const names = cache.names(scope.account, scope.region);
  const elsewhere = cache.names('444455556666', scope.region);
  const key = makeKey(1);
  cache.add(key);
  learn(cache, names, 'alias/a', key);
  learn(cache, elsewhere, key.arn, key);
  const { bytes } = parseKeyId(key.keyId);
  expect(cache.names(scope.account, scope.region)).toBe(names);
  expect(names.find('alias/a')).toBe(key);
  expect(names.findById(keyIdKinds.uuid, Uint8Array.from([9, ...bytes]), 1)).toBe(key);
  expect(names.findById(keyIdKinds.multiRegion, bytes, 0)).toBeUndefined();
  expect(elsewhere.find(key.arn)).toBe(key);
  expect(elsewhere.findById(keyIdKinds.uuid, bytes, 0)).toBeUndefined();
});

test('compares ids whole: keys whose ids begin alike are not mistaken', () => {
  const cache = new KeyCache(4, () => {}, quiet);
  const names = cache.names(scope.account, scope.region);
  const [one, two] = [makeKey(1), makeKey(2)];
  cache.add(one);
  learn(cache, names, one.keyId, one);
  expect(names.findById(keyIdKinds.uuid, two.keyIdBytes, 0)).toBeUndefined();
});

test('replaces an older version of a key', () => {
  const released: KmsKey[] = [];
  const cache = new KeyCache(4, (key) => released.push(key), quiet);
  const names = cache.names(scope.account, scope.region);
  const [older, newer] = [makeKey(1), makeKey(1, 2n)];
  cache.add(older);
  learn(cache, names, 'alias/a', older);
  cache.add(newer);
  expect(released).toEqual([older]);
  expect(names.find('alias/a')).toBeUndefined();
  expect(cache.peek(newer.path)).toBe(newer);
  // A read that was overtaken.
  for (const late of [makeKey(1), makeKey(1, 2n)]) expect(cache.add(late)).toBe(newer);
  expect(released).toEqual([older]);
});

test('forgets names when there are too many', () => {
  const cache = new KeyCache(1, () => {}, quiet);
  const names = cache.names(scope.account, scope.region);
  const key = makeKey(1);
  cache.add(key);
  for (let i = 0; i < 100; i++) learn(cache, names, `alias/${i}`, key);
  const known = Array.from({ length: 100 }, (_, i) => names.find(`alias/${i}`));
  expect(known.filter((found) => found === key).length).toBeLessThanOrEqual(4);
  expect(known.at(-1)).toBe(key);
});

test('forgets what it knows of keys when somebody commits', () => {
  let epoch = 0;
  const cache = new KeyCache(
    4,
    () => {},
    () => epoch,
  );
  const names = cache.names(scope.account, scope.region);
  const key = makeKey(1);
  cache.add(key);
  learn(cache, names, 'alias/a', key);
  learn(cache, names, key.keyId, key);
  expect(names.find('alias/a')).toBe(key);
  epoch = 2;
  expect(names.find('alias/a')).toBeUndefined();
  expect(names.findById(keyIdKinds.uuid, key.keyIdBytes, 0)).toBeUndefined();
  // The key itself is kept, to be compared with its record.
  expect(cache.peek(key.path)).toBe(key);
});

test('learns nothing while a commit is on its way, nor from before it', () => {
  let epoch = 1;
  const cache = new KeyCache(
    4,
    () => {},
    () => epoch,
  );
  const names = cache.names(scope.account, scope.region);
  const key = makeKey(1);
  cache.add(key);
  learn(cache, names, 'alias/a', key);
  expect(names.find('alias/a')).toBeUndefined();
  epoch = 2;
  const generation = cache.beginGeneration();
  key.generation = generation;
  epoch = 4;
  names.learn('alias/a', key, generation);
  expect(names.find('alias/a')).toBeUndefined();
});

test('learns no name of a key whose life time alone ends', () => {
  const cache = new KeyCache(4, () => {}, quiet);
  const names = cache.names(scope.account, scope.region);
  const key = makeKey(1, 1n, { keyState: 'PendingDeletion', deletionAtMs: 1 });
  cache.add(key);
  learn(cache, names, 'alias/a', key);
  expect(names.find('alias/a')).toBeUndefined();
});
