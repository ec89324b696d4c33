// Clients that send further requests before the first is answered: nothing of theirs stays behind,
// in order or not.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as tick } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { createHandler } from '../../lib/server/handler.js';
import type { ServeOptions } from '../../lib/server/serve_options.js';
import type { ServedRequest } from '../../lib/server/served_request.js';
import { type Signing, signedHeaders } from './support/signed_client.js';
import { makeAccessKey, startServer, type TestServer } from './support/test_server.js';
import { dial, jsonType, parseAnswer, readAll, targetHeaders } from './support/wire_client.js';

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: ServeOptions, openOptions = {}): Promise<TestServer> {
  const server = await startServer(options, openOptions);
  open.push(server);
  return server;
}

function bytesOf(url: string, operation: string, input: object, signing: Signing): string {
  const body = JSON.stringify(input);
  const headers = signedHeaders(url, body, { ...signing, headers: targetHeaders(operation) });
  const lines = Object.entries({ ...headers, 'content-length': body.length });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `POST / HTTP/1.1\r\n${head}\r\n${body}`;
}

/** All answers of a connection, taken apart. */
function answersOf(all: string) {
  return all
    .split(/(?=HTTP\/1\.1 \d)/)
    .filter((answer) => answer !== '')
    .map((answer) => parseAnswer(answer));
}

/** Holds requests back until it is opened. */
function barrier() {
  let opened: () => void = () => {};
  const wall = new Promise<void>((resolve) => {
    opened = resolve;
  });
  return { wall, opened: () => opened() };
}

async function inFlight({ server }: TestServer): Promise<string | undefined> {
  const metrics = await fetch(`${server.monitorUrl}/metrics`);
  return /^keystead_requests_in_flight (\d+)$/m.exec(await metrics.text())?.[1];
}

test('many are answered in their order', async () => {
  const server = await start({});
  const credentials = await makeAccessKey(server);
  const socket = await dial(server.url);
  const all = readAll(socket);
  const inputs = Array.from({ length: 200 }, (_, i) => ({ Description: `${i}` }));
  socket.end(
    inputs.map((input) => bytesOf(server.url, 'CreateKey', input, { credentials })).join(''),
  );
  const told = answersOf(await all).map(({ body }) => JSON.parse(body).KeyMetadata.Description);
  expect(told).toEqual(inputs.map(({ Description }) => Description));
});

