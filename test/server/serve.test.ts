// The server around the endpoint: ports, hooks, metrics, TLS, its end, and handlers in servers of one's
// own.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { createHandler } from '../../lib/server/handler.js';
import { serve } from '../../lib/server/serve.js';
import type { ServeOptions } from '../../lib/server/serve_options.js';
import type { ServedRequest } from '../../lib/server/served_request.js';
import { workerOptions } from '../../lib/server/worker_options.js';
import { callKms, callQuery, signedHeaders } from './support/signed_client.js';
import {
  account,
  type Credentials,
  makeAccessKey,
  region,
  startServer,
  type TestServer,
} from './support/test_server.js';
import { dial, errorOf, readAll, send, sendJson, targetHeaders } from './support/wire_client.js';

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: ServeOptions = {}, openOptions = {}): Promise<TestServer> {
  const server = await startServer(options, openOptions);
  open.push(server);
  return server;
}

describe('options', () => {
  test.each<[ServeOptions, string]>([
    [{ prot: 1 } as ServeOptions, "unknown option 'prot'"],
    [{ port: -1 }, '`port` must be a whole number from 0 to 65535'],
    [{ port: 80.5 }, '`port` must be a whole number from 0 to 65535'],
    [{ metricsPort: 65_536 }, '`metricsPort` must be a whole number from 0 to 65535'],
    [{ host: '' }, '`host` must be an address'],
    [{ workers: 0 }, '`workers` must be a whole number from 1 to 256'],
    [{ headersTimeoutMs: 0 }, '`headersTimeoutMs` must be a whole number from 1 to 86400000'],
    [
      { headersTimeoutMs: 2000, requestTimeoutMs: 1000 },
      '`headersTimeoutMs` is part of `requestTimeoutMs`',
    ],
    [{ connectionsMax: 0 }, '`connectionsMax` must be a whole number from 1 to 1000000'],
    [{ maxBodyBytes: 1000 }, '`maxBodyBytes` must be 1024 to 16777216'],
    [{ region: 'mars' }, '`region` must be the name of a Region'],
    [{ path: 'kms' }, '`path` must begin with /'],
    [{ insecureNoAuth: 1 as never }, '`insecureNoAuth` must be true or false'],
    [{ beforeAnswer: true as never }, '`beforeAnswer` must be a function'],
    [{ tls: true as never }, '`tls` must be an object'],
    [
      { insecureNoAuth: true, host: '0.0.0.0' },
      '`insecureNoAuth` serves this machine alone: `host` must be a loopback address',
    ],
    [{ workers: 2 }, '`workers` need a store on disk'],
    [{ host: '203.0.113.1', port: 0 }, expect.stringMatching(/^cannot listen: /)],
  ])('%j is refused', async (options, message) => {
    const kms = await Kms.open({ store: 'memory' });
    await expect(serve(kms, { metricsPort: false, ...options })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message,
    });
    await kms.close();
  });

  test('what cannot pass to workers is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keystead-serve-'));
    const refused = async (openOptions: object, options: ServeOptions, message: string) => {
      const kms = await Kms.open({ path: folder, ...openOptions });
      await expect(serve(kms, { workers: 2, ...options })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
        message,
      });
      await kms.close();
    };
    const key = new Uint8Array(32).fill(7);
    const rootKey = () => Uint8Array.from(key);
    await refused({ rootKey }, {}, '`workers` need a `rootKey` that is a file or a passphrase');
    const clock = () => new Date();
    await refused(
      { rootKey, clock },
      {},
      '`workers` need a `rootKey` that is a file or a passphrase',
    );
    rmSync(folder, { recursive: true, force: true });
    await refused(
      { clock },
      {},
      '`workers` take the time from the machine: `clock` must not be given',
    );
    await refused({}, { beforeAnswer: () => undefined }, '`beforeAnswer` cannot pass to `workers`');
    rmSync(folder, { recursive: true, force: true });
  });

  test('a port that is taken is refused', async () => {
    const { kms, url } = await start();
    const port = Number(new URL(url).port);
    const servers = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const before = servers();
    for (const ports of [
      { port, metricsPort: false },
      { port: 0, metricsPort: port },
    ] as const) {
      await expect(serve(kms, ports)).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringContaining('EADDRINUSE'),
      });
    }
    // The endpoint's own port is let go of when the second one cannot be had.
    await vi.waitFor(() => expect(servers()).toBe(before));
  });

  test('workers are as strict about memory as the Kms', () => {
    const openOptions = { path: 'x', requireLockedMemory: true };
    const [strict] = workerOptions({ openOptions } as unknown as Kms, {});
    expect(strict).toMatchObject({ secureMemory: 'require' });
    const [lenient] = workerOptions(
      { openOptions: { ...openOptions, requireLockedMemory: false } } as unknown as Kms,
      {},
    );
    expect(lenient).toMatchObject({ secureMemory: 'prefer' });
  });

  test('serves this machine alone unless told otherwise', async () => {
    expect((await start()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await start({ host: '::1' })).url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  });

  test.each<[ServeOptions, string]>([
    [{ insecureNoAuth: true }, 'KEYSTEAD_NO_AUTH'],
    [{ host: '0.0.0.0' }, 'KEYSTEAD_NO_TLS'],
  ])('%j is announced', async (options, code) => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await start(options);
    expect(emitWarning).toHaveBeenCalledExactlyOnceWith(expect.any(String), {
      type: 'SecurityWarning',
      code,
    });
    emitWarning.mockRestore();
  });

  test('one Region is served when it is fixed', async () => {
    const server = await start({ region: 'us-east-1' });
    const credentials = await makeAccessKey(server);
    expect(errorOf(await callKms(server.url, 'ListKeys', {}, { credentials }))).toMatchObject({
      code: 'InvalidSignatureException',
      message: `Credential should be scoped to a valid region, not '${region}'.`,
    });
  });

  test('connections beyond the most are closed', async () => {
    const server = await start({ connectionsMax: 2 });
    const kept = [await dial(server.url), await dial(server.url)];
    expect(await readAll(await dial(server.url))).toBe('');
    for (const socket of kept) socket.destroy();
  });
});

