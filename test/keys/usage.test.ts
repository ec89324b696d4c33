import { beforeEach, expect, test } from 'vitest';
import { MemoryStore } from '../../lib/store/memory.js';
import {
  codeOf,
  dayMs,
  engineOn,
  keyPolicy,
  startMs,
  type TestClock,
  type TestEngine,
} from './support/engines.js';

const Plaintext = Uint8Array.of(1);

let ground: MemoryStore;
let clock: TestClock;
let engine: TestEngine;
let other: TestEngine;
let KeyId: string;
beforeEach(async () => {
  ground = new MemoryStore();
  clock = { nowMs: startMs };
  engine = await engineOn(ground, { clock });
  other = await engineOn(ground, { clock });
  KeyId = await createKey();
});

async function createKey(): Promise<string> {
  return (await engine.client().createKey({ Policy: keyPolicy() })).KeyMetadata.KeyId;
}

async function lastUse(by: TestEngine, key = KeyId) {
  const { KeyLastUsage } = await by.client().getKeyLastUsage({ KeyId: key });
  return [KeyLastUsage?.Operation, KeyLastUsage?.Timestamp?.getTime()];
}

async function usageRecords(): Promise<number> {
  return (await ground.range({ prefix: 'usage/' })).length;
}

test('is known at once where it happened, and to others once it is written', async () => {
  await engine.client().encrypt({ KeyId, Plaintext });
  expect(await lastUse(engine)).toEqual(['Encrypt', startMs]);
  expect(await lastUse(other)).toEqual([undefined, undefined]);
  expect(await usageRecords()).toBe(0);
  await engine.usage.flush();
  expect(await lastUse(other)).toEqual(['Encrypt', startMs]);
});

test('is the latest of all processes, whoever writes last', async () => {
  await engine.client().encrypt({ KeyId, Plaintext });
  clock.nowMs += 1000;
  await other.client().generateDataKey({ KeyId, NumberOfBytes: 16 });
  await other.usage.flush();
  await engine.usage.flush();
  expect(await lastUse(engine)).toEqual(['GenerateDataKey', startMs + 1000]);
  expect(await lastUse(other)).toEqual(['GenerateDataKey', startMs + 1000]);
});

test('is written once, and commits nothing when there is nothing new', async () => {
  await engine.client().encrypt({ KeyId, Plaintext });
  await engine.usage.flush();
  const epoch = ground.epoch();
  await engine.usage.flush();
  await engine.client().encrypt({ KeyId, Plaintext });
  await engine.usage.flush();
  expect(ground.epoch()).toBe(epoch);
});

test('of many keys is written in several transactions, and a lost race is tried again', async () => {
  const keyIds = await Promise.all(Array.from({ length: 250 }, () => createKey()));
  for (const key of keyIds) await engine.client().encrypt({ KeyId: key, Plaintext });
  const commit = ground.commit.bind(ground);
  let commits = 0;
  ground.commit = async (changes) => {
    commits += 1;
    return commits === 2 ? false : commit(changes);
  };
  await engine.usage.flush();
  expect(commits).toBe(3);
  expect(await usageRecords()).toBe(150);
  await engine.usage.flush();
  expect(await usageRecords()).toBe(250);
});

test('that comes while an earlier one is being written is not lost', async () => {
  await engine.client().encrypt({ KeyId, Plaintext });
  const flushes = [engine.usage.flush(), engine.usage.flush()];
  clock.nowMs += 1;
  const used = engine.client().generateDataKey({ KeyId, NumberOfBytes: 16 });
  await Promise.all([...flushes, used]);
  await engine.usage.flush();
  expect(await lastUse(other)).toEqual(['GenerateDataKey', startMs + 1]);
});

test('of a key that is gone is forgotten', async () => {
  await engine.client().encrypt({ KeyId, Plaintext });
  await other.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  clock.nowMs += 7 * dayMs;
  expect((await other.runDue()).keysDestroyed).toBe(1);
  await engine.usage.flush();
  expect(await usageRecords()).toBe(0);
});

test('whose record was changed is told of, and the others are written', async () => {
  await engine.client().encrypt({ KeyId, Plaintext });
  await engine.usage.flush();
  const [{ path = '', value = undefined } = {}] = await ground.range({ prefix: 'usage/' });
  await ground.commit([{ path, before: value, after: new Uint8Array(60) }]);
  const second = await createKey();
  clock.nowMs += 1;
  for (const key of [KeyId, second]) await engine.client().encrypt({ KeyId: key, Plaintext });
  expect(await codeOf(engine.usage.flush())).toBe('ERR_STORE_CORRUPT');
  expect(await lastUse(other, second)).toEqual(['Encrypt', startMs + 1]);
  expect(await codeOf(other.client().getKeyLastUsage({ KeyId }))).toBe('ERR_STORE_CORRUPT');
});
