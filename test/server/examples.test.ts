// The examples of servers and clients, run as a reader would run them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { send } from './support/wire_client.js';

const examples = new URL('../../examples/', import.meta.url);

function start(name: string, env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [fileURLToPath(new URL(name, examples))], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(name: string) {
  const child = start(name);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await once(child, 'close');
  const [stdout, stderr] = await output;
  return { status, stdout, stderr };
}

test('aws_sdk_client.mjs', async () => {
  const { status, stdout, stderr } = await run('aws_sdk_client.mjs');
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(
    /^key {7}arn:aws:kms:eu-central-1:111122223333:key\/[-0-9a-f]{36}\ndata key {2}144 bytes encrypted; opened again: true\nrefused {3}AccessDeniedException: User: arn:aws:iam::111122223333:user\/alice is not authorized to perform: kms:CreateKey on resource: \* because .*\n$/,
  );
});

test('object_store.mjs', async () => {
  const { status, stdout, stderr } = await run('object_store.mjs');
  expect(status, stderr).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('alice reads  find all the doggos');
  expect(lines[1]).toMatch(/^refused {6}bob, through the store: AccessDeniedException User: .*bob/);
  expect(lines[2]).toMatch(
    /^refused {6}alice, around the store: AccessDeniedException User: .*alice/,
  );
  expect(lines[3]).toBe('refused      alice, an object swapped: InvalidCiphertextException');
});

test('tenant_server.mjs', async () => {
  const child = start('tenant_server.mjs', { PORT: '0' });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const url = String(line).replace('notes on ', '');
  const ask = (method: string, name: string, tenant: string, body = '') =>
    send(url, {
      method,
      path: `/notes/${name}`,
      headers: { 'x-tenant': tenant, 'content-length': String(body.length) },
      body,
    });
  expect((await ask('PUT', 'plan', 'alice', 'find all the doggos')).status).toBe(204);
  expect(await ask('GET', 'plan', 'alice')).toMatchObject({
    status: 200,
    body: 'find all the doggos',
  });
  expect((await ask('GET', 'plan', 'bob')).status).toBe(404);
  expect((await ask('GET', '../plan', 'alice')).status).toBe(400);
  expect((await ask('GET', 'plan', '../alice')).status).toBe(400);
  expect((await ask('DELETE', 'plan', 'alice')).status).toBe(405);
  expect((await ask('PUT', 'plan', 'alice', 'x'.repeat(70_000))).status).toBe(413);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
