// The load generator against servers that keep connections and that close them.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { load } from '../../bench/load.mjs';

const requests = ['a', 'b'].map((body) =>
  Buffer.from(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\n${body}`),
);
const seconds = 0.1;
let server: Server;
let connections = 0;
let answers = 0;

afterEach(() => server.close());

async function serve(connection: 'close' | 'keep-alive', status = 200): Promise<string> {
  connections = 0;
  answers = 0;
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      answers++;
      response.writeHead(status, { Connection: connection, 'Content-Length': 2 });
      response.end('ok');
    });
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('keeps its connections', async () => {
  const { rate, latenciesMs } = await load(await serve('keep-alive'), requests, seconds);
  expect(connections).toBe(32);
  expect(answers).toBeGreaterThan(latenciesMs.length);
  expect(rate).toBeGreaterThan(0);
});

test('opens one for each request where the server closes them', async () => {
  const url = await serve('close');
  const { rate, latenciesMs } = await load(url, requests, seconds, { reconnect: true });
  expect(connections).toBe(answers);
  expect(answers).toBeGreaterThan(latenciesMs.length);
  expect(latenciesMs.length).toBeGreaterThanOrEqual(32);
  expect([...latenciesMs]).toEqual([...latenciesMs].sort((a, b) => a - b));
  expect(rate).toBeGreaterThan(0);
});

test('refuses a server that closes them unannounced, and one that answers an error', async () => {
  await expect(load(await serve('close'), requests, seconds)).rejects.toThrow(
    'the server closed a connection',
  );
  server.close();
  await expect(
    load(await serve('close', 400), requests, seconds, { reconnect: true }),
  ).rejects.toThrow('the server answered HTTP/1.1 400');
});
