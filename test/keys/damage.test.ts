// Whoever can write the database but has no root key: every record of every kind changed, swapped,
// moved and deleted.

import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addon } from '../../lib/hsm/index.js';
import { runDueJobs } from '../../lib/keys/due_jobs.js';
import { listRetirableGrants } from '../../lib/keys/grants.js';
import { unlockStore } from '../../lib/keys/root_key.js';
import { UsageTracker } from '../../lib/keys/usage.js';
import type { KmsClient } from '../../lib/kms_client.js';
import type { StoreEntry } from '../../lib/store/store.js';
import {
  account,
  codeOf,
  dayMs,
  engineOn,
  keyPolicy,
  otherAccount,
  region,
  rootKeyA,
  type TestEngine,
} from './support/engines.js';

const Plaintext = Uint8Array.of(1, 2, 3);
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

let engine: TestEngine;
let entries: readonly StoreEntry[];
let keyIds: string[];
beforeAll(async () => {
  engine = await engineOn();
  keyIds = [await fill('one'), await fill('two')];
  entries = await engine.ground.range({ prefix: '' });
});
afterEach(async () => {
  expect(await engine.ground.range({ prefix: '' })).toEqual(entries);
});

/** A key with a record of every kind about it. */
async function fill(name: string): Promise<string> {
  const client = engine.client();
  const deny = {
    Effect: 'Deny',
    Principal: { AWS: role('denied') },
    Action: 'kms:*',
    Resource: '*',
  };
  const { KeyMetadata } = await client.createKey({
    Policy: keyPolicy(deny),
    Tags: [{ TagKey: 'team', TagValue: name }],
  });
  const { KeyId } = KeyMetadata;
  await client.createAlias({ AliasName: `alias/${name}`, TargetKeyId: KeyId });
  await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  await client.createGrant({
    KeyId,
    GranteePrincipal: role('grantee'),
    RetiringPrincipal: role('retiring'),
    Operations: ['Encrypt', 'Decrypt'],
  });
  await client.encrypt({ KeyId, Plaintext });
  await engine.usage.flush();
  return KeyId;
}

/** Reads the record of a path in the way in which it is read in earnest. */
async function read(path: string): Promise<unknown> {
  const [kind, , , keyId = ''] = path.split('/');
  const registry = engine.freshRegistry();
  const names = registry.names(account, region);
  switch (kind) {
    case 'bootstrap':
    case 'check':
      return unlockStore(addon(), engine.ground, rootKeyA);
    case 'key':
    case 'grant':
      return registry.resolve(names, keyId);
    case 'alias':
      return registry.resolve(names, `alias/${keyId}`);
    case 'retirable': {
      const page = { after: undefined, limit: 100 };
      return listRetirableGrants(registry, region, role('retiring'), page);
    }
    case 'usage':
      return new UsageTracker(engine.store).lastUse(await registry.resolve(names, keyId));
    case 'due':
      engine.clock.nowMs += 90 * dayMs;
      try {
        return await runDueJobs(registry);
      } finally {
        engine.clock.nowMs -= 90 * dayMs;
      }
    default:
      throw new Error(`no way to read ${path}`);
  }
}

/** The store with other values for a while. */
async function withValues<T>(
  values: ReadonlyMap<string, Uint8Array | undefined>,
  work: () => Promise<T>,
): Promise<T> {
  await write(values);
  try {
    return await work();
  } finally {
    const paths = (await engine.ground.range({ prefix: '' })).map(({ path }) => path);
    const original = new Map(entries.map(({ path, value }) => [path, value]));
    await write(new Map([...paths, ...original.keys()].map((path) => [path, original.get(path)])));
  }
}

async function write(values: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
  const changes = [];
  for (const [path, after] of values)
    changes.push({ path, before: await engine.ground.get(path), after });
  expect(await engine.ground.commit(changes)).toBe(true);
}

/**
 * What reading the damaged record says. When it is the record that tells which root key the store is
 * locked to, the others cannot be told from those of another root key.
 */
function expectDamage(path: string, damaged: readonly string[] = [path]): Promise<void> {
  const isLockDamaged = damaged.includes('bootstrap') || damaged.includes('check');
  const codes = isLockDamaged ? /^ERR_(STORE_CORRUPT|ROOT_KEY|STORE)$/ : /^ERR_STORE_CORRUPT$/;
  return expect(read(path), path).rejects.toMatchObject({ code: expect.stringMatching(codes) });
}

const kinds = ['alias', 'bootstrap', 'check', 'due', 'grant', 'key', 'retirable', 'usage'];

test('the store has records of every kind', async () => {
  const found = new Set(entries.map(({ path }) => path.split('/')[0]));
  expect([...found].sort()).toEqual(kinds);
  for (const { path } of entries) if (!path.startsWith('due/')) await read(path);
});

test.each(kinds)('%s: every change of a byte is found', async (kind) => {
  const [entry] = entries.filter(({ path }) => path.split('/')[0] === kind);
  const { path, value } = entry as StoreEntry;
  for (let i = 0; i < value.length; i++) {
    const changed = value.slice();
    changed[i] = (changed[i] as number) ^ (1 << (i % 8));
    await withValues(new Map([[path, changed]]), () => expectDamage(path));
  }
});