describe('hooks', () => {
  test('see each request before its answer, and after it with its time', async () => {
    const before: ServedRequest[] = [];
    const after: [string | undefined, number][] = [];
    const server = await start({
      beforeAnswer: async (request) => {
        await sleep(5);
        before.push({ ...request, input: { ...request.input }, output: { ...request.output } });
      },
      afterRequest: ({ operation }, seconds) => after.push([operation, seconds]),
    });
    const credentials = await makeAccessKey(server);
    const headers = { 'user-agent': 'doggo/1.0' };
    const answer = await callKms(
      server.url,
      'CreateKey',
      { Description: 'd' },
      { credentials, headers },
    );
    const { KeyId } = JSON.parse(answer.body).KeyMetadata;
    await callKms(server.url, 'DescribeKey', { KeyId: 'alias/none' }, { credentials });
    await callQuery(server.url, 'sts', { Action: 'GetCallerIdentity' }, { credentials });
    await send(server.url, { headers: targetHeaders('Encrypt'), body: '{}' });
    expect(before).toHaveLength(4);
    expect(before[0]).toMatchObject({
      requestId: answer.headers['x-amzn-requestid'],
      service: 'kms',
      operation: 'CreateKey',
      account,
      principalArn: `arn:aws:iam::${account}:root`,
      accessKeyId: credentials.accessKeyId,
      region,
      userAgent: 'doggo/1.0',
      host: new URL(server.url).host,
      connection: { sourceIp: '127.0.0.1', secureTransport: false },
      input: { Description: 'd' },
      output: { KeyMetadata: expect.objectContaining({ KeyId }) },
      error: undefined,
    });
    expect(before[1]?.error).toMatchObject({ code: 'NotFoundException' });
    expect(before[2]).toMatchObject({ service: 'sts', operation: 'GetCallerIdentity' });
    expect(before[3]).toMatchObject({
      operation: 'Encrypt',
      accessKeyId: undefined,
      error: { code: 'MissingAuthenticationTokenException' },
    });
    expect(after.map(([operation]) => operation)).toEqual([
      'CreateKey',
      'DescribeKey',
      'GetCallerIdentity',
      'Encrypt',
    ]);
    for (const [, seconds] of after) expect(seconds).toBeGreaterThan(0.004);
  });

  test('that fail keep the answer back', async () => {
    const trouble = new Error('disk full');
    const server = await start({ beforeAnswer: () => Promise.reject(trouble) });
    const credentials = await makeAccessKey(server);
    const random = await callKms(
      server.url,
      'GenerateRandom',
      { NumberOfBytes: 32 },
      { credentials },
    );
    expect(errorOf(random)).toEqual({ status: 500, code: 'KMSInternalException', message: '' });
    const query = await callQuery(
      server.url,
      'sts',
      { Action: 'GetCallerIdentity' },
      { credentials },
    );
    expect(query.status).toBe(500);
    expect(query.body).toContain(
      '<Type>Receiver</Type><Code>InternalFailure</Code><Message></Message>',
    );
    expect(errorOf(await sendJson(server.url, 'ListKeys', {})).status).toBe(500);
    expect(server.faults).toEqual([trouble, trouble, trouble]);
  });

  test('that fail end no process', async () => {
    const trouble = new Error('no such proxy');
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const throws = () => {
      throw trouble;
    };
    const deaf = await start({ insecureNoAuth: true, connection: throws });
    const { status, code } = errorOf(await sendJson(deaf.url, 'ListKeys', {}));
    expect({ status, code }).toEqual({ status: 500, code: 'KMSInternalException' });
    expect(deaf.faults).toEqual([trouble]);
    const mute = await start({ insecureNoAuth: true, afterRequest: throws });
    expect((await sendJson(mute.url, 'ListKeys', {})).status).toBe(200);
    await vi.waitFor(() => expect(mute.faults).toEqual([trouble]));
    const lost = await start({ insecureNoAuth: true, afterRequest: throws, onFault: throws });
    expect((await sendJson(lost.url, 'ListKeys', {})).status).toBe(200);
    await vi.waitFor(() => expect(printed).toHaveBeenCalledOnce());
    printed.mockRestore();
  });

  test('hear the end of requests whose clients left before the answer, and nothing stays', async () => {
    let output: ServedRequest['output'];
    let gone = () => {};
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const after = vi.fn();
    const server = await start({
      insecureNoAuth: true,
      afterRequest: after,
      beforeAnswer: (request) => {
        output = request.output;
        return left;
      },
    });
    const socket = await dial(server.url);
    const lines = Object.entries(targetHeaders('GenerateRandom')).map((pair) => pair.join(': '));
    const body = '{"NumberOfBytes":32}';
    const head = ['POST / HTTP/1.1', 'Host: localhost', ...lines, `Content-Length: ${body.length}`];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    await vi.waitFor(() => expect(output).toBeDefined());
    socket.destroy();
    await sleep(50);
    gone();
    await vi.waitFor(() => expect(after).toHaveBeenCalledOnce());
    expect(output?.['Plaintext']).toEqual(new Uint8Array(32));
  });

  test('see plaintexts only until the answer is sent', async () => {
    const seen: Uint8Array[] = [];
    const server = await start({
      beforeAnswer: ({ input, output }) => {
        for (const members of [input, output])
          if (members?.['Plaintext'] !== undefined) seen.push(members['Plaintext'] as Uint8Array);
      },
    });
    const credentials = await makeAccessKey(server);
    const { body } = await callKms(server.url, 'CreateKey', {}, { credentials });
    const { KeyId } = JSON.parse(body).KeyMetadata;
    const Plaintext = Buffer.from('find all the doggos').toString('base64');
    await callKms(server.url, 'Encrypt', { KeyId, Plaintext }, { credentials });
    const dataKey = await callKms(
      server.url,
      'GenerateDataKey',
      { KeyId, KeySpec: 'AES_256' },
      { credentials },
    );
    expect(JSON.parse(dataKey.body).Plaintext).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(JSON.parse(dataKey.body).Plaintext).not.toMatch(/^A{43}=$/);
    await vi.waitFor(() => {
      expect(seen.map((bytes) => bytes.length)).toEqual([19, 32]);
      for (const bytes of seen) expect(bytes.every((byte) => byte === 0)).toBe(true);
    });
  });

  test('believe a proxy in front when they are told to', async () => {
    let connection: unknown;
    const server = await start({
      connection: ({ headers }) => ({
        sourceIp: String(headers['x-forwarded-for']),
        secureTransport: true,
      }),
      beforeAnswer: (request) => {
        connection = request.connection;
      },
    });
    await send(server.url, {
      headers: { ...targetHeaders('ListKeys'), 'x-forwarded-for': '192.0.2.7' },
    });
    expect(connection).toMatchObject({ sourceIp: '192.0.2.7', secureTransport: true });
  });
});

