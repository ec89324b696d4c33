// What another process sees of the data keys and plaintexts that a server has answered and was sent.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServingProgram, startServing } from '../server/support/serving_program.js';
import { callKms } from '../server/support/signed_client.js';
import { pieces } from './support/needles.js';
import { searchMemory } from './support/process_memory.js';

let folder: string;
let program: ServingProgram;
let keyId: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-memory-'));
  program = await startServing(folder, 1);
  keyId = (await call('CreateKey', {})).KeyMetadata.KeyId;
});
afterAll(async () => {
  await program.kill();
  rmSync(folder, { recursive: true, force: true });
});

const userAgent = 'an agent that nobody forgets so soon';

async function call(name: string, input: object) {
  const { url, credentials } = program;
  const headers = { 'user-agent': userAgent };
  const { status, body } = await callKms(url, name, input, { credentials, headers });
  if (status !== 200) throw new Error(body);
  return JSON.parse(body);
}

/** As bytes, and as the wire has it. */
function needlesOf(name: string, base64: string) {
  return [
    ...pieces(name, new Uint8Array(Buffer.from(base64, 'base64'))),
    ...pieces(`${name} in base64`, new Uint8Array(Buffer.from(base64))),
  ];
}

function found(needles: ReturnType<typeof pieces>): string[] {
  const { findings, bytesRead } = searchMemory(program.process.pid as number, needles);
  expect(bytesRead).toBeGreaterThan(50_000_000);
  return findings.map(({ name, mapping }) => `${name} in ${mapping.name}`);
}

it('the search finds what the server keeps', async () => {
  expect(found(pieces('user agent', new Uint8Array(Buffer.from(userAgent))))).not.toEqual([]);
});

it('nothing of a data key is there once it is answered', async () => {
  const { Plaintext, CiphertextBlob } = await call('GenerateDataKey', {
    KeyId: keyId,
    KeySpec: 'AES_256',
  });
  expect(found(needlesOf('data key', Plaintext))).toEqual([]);
  expect((await call('Decrypt', { CiphertextBlob })).Plaintext).toBe(Plaintext);
  expect(found(needlesOf('opened data key', Plaintext))).toEqual([]);
});

it('nothing of a plaintext is there once another request has come', async () => {
  const Plaintext = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
  await call('Encrypt', { KeyId: keyId, Plaintext });
  // Node reads the next request into the same memory.
  await call('Encrypt', { KeyId: keyId, Plaintext: 'A'.repeat(1000) });
  expect(found(needlesOf('plaintext', Plaintext))).toEqual([]);
});
