import { beforeEach, describe, expect, test } from 'vitest';
import type { KeyRecord } from '../../lib/keys/key_record.js';
import { decodeKeyRecord, encodeKeyRecord, keyPath } from '../../lib/keys/key_record.js';
import { MemoryStore } from '../../lib/store/memory.js';
import {
  account,
  codeOf,
  dayMs,
  engineOn,
  keyPolicy,
  region,
  startMs,
  type TestClock,
  type TestEngine,
} from './support/engines.js';

const Plaintext = Uint8Array.of(1, 2, 3);
const grantee = `arn:aws:iam::${account}:role/grantee`;

let clock: TestClock;
let engine: TestEngine;
beforeEach(async () => {
  clock = { nowMs: startMs };
  engine = await engineOn(new MemoryStore(), { clock });
});

async function createKey(from = engine): Promise<string> {
  return (await from.client().createKey({ Policy: keyPolicy() })).KeyMetadata.KeyId;
}

async function materialsOf(KeyId: string, from = engine) {
  return (await from.client().listKeyRotations({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }))
    .Rotations;
}

async function paths(prefix = ''): Promise<string[]> {
  return (await engine.ground.range({ prefix })).map(({ path }) => path);
}

describe('the deletion of a key', () => {
  test('comes when its waiting period is over, and no earlier', async () => {
    const KeyId = await createKey();
    const { CiphertextBlob } = await engine.client().encrypt({ KeyId, Plaintext });
    await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.nowMs = startMs + 7 * dayMs - 1;
    expect(await engine.runDue()).toEqual({ keysDestroyed: 0, keysRotated: 0 });
    expect(await codeOf(engine.client().describeKey({ KeyId }))).toBeUndefined();
    clock.nowMs += 1;
    expect(await codeOf(engine.client().describeKey({ KeyId }))).toBe('NotFoundException');
    expect(await engine.runDue()).toEqual({ keysDestroyed: 1, keysRotated: 0 });
    expect(await codeOf(engine.client().decrypt({ CiphertextBlob }))).toBe('AccessDeniedException');
  });

  test('is as good as done at its moment, before anybody sweeps', async () => {
    const KeyId = await createKey();
    const client = engine.client();
    await client.createAlias({ AliasName: 'alias/a', TargetKeyId: KeyId });
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext });
    const { KeyMetadata } = await client.describeKey({ KeyId });
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.nowMs += 7 * dayMs;
    const keyRequests = [
      client.describeKey({ KeyId }),
      client.describeKey({ KeyId: KeyMetadata.Arn }),
      client.describeKey({ KeyId: 'alias/a' }),
      client.encrypt({ KeyId, Plaintext }),
      client.cancelKeyDeletion({ KeyId }),
      client.enableKey({ KeyId }),
      client.createGrant({ KeyId, GranteePrincipal: grantee, Operations: ['Decrypt'] }),
    ];
    for (const request of keyRequests) expect(await codeOf(request)).toBe('NotFoundException');
    expect(await codeOf(client.decrypt({ CiphertextBlob }))).toBe('AccessDeniedException');
    expect((await client.listKeys()).Keys).toEqual([]);
  });

  test('leaves nothing behind: material, aliases, grants, marks, uses', async () => {
    const KeyId = await createKey();
    const client = engine.client();
    const before = await paths();
    for (const name of ['a', 'b'])
      await client.createAlias({ AliasName: `alias/${name}`, TargetKeyId: KeyId });
    for (let i = 0; i < 250; i++) {
      const retiring = i % 2 === 0 ? { RetiringPrincipal: grantee } : {};
      await client.createGrant({
        KeyId,
        GranteePrincipal: grantee,
        Operations: ['Decrypt'],
        ...retiring,
      });
    }
    await client.encrypt({ KeyId, Plaintext });
    await engine.usage.flush();
    await client.enableKeyRotation({ KeyId });
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    const kinds = new Set((await paths()).map((path) => path.split('/')[0]));
    expect([...kinds].sort()).toEqual(
      ['alias', 'bootstrap', 'check', 'due', 'grant', 'key', 'retirable', 'usage'].sort(),
    );
    clock.nowMs += 7 * dayMs;
    expect((await engine.runDue()).keysDestroyed).toBe(1);
    expect(await paths()).toEqual(before.filter((path) => !path.startsWith('key/')));
  });

  test('comes when the process was down at its time', async () => {
    const KeyId = await createKey();
    await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.nowMs += 400 * dayMs;
    const later = await engineOn(engine.ground, { clock });
    expect(await codeOf(later.client().describeKey({ KeyId }))).toBe('NotFoundException');
    expect((await later.runDue()).keysDestroyed).toBe(1);
    expect(await paths('key/')).toEqual([]);
  });

  test('does not come when it was cancelled', async () => {
    const KeyId = await createKey();
    await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    expect(await paths('due/')).toHaveLength(1);
    await engine.client().cancelKeyDeletion({ KeyId });
    expect(await paths('due/')).toEqual([]);
    clock.nowMs += 400 * dayMs;
    expect(await engine.runDue()).toEqual({ keysDestroyed: 0, keysRotated: 0 });
    await engine.client().describeKey({ KeyId });
  });

  test('leaves the alias that was moved from it when its time was over', async () => {
    const [old, next] = [await createKey(), await createKey()];
    const client = engine.client();
    await client.createAlias({ AliasName: 'alias/a', TargetKeyId: old });
    await client.scheduleKeyDeletion({ KeyId: old, PendingWindowInDays: 7 });
    clock.nowMs += 7 * dayMs;
    await client.updateAlias({ AliasName: 'alias/a', TargetKeyId: next });
    expect((await engine.runDue()).keysDestroyed).toBe(1);
    expect((await client.describeKey({ KeyId: 'alias/a' })).KeyMetadata.KeyId).toBe(next);
  });

  test('is done by one of many processes', async () => {
    const keyIds = await Promise.all(Array.from({ length: 30 }, () => createKey()));
    const others = await Promise.all(
      Array.from({ length: 4 }, () => engineOn(engine.ground, { clock })),
    );
    for (const KeyId of keyIds)
      await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.nowMs += 7 * dayMs;
    const reports = await Promise.all([engine, ...others].map(({ runDue }) => runDue()));
    const destroyed = reports.reduce((sum, { keysDestroyed }) => sum + keysDestroyed, 0);
    expect(destroyed).toBe(30);
    await engine.runDue();
    expect(await paths('key/')).toEqual([]);
    expect(await paths('due/')).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5, 6])('resumes after a crash before commit %i', async (crashAt) => {
    const KeyId = await createKey();
    const client = engine.client();
    await client.createAlias({ AliasName: 'alias/a', TargetKeyId: KeyId });
    for (let i = 0; i < 250; i++) {
      await client.createGrant({
        KeyId,
        GranteePrincipal: grantee,
        RetiringPrincipal: grantee,
        Operations: ['Decrypt'],
      });
    }
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.nowMs += 7 * dayMs;
    const dying = await engineOn(dyingAt(engine.ground as MemoryStore, crashAt), { clock });
    const code = await codeOf(dying.runDue());
    // The key, three times grants, the line: five commits.
    expect(code).toBe(crashAt <= 5 ? 'KILLED' : undefined);
    if (crashAt > 1) expect(await paths('key/')).toEqual([]);
    await engine.runDue();
    expect(await paths()).toEqual(['bootstrap', 'check']);
  });
});

