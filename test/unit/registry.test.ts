import { expect, test, vi } from 'vitest';
import { type Addon, addon, type KmsKeyHandle } from '../../lib/hsm/index.js';
import { createAlias } from '../../lib/keys/aliases.js';
import { KeyRegistry } from '../../lib/keys/registry.js';
import { account, newKey, openEngine, region } from './engine_for_tests.js';

const nowMs = () => 0;

test('keeps a bounded number of keys open, and all keys usable', async () => {
  const engine = await openEngine(2);
  const client = engine.client();
  const keys = await Promise.all(Array.from({ length: 6 }, () => client.createKey()));
  const Plaintext = Uint8Array.of(1);
  for (const round of [1, 2]) {
    for (const { KeyMetadata } of keys) {
      const { CiphertextBlob } = await client.encrypt({ KeyId: KeyMetadata.KeyId, Plaintext });
      expect((await client.decrypt({ CiphertextBlob })).Plaintext, `round ${round}`).toEqual(
        Plaintext,
      );
    }
  }
});

test('disposes of the handles of a key that it lets go', async () => {
  const engine = await openEngine(1);
  const { registry, hsm } = engine;
  const key = await engine.createKey();
  const handle = registry.handle(key, key.currentMaterial);
  await engine.createKey();
  expect(key.cached).toBe(false);
  expect(() => hsm.kmsKeyEncrypt(handle, Uint8Array.of(1), undefined)).toThrow(
    expect.objectContaining({ code: 'ERR_DISPOSED' }),
  );
});

test('keeps no handle of a key that left the cache before it was used', async () => {
  const engine = await openEngine();
  const { store, rootKey, hsm } = engine;
  const keys = await Promise.all([1, 2, 3].map(() => engine.client().createKey()));
  const live = new Set<KmsKeyHandle>();
  const counting: Addon = {
    ...hsm,
    kmsKeyOpen(...values) {
      const handle = hsm.kmsKeyOpen(...values);
      live.add(handle);
      return handle;
    },
    kmsKeyDispose(handle) {
      live.delete(handle);
      hsm.kmsKeyDispose(handle);
    },
  };
  const registry = new KeyRegistry({ hsm: counting, rootKey, store, nowMs, cacheSize: 1 });
  const names = registry.names(account, region);
  const loads = [...keys, ...keys].map(({ KeyMetadata: { KeyId } }) =>
    registry.resolve(names, KeyId),
  );
  for (const key of await Promise.all(loads)) {
    const handle = registry.handle(key, key.currentMaterial);
    expect(hsm.kmsKeyEncrypt(handle, Uint8Array.of(1), undefined)).toHaveLength(113);
  }
  await Promise.resolve();
  expect(live.size).toBe(1);
  registry.close();
  expect(live.size).toBe(0);
});

test('makes no key over another', async () => {
  const { store, rootKey } = await openEngine();
  const hsm = { ...addon(), randomNonce: (bytes: number) => new Uint8Array(bytes) };
  const registry = new KeyRegistry({ hsm, rootKey, store, nowMs });
  const names = registry.names(account, region);
  const made = await registry.createKey(names, newKey);
  expect(made?.keyId).toBe('00000000-0000-4000-8000-000000000000');
  expect(await registry.createKey(names, newKey)).toBeUndefined();
});

test('does not try for ever against other writers', async () => {
  const { store, registry, createKey } = await openEngine();
  const key = await createKey();
  const commit = vi.spyOn(store, 'commit').mockResolvedValue(undefined);
  await expect(createAlias(registry, key, 'alias/a', () => {})).rejects.toMatchObject({
    code: 'KMSInternalException',
  });
  expect(commit.mock.calls.length).toBe(100);
});

test('makes any number of changes of one key at once', async () => {
  const engine = await openEngine();
  const { keyId: KeyId } = await engine.createKey();
  const grants = Array.from({ length: 300 }, (_, i) =>
    engine.client().createGrant({
      KeyId,
      GranteePrincipal: `arn:aws:iam::${account}:role/${i}`,
      Operations: ['Encrypt'],
    }),
  );
  await Promise.all(grants);
  const found = (await engine.client().listGrants({ KeyId, Limit: 100 })).Truncated;
  expect(found).toBe(true);
  const key = await engine.registry.find({ account, region, keyId: KeyId });
  expect(key?.record.grantCount).toBe(300);
});

test('makes no alias of a key that is gone', async () => {
  const { store, registry, createKey } = await openEngine();
  const key = await createKey();
  await store.commit([{ path: key.path, before: key.sealed, after: undefined }]);
  await expect(createAlias(registry, key, 'alias/a', () => {})).rejects.toMatchObject({
    code: 'NotFoundException',
  });
});

test('refuses a record of a newer version', async () => {
  const engine = await openEngine();
  const { KeyMetadata } = await engine.client().createKey();
  await engine.change(KeyMetadata.KeyId, { format: 3 as never });
  await expect(engine.client().describeKey({ KeyId: KeyMetadata.KeyId })).rejects.toMatchObject({
    code: 'ERR_STORE',
  });
});

test('passes on what is not the store’s fault when a key is opened', async () => {
  const { store, hsm, createKey } = await openEngine();
  const handle = hsm.rootKeyFromBytes(hsm.randomKeyBytes(32), new Uint8Array(16));
  const other = new KeyRegistry({ hsm, rootKey: { handle }, store, nowMs });
  const key = await createKey();
  hsm.rootKeyDispose(handle);
  expect(() => other.handle(key, key.currentMaterial)).toThrow(
    expect.objectContaining({ code: 'ERR_DISPOSED' }),
  );
});
