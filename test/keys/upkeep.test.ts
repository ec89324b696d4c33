// What an engine does by itself.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openEpoch, openFolder } from '../../lib/engine.js';
import { addon } from '../../lib/hsm/index.js';
import { Kms } from '../../lib/kms.js';
import { Upkeep } from '../../lib/upkeep.js';
import { codeOf, dayMs, engineOn, keyPolicy, startMs } from './support/engines.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-upkeep-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Plaintext = Uint8Array.of(1);
const minuteMs = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function materials(kms: Kms, KeyId: string): Promise<number> {
  const request = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' } as const;
  return (await kms.client().listKeyRotations(request)).Rotations.length;
}

test('the timer does what is due, every minute', async () => {
  let nowMs = startMs;
  const kms = await Kms.open({ store: 'memory', clock: () => new Date(nowMs) });
  const client = kms.client();
  const [rotated, deleted] = await Promise.all([client.createKey(), client.createKey()]);
  const KeyId = rotated.KeyMetadata.KeyId;
  await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  await client.scheduleKeyDeletion({ KeyId: deleted.KeyMetadata.KeyId });
  // A change wakes it too.
  for (let i = 0; i < 3; i++) await new Promise(setImmediate);
  nowMs += 90 * dayMs;
  expect(await materials(kms, KeyId)).toBe(1);
  vi.advanceTimersByTime(minuteMs);
  await vi.waitFor(async () => expect(await materials(kms, KeyId)).toBe(2));
  expect(await kms.runDue()).toEqual({ keysDestroyed: 0, keysRotated: 0 });
  await kms.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('what came due while no process was up is done at the open', async () => {
  const path = join(folder, 'down');
  let nowMs = startMs;
  const clock = () => new Date(nowMs);
  const before = await Kms.open({ path, clock });
  const { KeyId } = (await before.client().createKey()).KeyMetadata;
  await before.client().enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  await before.close();
  nowMs += 91 * dayMs;
  const after = await Kms.open({ path, clock });
  await vi.waitFor(async () => expect(await materials(after, KeyId)).toBe(2));
  await after.close();
});

test('a rotation on demand is done soon after it was asked for', async () => {
  const kms = await Kms.open({ store: 'memory' });
  const { KeyId } = (await kms.client().createKey()).KeyMetadata;
  await kms.client().rotateKeyOnDemand({ KeyId });
  await vi.waitFor(async () => expect(await materials(kms, KeyId)).toBe(2));
  await kms.close();
});

test('last uses are written every minute, and at the close', async () => {
  const path = join(folder, 'uses');
  const kms = await Kms.open({ path });
  const { KeyId } = (await kms.client().createKey()).KeyMetadata;
  await kms.client().encrypt({ KeyId, Plaintext });
  const ground = await openFolder(addon(), path);
  expect(await ground.range({ prefix: 'usage/' })).toEqual([]);
  vi.advanceTimersByTime(minuteMs);
  await vi.waitFor(async () => expect(await ground.range({ prefix: 'usage/' })).toHaveLength(1));
  await ground.close();
  await kms.client().generateDataKey({ KeyId, NumberOfBytes: 16 });
  await kms.close();
  const again = await Kms.open({ path });
  const { KeyLastUsage } = await again.client().getKeyLastUsage({ KeyId });
  expect(KeyLastUsage?.Operation).toBe('GenerateDataKey');
  await again.close();
});

describe('a failure', () => {
  let warnings: string[];
  const listen = ({ message }: Error) => void warnings.push(message);
  beforeEach(() => {
    warnings = [];
    process.on('warning', listen);
  });
  afterEach(() => {
    process.off('warning', listen);
  });

  test('that lasts is warned of once, another one again', async () => {
    const engine = await engineOn();
    const { KeyId } = (await engine.client().createKey({ Policy: keyPolicy() })).KeyMetadata;
    await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    engine.clock.nowMs += 7 * dayMs;
    const [{ path = '', value = undefined } = {}] = await engine.ground.range({ prefix: 'key/' });
    await engine.ground.commit([{ path, before: value, after: new Uint8Array(60) }]);
    const upkeep = new Upkeep(engine.registry, engine.usage);
    const round = async () => {
      vi.advanceTimersByTime(minuteMs);
      await codeOf(upkeep.runDue());
      await new Promise(setImmediate);
    };
    for (let i = 0; i < 3; i++) await round();
    expect(warnings).toEqual([expect.stringContaining(path)]);
    engine.ground.range = () => Promise.reject(new Error('no disk'));
    for (let i = 0; i < 3; i++) await round();
    expect(warnings).toEqual([expect.anything(), expect.stringContaining('no disk')]);
    await upkeep.stop();
  });

  test('leaves nothing behind at the close, which waits for what is being done', async () => {
    const path = join(folder, 'gone');
    const kms = await Kms.open({ path });
    const { KeyId } = (await kms.client().createKey()).KeyMetadata;
    await kms.client().encrypt({ KeyId, Plaintext });
    rmSync(path, { recursive: true });
    vi.advanceTimersByTime(minuteMs);
    await kms.close();
    await new Promise(setImmediate);
    expect(warnings).toEqual([expect.stringContaining('taken away or replaced')]);
  });
});

test('an epoch that a dead process left odd is settled', async () => {
  const path = join(folder, 'odd');
  const kms = await Kms.open({ path });
  const { KeyId } = (await kms.client().createKey()).KeyMetadata;
  const epoch = openEpoch(addon(), join(path, 'keystead.epoch'));
  epoch.raise();
  expect(epoch.read() % 2).toBe(1);
  for (let i = 0; i < 3; i++) await kms.client().encrypt({ KeyId, Plaintext });
  vi.advanceTimersByTime(minuteMs);
  await vi.waitFor(() => expect(epoch.read() % 2).toBe(0));
  await kms.client().encrypt({ KeyId, Plaintext });
  epoch.close();
  await kms.close();
});
