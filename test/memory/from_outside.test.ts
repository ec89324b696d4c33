// What another process sees of the keys: the whole readable memory of a child that holds, uses and
// gives up keys.

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backingOf, withMlock } from './support/backing.js';
import { holdEverything, holdGeneratedKey } from './support/held_keys.js';
import { KeyHolder } from './support/key_holder.js';
import { wholeDataKey } from './support/needles.js';
import { arenaOf, type Finding, type Mapping, searchMemory } from './support/process_memory.js';

let holder: KeyHolder;
afterEach(() => holder.end());

function where(findings: readonly Finding[]): string[] {
  return findings.map(({ name, address, mapping }) => `${name} at ${address} in ${mapping.name}`);
}

function names(findings: readonly Finding[]): Set<string> {
  return new Set(findings.map(({ name }) => name));
}

function overlaps(a: Mapping, b: Mapping): boolean {
  return a.begin < b.end && b.begin < a.end;
}

function outside(findings: readonly Finding[], arena: readonly Mapping[]): string[] {
  return where(findings.filter(({ mapping }) => !arena.some((area) => overlaps(area, mapping))));
}

describe('the search', () => {
  it('finds a key and round keys that the child keeps in ordinary memory', async () => {
    holder = new KeyHolder();
    const needles = await holdGeneratedKey(holder);
    await holder.run('plant');
    const { findings } = searchMemory(holder.pid, needles);
    expect(names(findings)).toEqual(wholeDataKey);
  });
});

describe('with memfd_secret', () => {
  let backing: string;
  beforeAll(async () => {
    backing = await backingOf({});
  });

  it('nothing secret can be read, before and after dispose', async (context) => {
    if (backing !== 'memfd_secret') context.skip(`the backing is ${backing} here`);
    holder = new KeyHolder();
    const needles = await holdEverything(holder);
    const live = searchMemory(holder.pid, needles);
    expect(where(live.findings)).toEqual([]);
    expect(live.bytesRead).toBeGreaterThan(50_000_000);
    expect([...new Set(live.unreadable.map(({ name }) => name))]).toEqual(['/secretmem (deleted)']);
    await holder.run('dispose');
    expect(where(searchMemory(holder.pid, needles).findings)).toEqual([]);
  });
});

describe('with mlock', () => {
  let backing: string;
  beforeAll(async () => {
    backing = await backingOf(withMlock);
  });

  it('a data key is in the arena only, without round keys, until dispose', async (context) => {
    if (backing !== 'mlock') context.skip(`the backing is ${backing} here`);
    holder = new KeyHolder(withMlock);
    const needles = await holdGeneratedKey(holder);
    const arena = arenaOf(holder.pid);
    const live = searchMemory(holder.pid, needles);
    expect(names(live.findings)).toEqual(new Set(['data key, half 0', 'data key, half 1']));
    expect(outside(live.findings, arena)).toEqual([]);
    expect(live.unreadable).toEqual([]);
    await holder.run('dispose');
    expect(where(searchMemory(holder.pid, needles).findings)).toEqual([]);
  });

  it('every other secret is in the arena only, and nowhere after dispose', async (context) => {
    if (backing !== 'mlock') context.skip(`the backing is ${backing} here`);
    holder = new KeyHolder(withMlock);
    const needles = await holdEverything(holder);
    const arena = arenaOf(holder.pid);
    const live = searchMemory(holder.pid, needles);
    expect(
      [...names(live.findings)].filter((name) => /round|message|passphrase/.test(name)),
    ).toEqual([]);
    expect(names(live.findings)).toContain('key material, piece 0');
    expect(outside(live.findings, arena)).toEqual([]);
    await holder.run('dispose');
    expect(where(searchMemory(holder.pid, needles).findings)).toEqual([]);
  });
});