test.each(kinds)('%s: cut short, lengthened and emptied is found', async (kind) => {
  const [entry] = entries.filter(({ path }) => path.split('/')[0] === kind);
  const { path, value } = entry as StoreEntry;
  const others = [
    new Uint8Array(0),
    value.slice(0, 9),
    value.slice(0, -1),
    Uint8Array.from([...value, 0]),
  ];
  for (const other of others) await withValues(new Map([[path, other]]), () => expectDamage(path));
});

test('any two records swapped are found', async () => {
  for (const [i, a] of entries.entries()) {
    for (const b of entries.slice(i + 1)) {
      const swapped = new Map([
        [a.path, b.value],
        [b.path, a.value],
      ]);
      await withValues(swapped, async () => {
        await expectDamage(a.path, [a.path, b.path]);
        await expectDamage(b.path, [a.path, b.path]);
      });
    }
  }
});

test('a record moved to another path is found', async () => {
  const elsewhere: Record<string, (path: string) => string> = {
    alias: (path) => path.replace('one', 'three'),
    due: (path) => path.replace(/^due\/\d+/, 'due/0000000000000001'),
    grant: (path) => `${path.slice(0, -4)}0000`,
    key: (path) => `${path.slice(0, -4)}0000`,
    retirable: (path) => `${path.slice(0, -4)}0000`,
  };
  for (const [kind, toPath] of Object.entries(elsewhere)) {
    const { path, value } = entries.find((entry) =>
      entry.path.startsWith(`${kind}/`),
    ) as StoreEntry;
    const target = toPath(path);
    const moved = new Map([
      [path, undefined],
      [target, value],
    ]);
    await withValues(moved, () => expectDamage(target));
  }
});

describe('a record that was deleted', () => {
  /** Who may do what: `true` for what is not refused. */
  async function allowed(): Promise<Map<string, boolean>> {
    const identityPolicies = [
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] },
    ];
    const clients: Record<string, KmsClient> = {
      account: engine.client(),
      user: engine.client({ principal: role('user'), identityPolicies }),
      denied: engine.client({ principal: role('denied'), identityPolicies }),
      grantee: engine.client({ principal: role('grantee') }),
      nobody: engine.client({ principal: role('nobody') }),
      stranger: engine.client({
        principal: `arn:aws:iam::${otherAccount}:root`,
        account,
        identityPolicies,
      }),
    };
    const results = new Map<string, boolean>();
    for (const [who, client] of Object.entries(clients)) {
      for (const KeyId of [...keyIds, 'alias/one', 'alias/two']) {
        const dry = { KeyId, DryRun: true } as const;
        const works = {
          encrypt: client.encrypt({ ...dry, Plaintext }),
          generate: client.generateDataKey({ ...dry, KeySpec: 'AES_256' }),
          describe: client.describeKey({ KeyId }),
        };
        for (const [what, work] of Object.entries(works)) {
          const code = await codeOf(work);
          results.set(
            `${who} ${what} ${KeyId}`,
            code === undefined || code === 'DryRunOperationException',
          );
        }
      }
    }
    return results;
  }

  test('never widens access', async () => {
    const before = await allowed();
    expect([...before.values()].filter(Boolean).length).toBeGreaterThan(20);
    expect([...before.values()].filter((may) => !may).length).toBeGreaterThan(20);
    for (const { path } of entries) {
      await withValues(new Map([[path, undefined]]), async () => {
        for (const [question, may] of await allowed())
          expect(!may || before.get(question), `${question} without ${path}`).toBe(true);
      });
    }
  });

  test('has the effect of an absent subject', async () => {
    const pathOf = (kind: string, part: string) =>
      entries.find(({ path }) => path.startsWith(kind) && path.includes(part))?.path as string;
    const [one = ''] = keyIds;
    const without = <T>(path: string, work: () => Promise<T>) =>
      withValues(new Map([[path, undefined]]), work);
    const client = engine.client();
    const grantee = engine.client({ principal: role('grantee') });
    const retirable = async () =>
      (await engine.client().listRetirableGrants({ RetiringPrincipal: role('retiring') })).Grants
        .length;
    const encrypt = (by: KmsClient, KeyId: string) => codeOf(by.encrypt({ KeyId, Plaintext }));
    await without(pathOf('key/', one), async () => {
      expect(await encrypt(client, one)).toBe('NotFoundException');
      expect(await encrypt(client, 'alias/one')).toBe('NotFoundException');
      expect(await retirable()).toBe(1);
    });
    await without(pathOf('alias/', 'one'), async () => {
      expect(await encrypt(client, 'alias/one')).toBe('NotFoundException');
      expect(await encrypt(client, one)).toBeUndefined();
    });
    expect(await encrypt(grantee, one)).toBeUndefined();
    expect(await retirable()).toBe(2);
    await without(pathOf('retirable/', one), async () => expect(await retirable()).toBe(1));
    await without(pathOf('usage/', one), async () => {
      expect(await new UsageTracker(engine.store).lastUse(await keyOf(one))).toBeUndefined();
    });
    const fresh = await engineOn(engine.ground);
    await without(pathOf('grant/', one), async () => {
      const client = fresh.client({ principal: role('grantee') });
      expect(await encrypt(client, one)).toBe('AccessDeniedException');
    });
  });

  function keyOf(keyId: string) {
    const registry = engine.freshRegistry();
    return registry.resolve(registry.names(account, region), keyId);
  }
});
