// A server that is asked for data keys and sent nonsense for a long time: its memory stays what it was
// once it was warm.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServingProgram, startServing } from '../server/support/serving_program.js';
import { signedHeaders } from '../server/support/signed_client.js';
import { dial, send, targetHeaders } from '../server/support/wire_client.js';
import { soakCount } from './support/scale.js';

const requests = soakCount(1500, 150_000);
const warmUpRequests = soakCount(1500, 20_000);
const clients = 8;
const growthMaxBytes = 48 * 1024 * 1024;

let folder: string;
let program: ServingProgram;
let keyId: string;
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keystead-flat-'));
  program = await startServing(folder, 1);
  keyId = JSON.parse((await signed('CreateKey', '{}')).body).KeyMetadata.KeyId;
});
afterAll(async () => {
  agent.destroy();
  await program.kill();
  rmSync(folder, { recursive: true, force: true });
});

function signed(name: string, body: string) {
  const { url, credentials } = program;
  const headers = signedHeaders(url, body, { credentials, headers: targetHeaders(name) });
  return send(url, { headers, body, agent });
}

async function leave() {
  const socket = await dial(program.url);
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{');
  socket.resetAndDestroy();
  return { status: 0 };
}

/** What is sent in turn, and the status of its answer. */
const kinds: readonly (readonly [number, (i: number) => Promise<{ status: number }>])[] = [
  [200, () => signed('GenerateDataKey', JSON.stringify({ KeyId: keyId, KeySpec: 'AES_256' }))],
  [200, () => signed('ListKeys', '{}')],
  [400, (i) => signed('DescribeKey', JSON.stringify({ KeyId: `alias/none${i}` }))],
  [400, (i) => send(program.url, { headers: targetHeaders('Encrypt'), body: `{"a":${i}`, agent })],
  [400, (i) => send(program.url, { headers: { 'x-amz-target': `x${i}` }, agent })],
  [
    400,
    (i) => {
      const authorization = `AWS4-HMAC-SHA256 Credential=AKIA${i}/a/b/c/d, SignedHeaders=h${i}, Signature=x`;
      const headers = {
        ...targetHeaders('ListKeys'),
        authorization,
        'x-amz-date': '20260102T030405Z',
      };
      return send(program.url, { headers, body: '{}', agent });
    },
  ],
  [
    413,
    () =>
      send(program.url, { headers: { 'content-length': '2000000' }, body: 'x'.repeat(2_000_000) }),
  ],
  [0, leave],
];

async function work(count: number): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) {
      const i = next++;
      // The long ones are rare.
      const [status, ask] = kinds[i % 100 < 96 ? i % 6 : 6 + (i % 2)] as (typeof kinds)[number];
      expect((await ask(i)).status).toBe(status);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${program.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

test('memory stays flat', async () => {
  await work(warmUpRequests);
  const before = residentBytes();
  await work(requests);
  expect(residentBytes() - before).toBeLessThan(growthMaxBytes);
});