test('a client that leaves before it is answered is counted, and its plaintexts are wiped', async () => {
  const { wall, opened } = barrier();
  const over: ServedRequest[] = [];
  const outputs: Uint8Array[] = [];
  const server = await start({
    beforeAnswer: async ({ operation, output }) => {
      if (operation === 'DescribeKey') return wall;
      outputs.push(output?.['Plaintext'] as Uint8Array);
    },
    afterRequest: (request) => void over.push(request),
  });
  const credentials = await makeAccessKey(server);
  const { KeyMetadata } = await server.kms.client().createKey();
  const KeyId = KeyMetadata.KeyId;
  const socket = await dial(server.url);
  const key = { KeyId, KeySpec: 'AES_256' };
  socket.write(
    [
      bytesOf(server.url, 'DescribeKey', { KeyId }, { credentials }),
      ...[1, 2, 3].map(() => bytesOf(server.url, 'GenerateDataKey', key, { credentials })),
    ].join(''),
  );
  await vi.waitFor(() => expect(outputs).toHaveLength(3));
  expect(outputs.every((bytes) => bytes.some((byte) => byte !== 0))).toBe(true);
  socket.destroy();
  // The first is held back still.
  await vi.waitFor(() => expect(over).toHaveLength(3), 5000);
  expect(outputs.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  opened();
  await vi.waitFor(() => expect(over).toHaveLength(4), 5000);
});

test('an end of the server answers all that it has taken', async () => {
  const { wall, opened } = barrier();
  let made = 0;
  const server = await start({
    beforeAnswer: async () => {
      made += 1;
      return wall;
    },
  });
  const credentials = await makeAccessKey(server);
  const socket = await dial(server.url);
  const all = readAll(socket);
  const create = () => bytesOf(server.url, 'CreateKey', {}, { credentials });
  socket.write([create(), create(), create()].join(''));
  await vi.waitFor(() => expect(made).toBe(3));
  const closing = server.server.close({ graceMs: 5000 });
  opened();
  expect(await closing).toBe(true);
  expect(answersOf(await all).map(({ status }) => status)).toEqual([200, 200, 200]);
});

/** A request that no operation is asked with. */
function postOf(sizeBytes: number): string {
  return `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${sizeBytes}\r\n\r\n${'x'.repeat(sizeBytes)}`;
}

test('a client that leaves before its refusal can be sent is counted', async () => {
  const { wall, opened } = barrier();
  const over: ServedRequest[] = [];
  let asked = 0;
  const server = await start({
    maxBodyBytes: 1024,
    beforeAnswer: ({ operation }) => {
      asked += 1;
      return operation === 'CreateKey' ? wall : undefined;
    },
    afterRequest: (request) => void over.push(request),
  });
  const credentials = await makeAccessKey(server);
  const socket = await dial(server.url);
  socket.write(bytesOf(server.url, 'CreateKey', {}, { credentials }) + postOf(1025));
  await vi.waitFor(() => expect(asked).toBe(2));
  socket.destroy();
  await vi.waitFor(() => expect(over).toHaveLength(1), 5000);
  expect(over[0]?.error?.code).toBe('RequestEntityTooLargeException');
  opened();
  await vi.waitFor(() => expect(over).toHaveLength(2), 5000);
});

test('what follows a request that is refused early holds nothing back', async () => {
  const maxBodyBytes = 64 * 1024;
  const server = await start({ maxBodyBytes, insecureNoAuth: true, metricsPort: 0 });
  for (let i = 0; i < 20; i++) {
    const socket = await dial(server.url);
    const all = readAll(socket);
    socket.write(postOf(maxBodyBytes + 1) + postOf(60_000));
    expect(parseAnswer(await all).status).toBe(413);
  }
  await vi.waitFor(async () => expect(await inFlight(server)).toBe('0'), 10_000);
});

test('a request that is refused early waits for the answers before it', async () => {
  const { wall, opened } = barrier();
  let held = 0;
  const over: ServedRequest[] = [];
  const server = await start({
    maxBodyBytes: 1024,
    beforeAnswer: async ({ operation }) => {
      if (operation !== 'CreateKey') return;
      held += 1;
      await wall;
    },
    afterRequest: (request) => void over.push(request),
  });
  const credentials = await makeAccessKey(server);
  const socket = await dial(server.url);
  const all = readAll(socket);
  const create = bytesOf(server.url, 'CreateKey', {}, { credentials });
  socket.write(create + postOf(2000));
  await vi.waitFor(() => expect(held).toBe(1));
  await tick(50);
  expect(over).toEqual([]);
  opened();
  expect(answersOf(await all).map(({ status }) => status)).toEqual([200, 413]);
  await vi.waitFor(() => expect(over).toHaveLength(2), 5000);
});

test('what follows the last answer of a connection is not done', async () => {
  const server = await start({ maxBodyBytes: 1024 });
  const credentials = await makeAccessKey(server);
  const client = server.kms.client();
  const create = bytesOf(server.url, 'CreateKey', {}, { credentials });
  const tooLong = postOf(2000);
  for (const bytes of [tooLong + create, `${create}${tooLong}${create}`]) {
    const before = (await client.listKeys()).Keys.length;
    const socket = await dial(server.url);
    const all = readAll(socket);
    socket.write(bytes);
    const statuses = answersOf(await all).map(({ status }) => status);
    expect(statuses.at(-1)).toBe(413);
    const made = (await client.listKeys()).Keys.length - before;
    expect(made).toBe(statuses.length - 1);
  }
});

test.each([1, 2, 3])(
  'bytes that are no request get no answer before the %i before them',
  async (count) => {
    const { wall, opened } = barrier();
    let held = 0;
    const server = await start({
      beforeAnswer: async () => {
        held += 1;
        await wall;
      },
    });
    const credentials = await makeAccessKey(server);
    const socket = await dial(server.url);
    const all = readAll(socket);
    const create = bytesOf(server.url, 'CreateKey', {}, { credentials });
    socket.write(`${create.repeat(count)}no request\r\n\r\n`);
    await vi.waitFor(() => expect(held).toBe(count));
    socket.write('nor this\r\n\r\n');
    await tick(50);
    opened();
    expect(answersOf(await all).map(({ status }) => status)).toEqual(Array(count).fill(200));
  },
);

test('a body that breaks is answered at once, and its connection does not stay', async () => {
  const server = await start({ insecureNoAuth: true, metricsPort: 0 });
  // It keeps its side open.
  const socket = await dial(server.url, { allowHalfOpen: true });
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(parseAnswer(answer.toString()).status).toBe(400);
  await vi.waitFor(async () => expect(await inFlight(server)).toBe('0'), 10_000);
  socket.destroy();
});

test('a refused request that is never whole gets one answer', async () => {
  const server = await start({
    maxBodyBytes: 1024,
    headersTimeoutMs: 500,
    requestTimeoutMs: 500,
  });
  const socket = await dial(server.url);
  const all = readAll(socket);
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2000\r\n\r\nx');
  expect(answersOf(await all).map(({ status }) => status)).toEqual([413]);
});

test('a client that leaves while its refusal is held back is counted', async () => {
  const { wall, opened } = barrier();
  const over: ServedRequest[] = [];
  let held = 0;
  const server = await start({
    maxBodyBytes: 1024,
    beforeAnswer: async () => {
      held += 1;
      await wall;
    },
    afterRequest: (request) => void over.push(request),
  });
  const socket = await dial(server.url);
  socket.write(postOf(2000));
  await vi.waitFor(() => expect(held).toBe(1));
  socket.destroy();
  await tick(50);
  opened();
  await vi.waitFor(() => expect(over).toHaveLength(1), 5000);
});

test('bytes that are no request cut off no answer that is under way', async () => {
  const { wall, opened } = barrier();
  let held = 0;
  const count = 100;
  const server = await start({
    beforeAnswer: async () => {
      held += 1;
      await wall;
    },
  });
  const client = server.kms.client();
  for (let i = 0; i < 1000; i++) await client.createKey();
  const credentials = await makeAccessKey(server);
  const socket = await dial(server.url);
  socket.pause();
  const list = bytesOf(server.url, 'ListKeys', { Limit: 1000 }, { credentials });
  socket.write(list.repeat(count));
  await vi.waitFor(() => expect(held).toBe(count), 10_000);
  opened();
  await tick(100);
  socket.write('no request\r\n\r\n');
  await tick(100);
  const all = readAll(socket);
  socket.resume();
  const statuses = answersOf(await all).map(({ status }) => status);
  expect(statuses.slice(0, count)).toEqual(Array(count).fill(200));
});

test('behind middleware that takes its time, every request is answered', async () => {
  const kms = await Kms.open({ store: 'memory' });
  const handler = createHandler(kms, { maxBodyBytes: 1024, insecureNoAuth: true });
  const server = createServer(async (request, response) => {
    if (request.headers['x-slow'] !== undefined) await tick(50);
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = await dial(`http://127.0.0.1:${port}`);
  const all = readAll(socket);
  socket.write(postOf(10).replace('\r\n', '\r\nx-slow: 1\r\n') + postOf(2000));
  expect(answersOf(await all).map(({ status }) => status)).toEqual([400, 413]);
  server.close();
  await kms.close();
});

test('what follows a refusal is not done in a server of somebody else either', async () => {
  const kms = await Kms.open({ store: 'memory' });
  const handler = createHandler(kms, { maxBodyBytes: 1024, insecureNoAuth: true });
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const create = `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: TrentService.CreateKey\r\ncontent-type: ${jsonType}\r\ncontent-length: 2\r\n\r\n{}`;
  for (const [before, made] of [
    ['', 0],
    [create, 1],
  ] as const) {
    const keys = (await kms.client().listKeys()).Keys.length;
    const socket = await dial(url);
    const all = readAll(socket);
    socket.write(before + postOf(2000) + create);
    expect(answersOf(await all).at(-1)?.status).toBe(413);
    expect((await kms.client().listKeys()).Keys.length - keys).toBe(made);
  }
  server.close();
  await kms.close();
});

test('very many requests before bytes that are none are all answered', async () => {
  const { wall, opened } = barrier();
  let held = 0;
  const count = 20_000;
  const server = await start({
    insecureNoAuth: true,
    beforeAnswer: () => {
      held += 1;
      return wall;
    },
  });
  const socket = await dial(server.url);
  const all = readAll(socket);
  socket.write(`${'GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(count)}no request\r\n\r\n`);
  await vi.waitFor(() => expect(held).toBe(count), 20_000);
  socket.write('nor this\r\n\r\n');
  await tick(50);
  opened();
  expect(answersOf(await all)).toHaveLength(count);
});

test('a clock that fails costs a request, not the process', async () => {
  let fails = false;
  const clock = () => {
    if (fails) throw new Error('no time');
    return new Date();
  };
  const server = await start({ insecureNoAuth: true }, { clock });
  fails = true;
  const socket = await dial(server.url);
  const all = readAll(socket);
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
  expect(await all).toBe('');
  expect(server.faults).toHaveLength(1);
  fails = false;
});
