import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import type { KmsClient } from '../../lib/kms_client.js';
import { account, codeOf } from '../keys/support/engines.js';
import { startProgram } from '../process/child_process.js';
import { soakCount } from './support/scale.js';
import { expectWholeStore } from './support/whole_store.js';

const path = mkdtempSync(join(tmpdir(), 'keystead-durability-'));
afterAll(() => rmSync(path, { recursive: true }));

const kills = soakCount(5, 200);
const lifeMsMax = 150;

/** The value of an alias that is not there. */
const none = 'none';

/** What must be the case, and what may be instead since the process died on its way there. */
type Facts = Map<string, readonly string[]>;

test(`${kills} times kill -9: all that was acknowledged is there, nothing half-made is`, async () => {
  const all: Facts = new Map();
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
    await expectWholeStore(path);
    const facts = factsOf(program.lines().slice(1));
    for (const [fact, values] of facts) all.set(fact, values);
    await expectFacts(facts);
    await expectWholeStore(path);
  }
  expect(all.size).toBeGreaterThan(kills);
  await expectFacts(all);
});

function factsOf(lines: readonly string[]): Facts {
  const facts: Facts = new Map();
  for (const line of lines) {
    const said = JSON.parse(line) as { try?: string; done?: string; value: string };
    if (said.done !== undefined) facts.set(said.done, [said.value]);
    else facts.set(said.try as string, [...(facts.get(said.try as string) ?? [none]), said.value]);
  }
  for (const fact of facts.keys()) if (!isToldWhole(fact, facts)) facts.delete(fact);
  return facts;
}

/** What is said of a key that may be gone is not asked. */
function isToldWhole(fact: string, facts: Facts): boolean {
  const [kind, keyId] = fact.split(' ');
  if (kind === 'alias')
    return (facts.get(fact) ?? []).every((id) => id === none || isThere(id, facts));
  return kind === 'key' || isThere(keyId as string, facts);
}

function isThere(keyId: string, facts: Facts): boolean {
  return facts.get(`key ${keyId}`)?.join() === 'there';
}

/** The store opens, takes another key, and says what was acknowledged. */
async function expectFacts(facts: Facts): Promise<void> {
  const kms = await Kms.open({ path, account });
  const client = kms.client();
  const { KeyMetadata } = await client.createKey();
  await expectWorking(client, KeyMetadata.KeyId);
  for (const [fact, values] of facts) {
    const [kind = '', first = '', second = ''] = fact.split(' ');
    const value = await (readers[kind] as Reader)(client, first, second);
    expect(values, fact).toContain(value);
    if (kind === 'key' && value === 'there') await expectWorking(client, first);
  }
  await kms.close();
}

type Reader = (client: KmsClient, name: string, id: string) => Promise<string>;

const readers: Record<string, Reader> = {
  async key(client, KeyId) {
    const code = await codeOf(client.describeKey({ KeyId }));
    return code === 'NotFoundException' ? 'gone' : 'there';
  },
  async alias(client, KeyId) {
    const code = await codeOf(client.describeKey({ KeyId }));
    if (code === 'NotFoundException') return none;
    return (await client.describeKey({ KeyId })).KeyMetadata.KeyId;
  },
  async policy(client, KeyId) {
    const { Policy } = await client.getKeyPolicy({ KeyId });
    return JSON.parse(Policy).Id;
  },
  async materials(client, KeyId) {
    const request = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' } as const;
    return String((await client.listKeyRotations(request)).Rotations.length);
  },
  async grant(client, KeyId, GrantId) {
    const { Grants } = await client.listGrants({ KeyId, GrantId });
    return Grants.length === 0 ? 'gone' : 'there';
  },
};

/** A key that waits for its deletion cannot be used, and is left alone. */
async function expectWorking(client: KmsClient, KeyId: string): Promise<void> {
  const { KeyMetadata } = await client.describeKey({ KeyId });
  if (KeyMetadata.KeyState === 'PendingDeletion') return;
  const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: Uint8Array.of(1) });
  expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(Uint8Array.of(1));
}
