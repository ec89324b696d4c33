import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { openFolder } from '../../lib/engine.js';
import { addon } from '../../lib/hsm/index.js';
import { decodeAliasRecord } from '../../lib/keys/alias_record.js';
import { decodeKeyRecord } from '../../lib/keys/key_record.js';
import { unlockStore } from '../../lib/keys/root_key.js';
import { Kms } from '../../lib/kms.js';
import { startProgram } from '../process/child_process.js';

const path = mkdtempSync(join(tmpdir(), 'keystead-durability-'));
afterAll(() => rmSync(path, { recursive: true }));

const soak = Number(process.env['KEYSTEAD_SOAK'] ?? 0);
const kills = soak > 0 ? 200 * soak : 4;
const lifeMsMax = 60;

test(`${kills} times kill -9: all that was acknowledged is there, nothing half-made is`, async () => {
  const acknowledged: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const program = startProgram('writer_program.mjs', path, `${kill}`);
    // Every other one has written something: how far the rest come depends on the machine's load.
    const linesBefore = kill % 2;
    await vi.waitFor(() => expect(program.lines().length).toBeGreaterThan(linesBefore), {
      timeout: 20_000,
      interval: 1,
    });
    await sleep(Math.random() * lifeMsMax);
    program.process.kill('SIGKILL');
    expect(await program.ended).toEqual({ status: null, stderr: '' });
    const names = program.lines().slice(1);
    acknowledged.push(...names);
    await verify(names);
  }
  expect(acknowledged.length).toBeGreaterThan(0);
  await verify(acknowledged);
});

/** Each name leads to a key that works, and the store takes another one. */
async function verify(names: readonly string[]): Promise<void> {
  const kms = await Kms.open({ path });
  const client = kms.client();
  const { KeyMetadata } = await client.createKey();
  for (const KeyId of [...names, KeyMetadata.KeyId]) {
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: Uint8Array.of(1) });
    expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(Uint8Array.of(1));
  }
  await kms.close();
  await verifyWhole();
}

/** A key and its aliases change together: each side names the other. */
async function verifyWhole(): Promise<void> {
  const ground = openFolder(addon(), path);
  const { store, rootKey } = await unlockStore(addon(), ground, {
    keyFile: join(path, 'root.key'),
  });
  const aliases = await store.range({ prefix: 'alias/' });
  const fromAliases = aliases.map((alias) => {
    const { targetKeyId } = decodeAliasRecord(alias.value);
    return `${targetKeyId} ${alias.path.split('/').at(-1)}`;
  });
  const keys = await store.range({ prefix: 'key/' });
  const fromKeys = keys.flatMap((key) => {
    const { aliasNames } = decodeKeyRecord(key.value);
    return aliasNames.map((name) => `${key.path.split('/').at(-1)} ${name.split('/').at(-1)}`);
  });
  expect(fromKeys.sort()).toEqual(fromAliases.sort());
  addon().rootKeyDispose(rootKey.handle);
  await ground.close();
}
