// kill -9 of a server and all its workers under load: every key and policy whose creation was answered
// is there when it serves again, and no policy is half of one.

import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ServingProgram, startServing } from '../server/support/serving_program.js';
import { signedHeaders } from '../server/support/signed_client.js';
import { send, targetHeaders } from '../server/support/wire_client.js';
import { soakCount } from './support/scale.js';

const rounds = soakCount(1, 60);
const clients = 4;
const loadMs = { min: 200, max: 1200 };

/** What a client knows of a key of its own. */
interface KnownKey {
  readonly keyId: string;
  /** The Sid of the last policy that was answered; undefined: the first one is still there. */
  answered: string | undefined;
  /** Sent, and not answered. */
  pending: string | undefined;
}

let folder: string;
let agent: Agent;
let program: ServingProgram;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-kill-'));
  agent = new Agent({ keepAlive: true });
});
afterEach(async () => {
  agent.destroy();
  const { exitCode, signalCode } = program.process;
  if (exitCode === null && signalCode === null) await program.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function call(name: string, input: object) {
  const { url, credentials } = program;
  const body = JSON.stringify(input);
  const headers = signedHeaders(url, body, { credentials, headers: targetHeaders(name) });
  const answer = await send(url, { headers, body, agent });
  if (answer.status !== 200) throw new Error(`${name}: ${answer.body}`);
  return JSON.parse(answer.body);
}

function policy(sid: string): string {
  const statement = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: sid, ...statement }] });
}

/** Makes keys and changes policies until the server is gone. */
async function work(keys: KnownKey[], state: { isKilled: boolean }): Promise<void> {
  try {
    for (let i = 0; ; i++) {
      const { KeyMetadata } = await call('CreateKey', {});
      const key: KnownKey = { keyId: KeyMetadata.KeyId, answered: undefined, pending: undefined };
      keys.push(key);
      for (let j = 0; j < 3; j++) {
        key.pending = `round${i}x${j}`;
        const Policy = policy(key.pending);
        await call('PutKeyPolicy', { KeyId: key.keyId, Policy, PolicyName: 'default' });
        key.answered = key.pending;
        key.pending = undefined;
      }
    }
  } catch (error) {
    // A server that was killed resets its connections; one that was not must not fail.
    if (!state.isKilled) throw error;
  }
}

async function expectThere({ keyId, answered, pending }: KnownKey): Promise<void> {
  const { KeyMetadata } = await call('DescribeKey', { KeyId: keyId });
  expect(KeyMetadata.KeyState).toBe('Enabled');
  const { Policy } = await call('GetKeyPolicy', { KeyId: keyId });
  const { Sid } = JSON.parse(Policy).Statement[0];
  const first = 'Enable IAM User Permissions';
  expect([answered ?? first, pending]).toContain(Sid);
  await call('GenerateDataKey', { KeyId: keyId, KeySpec: 'AES_256' });
}

test(`kills under load lose nothing that was answered`, async () => {
  const keys: KnownKey[] = [];
  for (let round = 0; round < rounds; round++) {
    program = await startServing(folder, 2);
    const before = keys.length;
    const state = { isKilled: false };
    const works = Array.from({ length: clients }, () => work(keys, state));
    await sleep(loadMs.min + Math.random() * (loadMs.max - loadMs.min));
    state.isKilled = true;
    await program.kill();
    await Promise.all(works);
    program = await startServing(folder, 1);
    expect(keys.length).toBeGreaterThan(before);
    for (const key of keys.slice(-200)) await expectThere(key);
    await program.kill();
  }
  program = await startServing(folder, 1);
  for (const key of keys) await expectThere(key);
});