describe('rotation', () => {
  test('comes with its period, and old ciphertexts stay readable', async () => {
    const KeyId = await createKey();
    const client = engine.client();
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    const { CiphertextBlob, KeyMaterialId } = {
      ...(await client.encrypt({ KeyId, Plaintext })),
      KeyMaterialId: (await client.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId,
    };
    for (let round = 1; round <= 3; round++) {
      clock.nowMs = startMs + round * 90 * dayMs - 1;
      expect((await engine.runDue()).keysRotated).toBe(0);
      clock.nowMs += 1;
      expect((await engine.runDue()).keysRotated).toBe(1);
    }
    const rotations = await materialsOf(KeyId);
    expect(rotations.map(({ RotationType }) => RotationType)).toEqual([
      undefined,
      'AUTOMATIC',
      'AUTOMATIC',
      'AUTOMATIC',
    ]);
    const { KeyMetadata } = await client.describeKey({ KeyId });
    expect(KeyMetadata.CurrentKeyMaterialId).not.toBe(KeyMaterialId);
    expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
    const { NextRotationDate } = await client.getKeyRotationStatus({ KeyId });
    expect(NextRotationDate).toEqual(new Date(clock.nowMs + 90 * dayMs));
  });

  test('of a key that slept through several periods comes once', async () => {
    const KeyId = await createKey();
    await engine.client().enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    clock.nowMs += 1000 * dayMs;
    expect((await engine.runDue()).keysRotated).toBe(1);
    expect((await engine.runDue()).keysRotated).toBe(0);
  });

  test('of a disabled key waits until it is enabled', async () => {
    const KeyId = await createKey();
    const client = engine.client();
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    await client.disableKey({ KeyId });
    clock.nowMs += 91 * dayMs;
    expect((await engine.runDue()).keysRotated).toBe(0);
    expect(await paths('due/')).toEqual([]);
    await client.enableKey({ KeyId });
    expect((await engine.runDue()).keysRotated).toBe(1);
  });

  test('on demand is done once, also when the key is disabled or waits for deletion', async () => {
    for (const halt of ['disableKey', 'scheduleKeyDeletion'] as const) {
      const KeyId = await createKey();
      const client = engine.client();
      await client.rotateKeyOnDemand({ KeyId });
      await client.rotateKeyOnDemand({ KeyId });
      await client[halt]({ KeyId });
      expect((await engine.runDue()).keysRotated).toBe(1);
      expect((await materialsOf(KeyId)).at(-1)?.RotationType).toBe('ON_DEMAND');
    }
  });

  test('on demand and by period that are due together are both done in one round', async () => {
    const KeyId = await createKey();
    const client = engine.client();
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    clock.nowMs += 91 * dayMs;
    await client.rotateKeyOnDemand({ KeyId });
    expect((await engine.runDue()).keysRotated).toBe(2);
    expect((await materialsOf(KeyId)).map(({ RotationType }) => RotationType)).toEqual([
      undefined,
      'ON_DEMAND',
      'AUTOMATIC',
    ]);
    expect(await paths('due/')).toHaveLength(1);
  });

  test('on demand has AWS’s limits: 25 of a key, none soon after an automatic one', async () => {
    const KeyId = await createKey();
    const client = engine.client();
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    clock.nowMs += 90 * dayMs;
    await engine.runDue();
    clock.nowMs += 20 * 60_000 - 1;
    expect(await codeOf(client.rotateKeyOnDemand({ KeyId }))).toBe('ConflictException');
    clock.nowMs += 1;
    for (let i = 0; i < 25; i++) {
      await client.rotateKeyOnDemand({ KeyId });
      expect((await engine.runDue()).keysRotated).toBe(1);
    }
    expect(await codeOf(client.rotateKeyOnDemand({ KeyId }))).toBe('LimitExceededException');
  });

  test('is done once by many processes', async () => {
    const keyIds = await Promise.all(Array.from({ length: 20 }, () => createKey()));
    for (const KeyId of keyIds) await engine.client().enableKeyRotation({ KeyId });
    const others = await Promise.all(
      Array.from({ length: 4 }, () => engineOn(engine.ground, { clock })),
    );
    clock.nowMs += 365 * dayMs;
    const reports = await Promise.all([engine, ...others].map(({ runDue }) => runDue()));
    expect(reports.reduce((sum, { keysRotated }) => sum + keysRotated, 0)).toBe(20);
    for (const KeyId of keyIds) expect(await materialsOf(KeyId)).toHaveLength(2);
  });
});

describe('what fails', () => {
  async function overwrite(path: string, after: Uint8Array): Promise<Uint8Array> {
    const before = (await engine.ground.get(path)) as Uint8Array;
    expect(await engine.ground.commit([{ path, before, after }])).toBe(true);
    return before;
  }

  test('holds up no other job, and is tried again', async () => {
    const keyIds = (await Promise.all([1, 2, 3].map(() => createKey()))).sort();
    for (const KeyId of keyIds)
      await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.nowMs += 7 * dayMs;
    const path = keyPath(account, region, keyIds[0] as string);
    const intact = await overwrite(path, new Uint8Array(60));
    await expect(engine.runDue()).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await paths('key/')).toEqual([path]);
    await overwrite(path, intact);
    expect((await engine.runDue()).keysDestroyed).toBe(1);
    expect(await paths()).toEqual(['bootstrap', 'check']);
  });

  test('is told of a changed line of the index, whose job is done all the same', async () => {
    const KeyId = await createKey();
    await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.nowMs += 7 * dayMs;
    const [line = ''] = await paths('due/');
    await overwrite(line, new Uint8Array(60));
    await expect(engine.runDue()).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await paths('key/')).toEqual([]);
  });

  test('is not a line that a stranger put there', async () => {
    const stray = ['due/x', 'due/0000000000000000/a', `due/0000000000000001/${account}/r/k`];
    const value = new Uint8Array(60);
    for (const path of stray)
      await engine.ground.commit([{ path, before: undefined, after: value }]);
    const KeyId = await createKey();
    await engine.client().rotateKeyOnDemand({ KeyId });
    await expect(engine.runDue()).rejects.toMatchObject({ code: 'ERR_STORE_CORRUPT' });
    expect(await materialsOf(KeyId)).toHaveLength(2);
  });
});