test('the audit trail tells of a request by the id that the client is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystead-serve-'));
  const server = await start({}, { audit: folder });
  const credentials = await makeAccessKey(server);
  const signing = { credentials, headers: { 'user-agent': 'doggo/1.0' } };
  const answers = [
    await callKms(server.url, 'CreateKey', {}, signing),
    await callKms(server.url, 'DescribeKey', { KeyId: 'alias/none' }, signing),
    await callQuery(server.url, 'iam', { Action: 'CreateUser', UserName: 'a' }, signing),
    await callQuery(server.url, 'iam', { Action: 'GetUser', UserName: 'b' }, signing),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 404]);
  await server.close();
  open.splice(open.indexOf(server), 1);
  const lines = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  for (const { headers } of answers) expect(lines).toContain(headers['x-amzn-requestid']);
  expect(lines).toContain('doggo/1.0');
  expect(lines).not.toContain(credentials.secretAccessKey);
  rmSync(folder, { recursive: true, force: true });
});

describe('the second port', () => {
  test('tells of health and counts', async () => {
    const server = await start({ metricsPort: 0 });
    const { monitorUrl = '' } = server.server;
    expect(monitorUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const get = (path: string, method = 'GET') => send(monitorUrl, { method, path });
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    const credentials = await makeAccessKey(server);
    const call = (name: string, input: object) => callKms(server.url, name, input, { credentials });
    const { KeyId } = JSON.parse((await call('CreateKey', {})).body).KeyMetadata;
    await call('CreateKey', {});
    await call('DisableKey', { KeyId });
    await call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
    await call('Sign', {});
    await send(server.url, { headers: targetHeaders('Nonsense') });
    await callQuery(server.url, 'iam', { Action: 'ListUsers' }, { credentials });
    const { body, headers } = await get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of [
      'keystead_requests_total{service="kms",operation="CreateKey",error=""} 2',
      'keystead_requests_total{service="kms",operation="GenerateDataKey",error="DisabledException"} 1',
      'keystead_requests_total{service="kms",operation="Sign",error="UnsupportedOperationException"} 1',
      'keystead_requests_total{service="unknown",operation="unknown",error="UnknownOperationException"} 1',
      'keystead_requests_total{service="iam",operation="ListUsers",error=""} 1',
      'keystead_request_seconds_bucket{service="kms",operation="CreateKey",le="+Inf"} 2',
      'keystead_request_seconds_count{service="kms",operation="CreateKey"} 2',
      'keystead_requests_in_flight 0',
      'keystead_workers 1',
      'keystead_keys{state="Enabled"} 1',
      'keystead_keys{state="Disabled"} 1',
    ])
      expect(body.split('\n')).toContain(line);
    expect(body).toMatch(/^keystead_secure_memory_locked_bytes [1-9]\d*$/m);
    expectExposition(body);
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', 'POST')).status).toBe(405);
  });

  test('tells when the Kms is closed', async () => {
    const server = await start({ metricsPort: 0 });
    const credentials = await makeAccessKey(server);
    await server.kms.close();
    const answer = await send(server.server.monitorUrl as string, {
      method: 'GET',
      path: '/healthz',
    });
    expect(answer).toMatchObject({ status: 503, body: 'unavailable\n' });
    const refused = await callKms(server.url, 'ListKeys', {}, { credentials });
    expect(errorOf(refused)).toMatchObject({ status: 503, code: 'ServiceUnavailableException' });
  });

  /** Each line is a comment, or a sample of a metric whose type was told before it. */
  function expectExposition(body: string): void {
    const types = new Set<string>();
    for (const line of body.trimEnd().split('\n')) {
      const type = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line)?.[1];
      if (type !== undefined) types.add(type);
      if (line.startsWith('#')) continue;
      const sample = /^(\w+?)(_bucket|_sum|_count)?(\{(\w+="[^"\\]*",?)*\})? [-+.\de]+$/.exec(line);
      expect(sample, line).not.toBeNull();
      expect(types).toContain(sample?.[1]);
    }
  }
});

describe('the end', () => {
  /** A server whose answers wait until they are let go. */
  async function startHeld() {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await start({
      insecureNoAuth: true,
      beforeAnswer: () => {
        arrived();
        return held;
      },
    });
    return { server, letGo, arrival };
  }

  test('waits for requests in flight, and takes no more', async () => {
    const { server, letGo, arrival } = await startHeld();
    const idle = await dial(server.url);
    const idleEnd = readAll(idle);
    const agent = new Agent({ keepAlive: true });
    const body = '{"Description":"made at the end"}';
    const answer = send(server.url, { headers: targetHeaders('CreateKey'), body, agent });
    await arrival;
    const closing = server.server.close();
    expect(await idleEnd).toBe('');
    await expect(dial(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    letGo();
    const { status, headers, body: text } = await answer;
    expect([status, headers['connection']]).toEqual([200, 'close']);
    expect(await closing).toBe(true);
    expect(await server.server.close()).toBe(true);
    const { KeyId } = JSON.parse(text).KeyMetadata;
    const { KeyMetadata } = await server.kms.client().describeKey({ KeyId });
    expect(KeyMetadata.Description).toBe('made at the end');
    agent.destroy();
  });

  test('cuts off what does not end in time', async () => {
    const { server, arrival } = await startHeld();
    const answer = sendJson(server.url, 'ListKeys', {});
    await arrival;
    const [closed, answered] = await Promise.allSettled([
      server.server.close({ graceMs: 50 }),
      answer,
    ]);
    expect(closed).toEqual({ status: 'fulfilled', value: false });
    expect(answered).toMatchObject({ reason: { code: 'ECONNRESET' } });
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystead-tls-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function makeCertificate() {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert, '-days', '1'];
    const { status } = spawnSync('openssl', ['req', '-x509', ...curve, ...files, ...subject]);
    expect(status).toBe(0);
    return { key: readFileSync(key), cert: readFileSync(cert) };
  }

  test('serves HTTPS, and conditions see it', async () => {
    const tls = makeCertificate();
    let seen: ServedRequest['connection'] | undefined;
    const server = await start({
      tls,
      beforeAnswer(request) {
        seen = request.connection;
      },
    });
    expect(server.url).toMatch(/^https:/);
    const credentials = await makeAccessKey(server);
    const headers = signedHeaders(server.url, '{}', {
      credentials,
      headers: targetHeaders('ListKeys'),
    });
    const request = httpsRequest(server.url, { method: 'POST', headers, ca: tls.cert });
    request.end('{}');
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(await text(response))).toEqual({ Keys: [], Truncated: false });
    expect(seen).toMatchObject({
      secureTransport: true,
      tlsVersion: 'TLSv1.3',
      cipherSuite: expect.any(String),
    });
  });
});

describe('a handler', () => {
  let listening: Server | undefined;
  let kms: Kms;
  afterEach(async () => {
    listening?.close();
    listening?.closeAllConnections();
    await kms.close();
  });

  async function mount(route: (request: IncomingMessage) => void | Promise<void>, path: string) {
    kms = await Kms.open({ store: 'memory', account, region });
    const faults: unknown[] = [];
    const handler = createHandler(kms, { path, onFault: (error) => faults.push(error) });
    listening = createServer(async (request, response) => {
      await route(request);
      handler(request, response);
    });
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as { port: number };
    const credentials = await makeAccessKey({ kms } as TestServer);
    return { url: `http://127.0.0.1:${port}`, credentials, faults };
  }

  async function call(url: string, path: string, credentials: Credentials) {
    const { signHeaders } = await import('../../bench/peers/sigv4_signer.mjs');
    const signer = { ...credentials, region, service: 'kms', timeMs: Date.now() };
    const all = { host: new URL(url).host, ...targetHeaders('ListKeys') };
    const headers = signHeaders({ method: 'POST', path, headers: all, body: '{}' }, signer);
    return send(url, { path, headers, body: '{}' });
  }

  test('serves under a path, whatever of it a router takes away', async () => {
    const stripped = (request: IncomingMessage) => {
      const url = request.url as string;
      Object.assign(request, { originalUrl: url, url: url.replace(/^\/kms/, '') || '/' });
    };
    const { url, credentials, faults } = await mount(stripped, '/kms');
    expect((await call(url, '/kms', credentials)).status).toBe(200);
    expect((await call(url, '/kms/', credentials)).status).toBe(200);
    expect(errorOf(await call(url, '/', credentials)).code).toBe('UnknownOperationException');
    expect(faults).toEqual([]);
  });

  test('says when somebody has read the body before it', async () => {
    const { url, credentials, faults } = await mount(async (request) => {
      await text(request);
    }, '/');
    expect(errorOf(await call(url, '/', credentials))).toMatchObject({ status: 500 });
    expect(faults).toMatchObject([
      {
        code: 'ERR_INVALID_ARGUMENT',
        message: 'the body was read already: the handler must come before body parsers',
      },
    ]);
  });

  test('prints its own faults when nobody takes them', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    kms = await Kms.open({ store: 'memory' });
    const trouble = new Error('disk full');
    const handler = createHandler(kms, {
      beforeAnswer: () => {
        throw trouble;
      },
    });
    listening = createServer(handler);
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as { port: number };
    const answer = await sendJson(`http://127.0.0.1:${port}`, 'ListKeys', {});
    const requestId = answer.headers['x-amzn-requestid'];
    expect(print).toHaveBeenCalledExactlyOnceWith(
      `keystead: request ${requestId} failed:`,
      trouble,
    );
    print.mockRestore();
  });
});
