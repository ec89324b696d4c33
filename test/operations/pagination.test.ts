// Lists in pages, each with its default and its longest page.

import { beforeEach, describe, expect, test } from 'vitest';
import type { KmsClient } from '../../lib/kms_client.js';
import { account, region, startMs } from '../unit/engine_for_tests.js';
import { grantee, makeScene, outcome, type Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

interface PageOf {
  readonly Truncated: boolean;
  readonly NextMarker?: string;
}
interface List {
  readonly name: string;
  readonly standard: number;
  readonly max: number;
  /** Fills the list until it has this many items, where that can be. */
  readonly fill: (count: number) => Promise<void>;
  readonly page: (input: object) => Promise<PageOf & { readonly items: readonly string[] }>;
  readonly all: (client: KmsClient, input: object) => AsyncIterable<unknown>;
}

const root = `arn:aws:iam::${account}:root`;
const keyId = () => scene.key.KeyId;
const times = async (count: number, work: (i: number) => Promise<unknown>) => {
  for (let i = 0; i < count; i++) await work(i);
};
const manyGrants = (count: number) =>
  times(count - 1, () =>
    scene.client.createGrant({
      KeyId: keyId(),
      GranteePrincipal: grantee,
      RetiringPrincipal: root,
      Operations: ['Encrypt'],
    }),
  );
/** A page with what tells its items apart, as text. */
const pageOf =
  <Page extends PageOf>(
    list: (input: object) => Promise<Page>,
    itemsOf: (page: Page) => readonly unknown[],
  ) =>
  async (input: object) => {
    const page = await list(input);
    return { ...page, items: itemsOf(page).map((item) => JSON.stringify(item)) };
  };

const lists: readonly List[] = [
  {
    name: 'ListKeys',
    standard: 100,
    max: 1000,
    fill: (count) => times(count - 2, () => scene.client.createKey()),
    page: pageOf(
      (input) => scene.client.listKeys(input),
      ({ Keys }) => Keys,
    ),
    all: (client, input) => client.listAllKeys(input),
  },
  {
    name: 'ListAliases',
    standard: 50,
    max: 100,
    fill: (count) =>
      times(count - 1, (i) =>
        scene.client.createAlias({
          AliasName: `alias/${i}`,
          TargetKeyId: i % 2 === 0 ? keyId() : scene.second.KeyId,
        }),
      ),
    page: pageOf(
      (input) => scene.client.listAliases(input),
      ({ Aliases }) => Aliases,
    ),
    all: (client, input) => client.listAllAliases(input),
  },
  {
    name: 'ListGrants',
    standard: 50,
    max: 100,
    fill: manyGrants,
    page: pageOf(
      (input) => scene.client.listGrants({ KeyId: keyId(), ...input }),
      ({ Grants }) => Grants,
    ),
    all: (client, input) => client.listAllGrants({ KeyId: keyId(), ...input }),
  },
  {
    name: 'ListRetirableGrants',
    standard: 50,
    max: 100,
    fill: manyGrants,
    page: pageOf(
      (input) => scene.client.listRetirableGrants({ RetiringPrincipal: root, ...input }),
      ({ Grants }) => Grants,
    ),
    all: (client, input) => client.listAllRetirableGrants({ RetiringPrincipal: root, ...input }),
  },
  {
    name: 'ListKeyRotations',
    standard: 100,
    max: 1000,
    fill: async (count) => {
      const { KeyId } = scene.key;
      const key = await scene.engine.registry.find({ account, region, keyId: KeyId });
      const [material] = key?.record.keyMaterials ?? [];
      if (material === undefined) throw new Error('no material');
      const rotations = Array.from({ length: count }, (_, i) => ({
        ...material,
        createdAtMs: startMs + i,
        rotationType: 'AUTOMATIC' as const,
      }));
      await scene.engine.change(KeyId, { keyMaterials: [material, ...rotations] });
    },
    page: pageOf(
      (input) => scene.client.listKeyRotations({ KeyId: keyId(), ...input }),
      ({ Rotations }) => Rotations,
    ),
    all: (client, input) => client.listAllKeyRotations({ KeyId: keyId(), ...input }),
  },
];

describe.each(lists)('trap 21: $name', ({ standard, max, fill, page, all }) => {
  test('gives a standard page, the longest page, and pages of one', async () => {
    await fill(standard + 1);
    const first = await page({});
    expect(first.items).toHaveLength(standard);
    expect(first.Truncated).toBe(true);
    const rest = await page({ Marker: first.NextMarker });
    expect(rest.items).toHaveLength(1);
    expect(rest).not.toHaveProperty('NextMarker');
    expect(rest.Truncated).toBe(false);
    const whole = await page({ Limit: max });
    expect([whole.items.length, whole.Truncated]).toEqual([standard + 1, false]);
    expect(whole.items).toEqual([...first.items, ...rest.items]);
    const one: string[] = [];
    let Marker: string | undefined;
    do {
      const next = await page({ Limit: 1, Marker });
      expect(next.items).toHaveLength(1);
      one.push(...next.items);
      Marker = next.NextMarker;
    } while (Marker !== undefined);
    expect(one).toEqual(whole.items);
    const iterated: string[] = [];
    for await (const item of all(scene.client, { Limit: 7 })) iterated.push(JSON.stringify(item));
    expect(iterated).toEqual(whole.items);
  });

  test('gives a full page without a next one', async () => {
    await fill(3);
    expect(await page({ Limit: 3 })).toMatchObject({ Truncated: false });
    expect(await page({ Limit: 2 })).toMatchObject({ Truncated: true });
  });

  test('refuses a bad marker', async () => {
    for (const Marker of ['!', 'a', ' ', 'YQ==', '_w']) {
      expect(await outcome(page({ Marker }))).toBe('InvalidMarkerException: ');
    }
  });
});

describe('lists that change between two pages', () => {
  test('lose and repeat nothing that stays: keys', async () => {
    const { client, engine } = scene;
    const ids: string[] = [];
    for await (const { KeyId } of client.listAllKeys()) ids.push(KeyId);
    const [first, second] = ids as [string, string];
    const { NextMarker } = await client.listKeys({ Limit: 1 });
    await client.scheduleKeyDeletion({ KeyId: first, PendingWindowInDays: 7 });
    engine.clock.nowMs = startMs + 8 * 86_400_000;
    await engine.upkeep.runDue();
    const { Keys } = await client.listKeys({ Marker: NextMarker });
    expect(Keys.map(({ KeyId }) => KeyId)).toEqual([second]);
  });

  test('grants', async () => {
    const { client, key } = scene;
    const { KeyId } = key;
    await manyGrants(4);
    const ids: string[] = [];
    for await (const { GrantId } of client.listAllGrants({ KeyId })) ids.push(GrantId);
    const { NextMarker } = await client.listGrants({ KeyId, Limit: 2 });
    for (const GrantId of ids.slice(0, 3)) await client.revokeGrant({ KeyId, GrantId });
    const { Grants } = await client.listGrants({ KeyId, Marker: NextMarker });
    expect(Grants.map(({ GrantId }) => GrantId)).toEqual(ids.slice(3));
  });

  test('aliases of a key', async () => {
    const { client, key, aliasName } = scene;
    const { KeyId } = key;
    for (const name of ['a', 'b', 'z'])
      await client.createAlias({ AliasName: `alias/${name}`, TargetKeyId: KeyId });
    const { Aliases, NextMarker } = await client.listAliases({ KeyId, Limit: 2 });
    expect(Aliases.map(({ AliasName }) => AliasName)).toEqual(['alias/a', 'alias/b']);
    await client.deleteAlias({ AliasName: 'alias/a' });
    const rest = await client.listAliases({ KeyId, Marker: NextMarker });
    expect(rest.Aliases.map(({ AliasName }) => AliasName)).toEqual([aliasName, 'alias/z']);
  });

  test('tags, whatever they are called', async () => {
    const { client, key } = scene;
    const { KeyId } = key;
    const names = ['Ä', '😀', 'a b', '\u0001', 'Z'];
    await client.tagResource({ KeyId, Tags: names.map((TagKey) => ({ TagKey, TagValue: '' })) });
    const found: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await client.listResourceTags({ KeyId, Limit: 1, Marker });
      found.push(...page.Tags.map(({ TagKey }) => TagKey));
      Marker = page.NextMarker;
      await client.untagResource({ KeyId, TagKeys: page.Tags.map(({ TagKey }) => TagKey) });
    } while (Marker !== undefined);
    expect(found.sort()).toEqual([...names, 'team'].sort());
    expect((await client.listResourceTags({ KeyId })).Tags).toEqual([]);
  });
});

test('ListKeyPolicies has one page with one name', async () => {
  const { client, key } = scene;
  expect(await client.listKeyPolicies({ KeyId: key.KeyId, Limit: 1 })).toEqual({
    $metadata: expect.anything(),
    PolicyNames: ['default'],
    Truncated: false,
  });
  const names: string[] = [];
  for await (const name of client.listAllKeyPolicies({ KeyId: key.KeyId })) names.push(name);
  expect(names).toEqual(['default']);
});

test('ListResourceTags gives 50, and iterates over them', async () => {
  const { client, second } = scene;
  const Tags = Array.from({ length: 50 }, (_, i) => ({ TagKey: `${i}`, TagValue: `${i}` }));
  await client.tagResource({ KeyId: second.KeyId, Tags });
  expect(await client.listResourceTags({ KeyId: second.KeyId })).toMatchObject({
    Truncated: false,
  });
  const found = [];
  for await (const tag of client.listAllResourceTags({ KeyId: second.KeyId, Limit: 9 }))
    found.push(tag);
  expect(found).toHaveLength(50);
  expect(found).toEqual(expect.arrayContaining(Tags));
});
