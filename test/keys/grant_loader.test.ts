// A process keeps up with the grants of a key by what the key's record says was changed.

import { beforeEach, expect, test, vi } from 'vitest';
import { MemoryStore } from '../../lib/store/memory.js';
import { account, codeOf, engineOn, keyPolicy, type TestEngine } from './support/engines.js';

const Plaintext = Uint8Array.of(1);
const role = (name: string | number) => `arn:aws:iam::${account}:role/${name}`;

let ground: MemoryStore;
let writer: TestEngine;
let reader: TestEngine;
let KeyId: string;
beforeEach(async () => {
  ground = new MemoryStore();
  [writer, reader] = [await engineOn(ground), await engineOn(ground)];
  KeyId = (await writer.client().createKey({ Policy: keyPolicy() })).KeyMetadata.KeyId;
});

async function grant(name: string | number): Promise<string> {
  const request = { KeyId, GranteePrincipal: role(name), Operations: ['Encrypt' as const] };
  return (await writer.client().createGrant(request)).GrantId;
}

function encrypt(name: string | number, by = reader): Promise<string | undefined> {
  return codeOf(by.client({ principal: role(name) }).encrypt({ KeyId, Plaintext }));
}

/** How many ranges of grants were read since. */
function countRanges(): () => number {
  const range = vi.spyOn(ground, 'range');
  return () => range.mock.calls.filter(([{ prefix }]) => prefix.startsWith('grant/')).length;
}

test('reads what was changed, and not all again', async () => {
  const grantIds = [];
  for (let i = 0; i < 20; i++) grantIds.push(await grant(i));
  expect(await encrypt(3)).toBeUndefined();
  const ranges = countRanges();
  for (let i = 0; i < 8; i++) {
    await writer.client().revokeGrant({ KeyId, GrantId: grantIds[i] as string });
    await grant(100 + i);
  }
  for (let i = 0; i < 8; i++) {
    expect(await encrypt(i)).toBe('AccessDeniedException');
    expect(await encrypt(100 + i)).toBeUndefined();
  }
  expect(await encrypt(10)).toBeUndefined();
  expect(ranges()).toBe(0);
  await grant('another');
  for (let i = 0; i < 17; i++) await grant(200 + i);
  expect(await encrypt(200)).toBeUndefined();
  expect(ranges()).toBeGreaterThan(0);
});

test('knows none once the last is gone, and the next again', async () => {
  for (let round = 0; round < 3; round++) {
    const GrantId = await grant('only');
    expect(await encrypt('only')).toBeUndefined();
    await writer.client().revokeGrant({ KeyId, GrantId });
    expect(await encrypt('only')).toBe('AccessDeniedException');
  }
});

test('reads all once, however many requests wait for them', async () => {
  for (let i = 0; i < 1200; i++) await grant(i);
  const late = await engineOn(ground);
  const ranges = countRanges();
  const codes = await Promise.all(Array.from({ length: 50 }, (_, i) => encrypt(i, late)));
  expect(codes).toEqual(Array(50).fill(undefined));
  expect(ranges()).toBe(3);
  const first = await late.client().listGrants({ KeyId, Limit: 100 });
  const grantIds = first.Grants.map((entry) => entry.GrantId as string);
  expect(grantIds).toEqual([...grantIds].sort());
});

test('misses nothing that is changed while all are read', async () => {
  const grantIds = [];
  for (let i = 0; i < 1200; i++) grantIds.push(await grant(i));
  const [first = '', last = ''] = [[...grantIds].sort()[0], [...grantIds].sort().at(-1)];
  const late = await engineOn(ground);
  const loading = encrypt(0, late);
  await writer.client().revokeGrant({ KeyId, GrantId: first });
  await writer.client().revokeGrant({ KeyId, GrantId: last });
  await loading;
  expect(await encrypt(grantIds.indexOf(first), late)).toBe('AccessDeniedException');
  expect(await encrypt(grantIds.indexOf(last), late)).toBe('AccessDeniedException');
});

test('tries again after a record that could not be read', async () => {
  await grant('a');
  expect(await encrypt('a')).toBeUndefined();
  const GrantId = await grant('b');
  const path = (await ground.range({ prefix: 'grant/' })).find((entry) =>
    entry.path.endsWith(GrantId),
  )?.path as string;
  const intact = await ground.get(path);
  const damaged = new Uint8Array(60);
  await ground.commit([{ path, before: intact, after: damaged }]);
  expect(await encrypt('b')).toBe('ERR_STORE_CORRUPT');
  await ground.commit([{ path, before: damaged, after: intact }]);
  expect(await encrypt('b')).toBeUndefined();
});

test('has each grant of a grantee, and none twice', async () => {
  const grantIds = [await grant('same'), await grant('same'), await grant('same')];
  expect(await encrypt('same')).toBeUndefined();
  for (const [i, GrantId] of grantIds.entries()) {
    expect((await reader.client().listGrants({ KeyId })).Grants).toHaveLength(3 - i);
    await writer.client().revokeGrant({ KeyId, GrantId });
    expect(await encrypt('same')).toBe(i < 2 ? undefined : 'AccessDeniedException');
  }
});
