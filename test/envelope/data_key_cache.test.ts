// Data keys that are kept: for whom, for how long, for how much, and only while they may be used.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheKey } from '../../lib/envelope/cache_key.js';
import { DataKeyCache } from '../../lib/envelope/data_key_cache.js';
import { nativeInfo } from '../../lib/hsm/index.js';
import { Kms } from '../../lib/kms.js';
import type { KmsClient } from '../../lib/kms_client.js';
import { countingKms } from './support/counting_kms.js';

const encryptionContext = { tenant: 'alice' };
const plaintext = new TextEncoder().encode('find all the doggos');

let kms: Kms;
let client: KmsClient;
let keyId: string;

beforeEach(async () => {
  kms = await Kms.open({ store: 'memory' });
  client = kms.client();
  keyId = (await client.createKey()).KeyMetadata.Arn;
  // The KMS key is open from now on, which takes memory too.
  (await client.newDataKey({ keyId })).dataKey.dispose();
});
afterEach(async () => {
  vi.useRealTimers();
  await kms.close();
});

/** Which data key a get gave, by its encrypted form. */
async function fetchKey(cache: DataKeyCache, changes: object = {}): Promise<string> {
  const { dataKey, encryptedDataKey } = await cache.get({ keyId, encryptionContext, ...changes });
  dataKey.dispose();
  return Buffer.from(encryptedDataKey).toString('hex');
}

describe('a data key of the cache', () => {
  test('makes boxes that open with it again, through the cache and past it', async () => {
    const cache = new DataKeyCache({ kms: client });
    const { dataKey, encryptedDataKey, keyId: arn } = await cache.get({ keyId, encryptionContext });
    const box = dataKey.encrypt(plaintext);
    dataKey.dispose();
    expect(arn).toBe(keyId);
    const again = await cache.open({ encryptedDataKey, encryptionContext, keyId: arn });
    expect(again.dataKey.decrypt(box)).toEqual(plaintext);
    again.dataKey.dispose();
    const past = await client.openDataKey({ encryptedDataKey, encryptionContext });
    expect(past.dataKey.decrypt(box)).toEqual(plaintext);
    cache.clear();
  });

  test('stays the caller’s when the cache lets go of it; the last one wipes', async () => {
    const before = nativeInfo().memory.bytesInUse;
    const cache = new DataKeyCache({ kms: client });
    const { dataKey } = await cache.get({ keyId, encryptionContext });
    cache.clear();
    expect(cache.size).toBe(0);
    expect(dataKey.decrypt(dataKey.encrypt(plaintext))).toEqual(plaintext);
    dataKey.dispose();
    const other = await cache.get({ keyId, encryptionContext });
    other.dataKey.dispose();
    expect(nativeInfo().memory.bytesInUse).toBeGreaterThan(before);
    cache.clear();
    expect(nativeInfo().memory.bytesInUse).toBe(before);
  });

  test('has an encrypted form that each caller gets to itself', async () => {
    const cache = new DataKeyCache({ kms: client });
    const first = await cache.get({ keyId });
    first.encryptedDataKey.fill(0);
    const { dataKey, encryptedDataKey } = await cache.get({ keyId });
    (await client.openDataKey({ encryptedDataKey })).dataKey.dispose();
    for (const key of [first.dataKey, dataKey]) key.dispose();
  });

  test('is shared by concurrent callers, who ask the KMS once', async () => {
    const counting = countingKms(client);
    const cache = new DataKeyCache({ kms: counting.kms });
    const keys = await Promise.all(Array.from({ length: 10 }, () => fetchKey(cache)));
    expect(new Set(keys).size).toBe(1);
    expect(counting.calls).toEqual({ generateDataKey: 1, encrypt: 0, decrypt: 0 });
  });

  test('is not made when the KMS fails, whoever waits for it', async () => {
    const counting = countingKms(client);
    counting.failure = new Error('no network');
    const cache = new DataKeyCache({ kms: counting.kms });
    const waiting = await Promise.allSettled([fetchKey(cache), fetchKey(cache)]);
    for (const { status } of waiting) expect(status).toBe('rejected');
    counting.failure = undefined;
    expect(await fetchKey(cache)).toBe(await fetchKey(cache));
  });
});

