// What must hold of the records of a store among one another at every moment, whoever died.

import { join } from 'node:path';
import { expect } from 'vitest';
import { openFolder } from '../../../lib/engine.js';
import { addon } from '../../../lib/hsm/index.js';
import { decodeAliasRecord } from '../../../lib/keys/alias_record.js';
import { dueAtMs, toDueEntry } from '../../../lib/keys/due.js';
import { decodeGrantRecord } from '../../../lib/keys/grant_record.js';
import type { KeyRecord } from '../../../lib/keys/key_record.js';
import { decodeKeyRecord } from '../../../lib/keys/key_record.js';
import { unlockStore } from '../../../lib/keys/root_key.js';
import type { SealedRecord } from '../../../lib/store/sealed_store.js';

/** Reads the whole store in the folder, which nobody has open. */
export async function expectWholeStore(path: string): Promise<void> {
  const ground = await openFolder(addon(), path);
  const source = { keyFile: join(path, 'root.key') };
  const { store, rootKey } = await unlockStore(addon(), ground, source);
  try {
    const keys = new Map<string, KeyRecord>();
    for (const { path: name, value } of await store.range({ prefix: 'key/' }))
      keys.set(lastPart(name), decodeKeyRecord(value) as KeyRecord);
    expectAliases(keys, await store.range({ prefix: 'alias/' }));
    expectGrants(
      keys,
      await store.range({ prefix: 'grant/' }),
      await store.range({ prefix: 'retirable/' }),
    );
    expectDueLines(keys, await store.range({ prefix: 'due/' }));
  } finally {
    addon().rootKeyDispose(rootKey.handle);
    await ground.close();
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Each side names the other. */
function expectAliases(
  keys: ReadonlyMap<string, KeyRecord>,
  aliases: readonly SealedRecord[],
): void {
  const fromAliases = aliases.map(
    ({ path, value }) => `${decodeAliasRecord(value).targetKeyId} ${lastPart(path)}`,
  );
  const fromKeys = [...keys].flatMap(([keyId, { aliasNames }]) =>
    aliasNames.map((name) => `${keyId} ${lastPart(name)}`),
  );
  expect(fromKeys.sort()).toEqual(fromAliases.sort());
}

/** A key knows how many it has; each has its mark. Those of a destroyed key wait to be swept up. */
function expectGrants(
  keys: ReadonlyMap<string, KeyRecord>,
  grants: readonly SealedRecord[],
  marks: readonly SealedRecord[],
): void {
  const counts = new Map<string, number>();
  const names: string[] = [];
  for (const { path, value } of grants) {
    const keyId = path.split('/')[3] as string;
    counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
    if (decodeGrantRecord(value).retiringPrincipal !== undefined) names.push(lastPart(path));
  }
  for (const [keyId, { grantCount }] of keys) expect(grantCount).toBe(counts.get(keyId) ?? 0);
  expect(names.sort()).toEqual(marks.map(({ path }) => lastPart(path)).sort());
}

/** A key that waits for something has one line, at its time; a key that is gone has one at most. */
function expectDueLines(
  keys: ReadonlyMap<string, KeyRecord>,
  lines: readonly SealedRecord[],
): void {
  const waiting = [...keys].filter(([, record]) => dueAtMs(record) !== undefined);
  const entries = lines.map(({ path }) => toDueEntry(path));
  const ofKeys = entries.filter(({ location }) => keys.has(location.keyId));
  expect(ofKeys.map(({ location, timeMs }) => `${location.keyId} ${timeMs}`).sort()).toEqual(
    waiting.map(([keyId, record]) => `${keyId} ${dueAtMs(record)}`).sort(),
  );
  expect(new Set(entries.map(({ location }) => location.keyId)).size).toBe(entries.length);
}