describe('the index', () => {
  test('keeps the line of a key that becomes due at the same time again', async () => {
    const KeyId = await createKey();
    const client = engine.client();
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    const [line = ''] = await paths('due/');
    // The line as a process read it that takes it for out of date.
    const read = await engine.ground.get(line);
    await client.cancelKeyDeletion({ KeyId });
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    expect(await engine.ground.commit([{ path: line, before: read, after: undefined }])).toBe(
      false,
    );
    expect(await paths('due/')).toEqual([line]);
  });

  test('forgets a line that no key waits for', async () => {
    const KeyId = await createKey();
    await engine.client().scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    const path = keyPath(account, region, KeyId);
    const before = await engine.store.get(path);
    const { deletionAtMs: _, ...rest } = decodeKeyRecord(before?.value as Uint8Array) as KeyRecord;
    const after = encodeKeyRecord({ ...rest, keyState: 'Enabled' });
    await engine.store.commit([{ path, before, after }]);
    clock.nowMs += 7 * dayMs;
    expect(await engine.runDue()).toEqual({ keysDestroyed: 0, keysRotated: 0 });
    expect(await paths('due/')).toEqual([]);
    await engine.client().describeKey({ KeyId });
  });
});

/** The store as a process has it that is killed before its n-th commit from now. */
function dyingAt(ground: MemoryStore, commit: number): MemoryStore {
  let commits = 0;
  return new Proxy(ground, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'commit') return value.bind(target);
      return (changes: Parameters<MemoryStore['commit']>[0]) => {
        commits += 1;
        if (commits >= commit)
          return Promise.reject(Object.assign(new Error('killed'), { code: 'KILLED' }));
        return target.commit(changes);
      };
    },
  });
}