describe('a data key serves', () => {
  test('one client, one key name and one context', async () => {
    const cache = new DataKeyCache();
    const other = (await client.createKey()).KeyMetadata.Arn;
    const keys = [
      await fetchKey(cache, { kms: client }),
      await fetchKey(cache, { kms: kms.client() }),
      await fetchKey(cache, { kms: client, keyId: other }),
      await fetchKey(cache, { kms: client, encryptionContext: { tenant: 'bob' } }),
      await fetchKey(cache, { kms: client, encryptionContext: undefined }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(await fetchKey(cache, { kms: client })).toBe(keys[0]);
    expect(cache.size).toBe(keys.length);
  });

  test.each([
    [
      { a: 'b', c: 'd' },
      { a: 'bc', '': 'd' },
    ],
    [{ ab: 'c' }, { a: 'bc' }],
  ])('%j but not %j', async (one, another) => {
    const cache = new DataKeyCache({ kms: client });
    const first = await fetchKey(cache, { encryptionContext: one });
    expect(await fetchKey(cache, { encryptionContext: another })).not.toBe(first);
  });

  test.each([
    [
      ['a', 'bc'],
      ['ab', 'c'],
    ],
    [['a', ''], ['a']],
    [['1', '2'], ['1,1;12']],
    [
      ['a', Uint8Array.of(0xe9)],
      ['a', Uint8Array.of(0xe8)],
    ],
  ])('what %j names, and not what %j names', (one, another) => {
    expect(cacheKey(...one)).not.toBe(cacheKey(...another));
    expect(cacheKey(...one)).toBe(cacheKey(...one));
  });

  test('so many messages', async () => {
    const cache = new DataKeyCache({ kms: client, maxMessages: 3 });
    const keys: string[] = [];
    for (let i = 0; i < 7; i++) keys.push(await fetchKey(cache));
    expect(keys.map((key) => keys.indexOf(key))).toEqual([0, 0, 0, 3, 3, 3, 6]);
  });

  test('so many messages, also when all come at once', async () => {
    const cache = new DataKeyCache({ kms: client, maxMessages: 3 });
    const keys = await Promise.all(Array.from({ length: 7 }, () => fetchKey(cache)));
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    expect([...counts.values()].sort()).toEqual([1, 3, 3]);
  });

  test('so many bytes; what is longer has a data key of its own', async () => {
    const cache = new DataKeyCache({ kms: client, maxBytes: 100 });
    const first = await fetchKey(cache, { bytes: 60 });
    expect(await fetchKey(cache, { bytes: 40 })).toBe(first);
    const second = await fetchKey(cache, { bytes: 1 });
    expect(second).not.toBe(first);
    const third = await fetchKey(cache, { bytes: 101 });
    expect(await fetchKey(cache, { bytes: 101 })).not.toBe(third);
  });

  test('so long, and is wiped when its time is over, whether or not somebody asks', async () => {
    vi.useFakeTimers();
    const before = nativeInfo().memory.bytesInUse;
    const cache = new DataKeyCache({ kms: client, maxAgeSeconds: 10 });
    const first = await fetchKey(cache);
    vi.advanceTimersByTime(9000);
    expect(await fetchKey(cache)).toBe(first);
    await fetchKey(cache, { encryptionContext: {} });
    vi.advanceTimersByTime(1000);
    expect(cache.size).toBe(1);
    expect(await fetchKey(cache)).not.toBe(first);
    vi.advanceTimersByTime(10_000);
    expect(cache.size).toBe(0);
    expect(nativeInfo().memory.bytesInUse).toBe(before);
  });

  test('no longer when the clock is set back', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const cache = new DataKeyCache({ kms: client, maxAgeSeconds: 10 });
    const first = await fetchKey(cache);
    vi.advanceTimersByTime(10_000);
    vi.setSystemTime(0);
    expect(await fetchKey(cache)).not.toBe(first);
  });

  test('no longer when the machine slept, while the monotonic clock stood still', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const cache = new DataKeyCache({ kms: client, maxAgeSeconds: 10 });
    const first = await fetchKey(cache);
    vi.setSystemTime(Date.now() + 10_000);
    expect(await fetchKey(cache)).not.toBe(first);
  });

  test('while there is room: the one not used for longest goes', async () => {
    const cache = new DataKeyCache({ kms: client, capacity: 2 });
    const fetch = (tenant: string) => fetchKey(cache, { encryptionContext: { tenant } });
    const [a, b] = [await fetch('a'), await fetch('b')];
    expect(await fetch('a')).toBe(a);
    await fetch('c');
    expect(cache.size).toBe(2);
    expect(await fetch('a')).toBe(a);
    expect(await fetch('b')).not.toBe(b);
  });
});

