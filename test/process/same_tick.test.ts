// What one process was told is done, the next request of every other goes by, in the very tick in
// which the answer arrived.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import type { KmsClient } from '../../lib/kms_client.js';
import { account, codeOf, keyPolicy } from '../keys/support/engines.js';
import { startProgram } from './child_process.js';
import { type OtherProcess, openElsewhere } from './support/other_process.js';

const path = mkdtempSync(join(tmpdir(), 'keystead-tick-'));
const Plaintext = Uint8Array.of(1);
const grantee = `arn:aws:iam::${account}:role/grantee`;
const rounds = 8;

let kms: Kms;
let client: KmsClient;
let other: OtherProcess;
beforeAll(async () => {
  kms = await Kms.open({ path, account });
  client = kms.client();
  other = await openElsewhere(path);
});
afterAll(async () => {
  expect(await other.end()).toEqual({ status: 0, stderr: '' });
  await kms.close();
  rmSync(path, { recursive: true });
});

async function createKey(): Promise<string> {
  return (await client.createKey({ Policy: keyPolicy() })).KeyMetadata.KeyId;
}

/** Has the other process do it; it must succeed. */
async function elsewhere(operation: string, input: object): Promise<unknown> {
  const { output, code } = await other.run(operation, input);
  if (code !== undefined) throw new Error(`${operation}: ${code}`);
  return output;
}

/** Requests that serve until they are cut off, so that everything about the key is cached. */
async function warm(request: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 3; i++) await request();
}

test('a disabled key', async () => {
  const KeyId = await createKey();
  const encrypt = () => client.encrypt({ KeyId, Plaintext });
  for (let round = 0; round < rounds; round++) {
    await warm(encrypt);
    await elsewhere('disableKey', { KeyId });
    expect(await codeOf(encrypt())).toBe('DisabledException');
    await elsewhere('enableKey', { KeyId });
  }
});

test('a changed policy', async () => {
  const KeyId = await createKey();
  const [open, closed] = ['Allow', 'Deny'].map((Effect) =>
    keyPolicy({ Effect, Principal: { AWS: grantee }, Action: 'kms:Encrypt', Resource: '*' }),
  );
  const encrypt = () => kms.client({ principal: grantee }).encrypt({ KeyId, Plaintext });
  for (let round = 0; round < rounds; round++) {
    await elsewhere('putKeyPolicy', { KeyId, PolicyName: 'default', Policy: open });
    await warm(encrypt);
    await elsewhere('putKeyPolicy', { KeyId, PolicyName: 'default', Policy: closed });
    expect(await codeOf(encrypt())).toBe('AccessDeniedException');
  }
});

test('a grant that was made, and revoked', async () => {
  const KeyId = await createKey();
  const encrypt = () => kms.client({ principal: grantee }).encrypt({ KeyId, Plaintext });
  const input = { KeyId, GranteePrincipal: grantee, Operations: ['Encrypt'] };
  for (let round = 0; round < rounds; round++) {
    expect(await codeOf(encrypt())).toBe('AccessDeniedException');
    const { GrantId } = (await elsewhere('createGrant', input)) as { GrantId: string };
    await warm(encrypt);
    await elsewhere('revokeGrant', { KeyId, GrantId });
    expect(await codeOf(encrypt())).toBe('AccessDeniedException');
  }
});

test('more grants than a process keeps up with one by one', async () => {
  const KeyId = await createKey();
  const first = await client.createGrant({
    KeyId,
    GranteePrincipal: grantee,
    Operations: ['Encrypt'],
  });
  const encrypt = () => kms.client({ principal: grantee }).encrypt({ KeyId, Plaintext });
  await warm(encrypt);
  await elsewhere('revokeGrant', { KeyId, GrantId: first.GrantId });
  for (let i = 0; i < 40; i++) {
    const GranteePrincipal = `arn:aws:iam::${account}:role/${i}`;
    await elsewhere('createGrant', { KeyId, GranteePrincipal, Operations: ['Encrypt'] });
  }
  expect(await codeOf(encrypt())).toBe('AccessDeniedException');
  expect((await client.listGrants({ KeyId, Limit: 100 })).Grants).toHaveLength(40);
  await kms.client({ principal: `arn:aws:iam::${account}:role/39` }).encrypt({ KeyId, Plaintext });
});

test('a moved alias, and a deleted one', async () => {
  const keys = [await createKey(), await createKey()];
  const AliasName = 'alias/moving';
  const target = async () => (await client.encrypt({ KeyId: AliasName, Plaintext })).KeyId;
  await client.createAlias({ AliasName, TargetKeyId: keys[1] as string });
  for (let round = 0; round < rounds; round++) {
    const TargetKeyId = keys[round % 2] as string;
    await warm(target);
    await elsewhere('updateAlias', { AliasName, TargetKeyId });
    expect(await target()).toContain(TargetKeyId);
  }
  await elsewhere('deleteAlias', { AliasName });
  expect(await codeOf(target())).toBe('NotFoundException');
});

test('the same in the other direction', async () => {
  const KeyId = await createKey();
  for (let round = 0; round < rounds; round++) {
    await elsewhere('describeKey', { KeyId });
    await client.disableKey({ KeyId });
    const input = { KeyId, NumberOfBytes: 32 };
    expect(await other.run('generateDataKey', input)).toEqual({ code: 'DisabledException' });
    await client.enableKey({ KeyId });
    expect((await other.run('generateDataKey', input)).code).toBeUndefined();
  }
});

test('a reader never sees an older state than the last that was acknowledged', async () => {
  const keyIds = [await createKey(), await createKey()];
  const writers = keyIds.map((KeyId) => startProgram('counting_program.mjs', path, KeyId));
  try {
    await vi.waitFor(
      () => expect(writers.every((writer) => writer.lines().length > 1)).toBe(true),
      { timeout: 20_000, interval: 5 },
    );
    const until = performance.now() + 1500;
    const seen = new Set<string>();
    while (performance.now() < until) {
      for (const [i, KeyId] of keyIds.entries()) {
        const acknowledged = Number(writers[i]?.lines().at(-1));
        const { KeyMetadata } = await client.describeKey({ KeyId });
        expect(Number(KeyMetadata.Description)).toBeGreaterThanOrEqual(acknowledged);
        seen.add(`${KeyId} ${KeyMetadata.Description}`);
      }
      await new Promise(setImmediate);
    }
    expect(seen.size).toBeGreaterThan(20);
  } finally {
    for (const writer of writers) writer.process.stdin.end();
  }
  for (const writer of writers) expect(await writer.ended).toEqual({ status: 0, stderr: '' });
});