describe('with the KMS of the process, a kept data key is refused at once', () => {
  const denied = { code: 'AccessDeniedException' };
  const policyFor = (arn: string): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'kms:*', Resource: '*' }],
    });

  test('when its key is disabled', async () => {
    const cache = new DataKeyCache({ kms: client });
    const { encryptedDataKey, dataKey } = await cache.get({ keyId });
    dataKey.dispose();
    (await cache.open({ encryptedDataKey, keyId })).dataKey.dispose();
    await client.disableKey({ KeyId: keyId });
    const disabled = { code: 'DisabledException' };
    await expect(cache.get({ keyId })).rejects.toMatchObject(disabled);
    await expect(cache.open({ encryptedDataKey, keyId })).rejects.toMatchObject(disabled);
    expect(cache.size).toBe(0);
  });

  test('when the key policy changes', async () => {
    const alice = kms.client({ principal: 'arn:aws:iam::000000000000:user/alice' });
    const { Policy = '' } = await client.getKeyPolicy({ KeyId: keyId });
    const root = JSON.parse(Policy).Statement[0];
    const allow = JSON.parse(policyFor('arn:aws:iam::000000000000:user/alice'));
    allow.Statement.push(root);
    await client.putKeyPolicy({ KeyId: keyId, Policy: JSON.stringify(allow) });
    const cache = new DataKeyCache({ kms: alice });
    expect(await fetchKey(cache)).toBe(await fetchKey(cache));
    await client.putKeyPolicy({ KeyId: keyId, Policy });
    await expect(fetchKey(cache)).rejects.toMatchObject(denied);
  });

  test('when a grant is revoked', async () => {
    const GranteePrincipal = 'arn:aws:iam::000000000000:user/bob';
    const bob = kms.client({ principal: GranteePrincipal });
    const cache = new DataKeyCache({ kms: bob });
    await expect(fetchKey(cache)).rejects.toMatchObject(denied);
    const { GrantId } = await client.createGrant({
      KeyId: keyId,
      GranteePrincipal,
      Operations: ['GenerateDataKey'],
    });
    expect(await fetchKey(cache)).toBe(await fetchKey(cache));
    await client.revokeGrant({ KeyId: keyId, GrantId });
    await expect(fetchKey(cache)).rejects.toMatchObject(denied);
  });

  test('when its alias names another key, and when its key has new material', async () => {
    await client.createAlias({ AliasName: 'alias/a', TargetKeyId: keyId });
    const cache = new DataKeyCache({ kms: client });
    const first = await fetchKey(cache, { keyId: 'alias/a' });
    expect(await fetchKey(cache, { keyId: 'alias/a' })).toBe(first);
    const other = (await client.createKey()).KeyMetadata;
    await client.updateAlias({ AliasName: 'alias/a', TargetKeyId: other.KeyId });
    const moved = await cache.get({ keyId: 'alias/a', encryptionContext });
    expect(moved.keyId).toBe(other.Arn);
    moved.dataKey.dispose();
    const second = await fetchKey(cache, { keyId: 'alias/a' });
    await client.rotateKeyOnDemand({ KeyId: other.KeyId });
    await kms.runDue();
    expect(await fetchKey(cache, { keyId: 'alias/a' })).not.toBe(second);
  });

  test('but with a remote KMS only when it is too old', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const { kms: remote, calls } = countingKms(client);
    const cache = new DataKeyCache({ kms: remote, maxAgeSeconds: 60 });
    const first = await fetchKey(cache);
    await client.disableKey({ KeyId: keyId });
    vi.advanceTimersByTime(59_999);
    expect(await fetchKey(cache)).toBe(first);
    vi.advanceTimersByTime(1);
    await expect(fetchKey(cache)).rejects.toMatchObject({ code: 'DisabledException' });
    expect(calls.generateDataKey).toBe(2);
  });
});

describe('misuse', () => {
  const invalid = { code: 'ERR_INVALID_ARGUMENT' };

  test.each([
    { maxAgeSeconds: 0 },
    { maxAgeSeconds: -1 },
    { maxAgeSeconds: Number.NaN },
    { maxAgeSeconds: 86_401 },
    { maxAgeSeconds: '60' },
    { maxMessages: 0 },
    { maxMessages: 2 ** 32 + 1 },
    { maxMessages: 1.5 },
    { maxBytes: -1 },
    { maxBytes: 2 ** 53 },
    { capacity: 0 },
    { capacity: 1_000_001 },
    { kms: {} },
    { kms: null },
    { maxAge: 60 },
  ])('the options %j are refused', (options) => {
    expect(() => new DataKeyCache(options as never)).toThrow(expect.objectContaining(invalid));
  });

  test.each([
    [{ keyId: '' }],
    [{ keyId: 1 }],
    [{}],
    [{ keyId: 'a', bytes: -1 }],
    [{ keyId: 'a', bytes: 1.5 }],
    [{ keyId: 'a', context: {} }],
    [{ keyId: 'a', encryptionContext: { 'aws-crypto-public-key': 'x' } }],
    [{ keyId: 'a', encryptionContext: { a: 1 } }],
    [{ keyId: 'a', encryptionContext: { a: '\ud800' } }],
    [{ keyId: 'a', kms: { generateDataKey() {} } }],
  ])('the request %j is refused', async (request) => {
    const cache = new DataKeyCache({ kms: client });
    await expect(cache.get(request as never)).rejects.toMatchObject(invalid);
  });

  test('a request without a KMS is refused, and one to open what is not bytes', async () => {
    const cache = new DataKeyCache();
    await expect(cache.get({ keyId })).rejects.toMatchObject(invalid);
    const request = { keyId, encryptedDataKey: 'blob', kms: client };
    await expect(cache.open(request as never)).rejects.toMatchObject(invalid);
    const unnamed = { encryptedDataKey: new Uint8Array(144), kms: client };
    await expect(cache.open(unnamed as never)).rejects.toMatchObject(invalid);
  });

  test('an answer of another key is refused', async () => {
    const cache = new DataKeyCache();
    const counting = countingKms(client);
    const kms = counting.kms;
    const { dataKey, encryptedDataKey } = await cache.get({ kms, keyId });
    dataKey.dispose();
    counting.answer = { KeyId: keyId.replace(/.{12}$/, '000000000000') };
    const before = nativeInfo().memory.bytesInUse;
    const work = cache.open({ kms, keyId, encryptedDataKey });
    await expect(work).rejects.toMatchObject({ code: 'ERR_KMS_ANSWER' });
    expect(nativeInfo().memory.bytesInUse).toBe(before);
  });

  test('what is not a data key does not open', async () => {
    const cache = new DataKeyCache({ kms: client });
    const { CiphertextBlob } = await client.encrypt({ KeyId: keyId, Plaintext: plaintext });
    const request = { keyId, encryptedDataKey: CiphertextBlob };
    await expect(cache.open(request)).rejects.toMatchObject({ code: 'InvalidCiphertextException' });
    const { kms: remote } = countingKms(client);
    await expect(cache.open({ ...request, kms: remote })).rejects.toMatchObject({
      code: 'ERR_KMS_ANSWER',
    });
  });
});
