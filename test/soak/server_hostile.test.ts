// What strangers send: an error in AWS's shape each, no fault of the server's, and the next request is
// served as if nothing had been.

import { once } from 'node:events';
import { Agent } from 'node:http';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../server/support/test_server.js';
import {
  dial,
  errorOf,
  jsonType,
  parseAnswer,
  readAll,
  send,
  sendJson,
  sendRaw,
  targetHeaders,
  type WireAnswer,
} from '../server/support/wire_client.js';
import { isSoaking, soakCount } from './support/scale.js';

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startServer({
    insecureNoAuth: true,
    headersTimeoutMs: 1000,
    requestTimeoutMs: 2000,
    keepAliveTimeoutMs: 30_000,
  });
  url = server.url;
});
afterAll(() => server.close());

/** Whatever came before, the server serves. */
afterEach(async () => {
  expect((await sendJson(url, 'ListKeys', {})).status).toBe(200);
  expect(server.faults).toEqual([]);
});

const serialization = { status: 400, code: 'SerializationException' };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function expectAwsShape({ status, headers, body }: WireAnswer): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(headers['content-type']).toBe(jsonType);
  expect(headers['x-amzn-requestid']).toMatch(uuid);
  expect(headers['date']).toMatch(/GMT$/);
  expect(JSON.parse(body)).toEqual({
    __type: expect.stringMatching(/^[A-Za-z]+Exception$/),
    message: expect.any(String),
  });
}

describe('bodies', () => {
  test.each([
    ['no JSON', '{'],
    ['deep JSON', `{"KeyId":${'['.repeat(300_000)}`],
    ['a name twice', '{"Limit":1,"Limit":2}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a huge number', '{"Limit":1e400}'],
    ['another type', '[]'],
    ['another type of member', '{"Limit":"1"}'],
    ['a fraction', '{"Limit":1.5}'],
  ])('%s', async (_, body) => {
    const answer = await sendJson(url, 'ListKeys', body);
    expectAwsShape(answer);
    expect(errorOf(answer)).toMatchObject(serialization);
  });

  test('invalid base64', async () => {
    const answer = await sendJson(url, 'Decrypt', { CiphertextBlob: 'a-_=' });
    expectAwsShape(answer);
    expect(errorOf(answer)).toMatchObject(serialization);
  });

  test('names that JavaScript has a meaning for', async () => {
    const body = '{"__proto__":{"Limit":-1},"constructor":1,"toString":null,"Limit":1}';
    expect((await sendJson(url, 'ListKeys', body)).status).toBe(200);
  });

  test('a name that JavaScript has a meaning for, as a pair of an encryption context', async () => {
    const { body } = await sendJson(url, 'CreateKey', {});
    const { KeyId } = JSON.parse(body).KeyMetadata;
    const encrypt = `{"KeyId":"${KeyId}","Plaintext":"aGk=","EncryptionContext":{"__proto__":"x"}}`;
    const { CiphertextBlob } = JSON.parse((await sendJson(url, 'Encrypt', encrypt)).body);
    const decrypt = (context: string) =>
      sendJson(
        url,
        'Decrypt',
        `{"CiphertextBlob":"${CiphertextBlob}","EncryptionContext":${context}}`,
      );
    expect((await decrypt('{"__proto__":"x"}')).status).toBe(200);
    for (const context of ['{}', '{"__proto__":"y"}'])
      expect(errorOf(await decrypt(context)).code).toBe('InvalidCiphertextException');
  });

  test('any bytes at all', async () => {
    const agent = new Agent({ keepAlive: true });
    const piece = fc.constantFrom(
      '{',
      '}',
      '"KeyId":',
      '"Plaintext":',
      '"aGk="',
      '[',
      ']',
      ',',
      '1',
      'null',
      '\\',
      '"',
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
      fc.jsonValue().map((value) => JSON.stringify({ KeyId: value, Plaintext: value })),
    );
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        expectAwsShape(await send(url, { headers: targetHeaders('Encrypt'), body: bytes, agent }));
      }),
      { numRuns: soakCount(300, 20_000) },
    );
    agent.destroy();
  });

  test('one that is too long by its Content-Length is refused before it is sent', async () => {
    const socket = await dial(url);
    const all = readAll(socket);
    socket.write(
      `POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.Encrypt\r\nContent-Length: ${10 ** 8}\r\n\r\n{`,
    );
    await once(socket, 'data');
    socket.end();
    const answer = parseAnswer(await all);
    expectAwsShape(answer);
    expect(errorOf(answer)).toMatchObject({
      status: 413,
      code: 'RequestEntityTooLargeException',
      message: 'the body is longer than 1048576 bytes',
    });
  });

  test('one of 100 MB in chunks is refused, its sender gets the answer, and nothing is kept', async () => {
    const size = 1_000_000;
    const chunk = Buffer.from(`${size.toString(16)}\r\n${' '.repeat(size)}\r\n`);
    const before = process.memoryUsage().rss;
    const socket = await dial(url);
    const all = readAll(socket.setMaxListeners(0));
    socket.write(
      'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.Encrypt\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    for (let sent = 0; sent < 100 && socket.writable; sent++) {
      const isFull = !socket.write(chunk);
      if (isFull) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
    socket.end('0\r\n\r\n');
    const answer = parseAnswer(await all);
    expectAwsShape(answer);
    expect(errorOf(answer).status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('a client that asks before it sends is told not to', async () => {
    const head = (length: number) =>
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${jsonType}\r\nX-Amz-Target: TrentService.ListKeys\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
    expect(errorOf(await sendRaw(url, head(10 ** 8))).status).toBe(413);
    const socket = await dial(url);
    socket.write(head(2));
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 100 Continue/);
    socket.write('{}');
    const [second] = await once(socket, 'data');
    expect(String(second)).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
  });
});

describe('heads', () => {
  const unknown = { status: 400, code: 'UnknownOperationException', message: '' };

  test.each<[string, Parameters<typeof send>[1]]>([
    ['no target', { headers: { 'content-type': jsonType } }],
    [
      'another service',
      { headers: { ...targetHeaders('x'), 'x-amz-target': 'DynamoDB_20120810.ListTables' } },
    ],
    ['no such operation', { headers: targetHeaders('DropTables') }],
    ['a name that objects have', { headers: targetHeaders('toString') }],
    ['a name that objects have', { headers: targetHeaders('__proto__') }],
    ['an operation of ours', { headers: targetHeaders('newDataKey') }],
    ['another case', { headers: targetHeaders('listkeys') }],
    ['another method', { headers: targetHeaders('ListKeys'), method: 'PUT' }],
    ['no body method', { headers: targetHeaders('ListKeys'), method: 'GET' }],
    ['another path', { headers: targetHeaders('ListKeys'), path: '/x' }],
    ['a browser', { method: 'GET', path: '/favicon.ico' }],
    ['a preflight', { method: 'OPTIONS', headers: { origin: 'https://example.com' } }],
  ])('%s', async (_, request) => {
    const answer = await send(url, request);
    expectAwsShape(answer);
    expect(errorOf(answer)).toEqual(unknown);
  });

  test('what a web page can have a browser ask for', async () => {
    const query = 'Action=CreateUser&UserName=eve&Version=2010-05-08';
    // An image: no Origin, and the host is this machine.
    const { status, body } = await send(url, { method: 'GET', path: `/?${query}` });
    expect([status, body]).toEqual([403, expect.stringContaining('InvalidClientTokenId')]);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = await send(url, { headers: { ...headers, origin: 'null' }, body: query });
    expect(form.status).toBe(403);
    expect((await server.kms.iam.listUsers({})).Users).toEqual([]);
    expect((await send(url, { headers, body: query })).status).toBe(200);
  });

  test('an operation that is not served yet', async () => {
    expect(errorOf(await sendJson(url, 'Sign', {}))).toEqual({
      status: 400,
      code: 'UnsupportedOperationException',
      message: 'Sign is not supported yet',
    });
  });

  test.each(['text/plain', 'application/json', 'application/x-amz-json-1.10'])(
    'the content type %s',
    async (type) => {
      const headers = { ...targetHeaders('ListKeys'), 'content-type': type };
      const answer = await send(url, { headers, body: '{}' });
      expectAwsShape(answer);
      expect(errorOf(answer)).toMatchObject({ status: 415, code: 'UnsupportedMediaTypeException' });
    },
  );

  test.each<[string, string, number, string]>([
    ['no HTTP', 'hello\r\n\r\n', 400, 'SerializationException'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00', 400, 'SerializationException'],
    ['no host', 'POST / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'SerializationException'],
    [
      'more headers than any client sends',
      `POST / HTTP/1.1\r\nConnection: close\r\nHost: a\r\n${'A: b\r\n'.repeat(200)}\r\n`,
      431,
      'RequestHeaderSectionTooLargeException',
    ],
    [
      'a folded header',
      'POST / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n',
      400,
      'SerializationException',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'SerializationException',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'SerializationException',
    ],
    [
      'a negative length',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      400,
      'SerializationException',
    ],
    [
      'long headers',
      `POST / HTTP/1.1\r\nHost: a\r\nAuthorization: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
      'RequestHeaderSectionTooLargeException',
    ],
    [
      'many headers',
      `POST / HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(20_000)}\r\n`,
      431,
      'RequestHeaderSectionTooLargeException',
    ],
  ])('%s', async (_, bytes, status, code) => {
    const answer = await sendRaw(url, Buffer.from(bytes, 'latin1'));
    expect(answer.headers['connection']).toBe('close');
    expect(errorOf(answer)).toMatchObject({ status, code });
  });

  test('any target and any Authorization', async () => {
    const agent = new Agent({ keepAlive: true });
    const value = fc.string({
      unit: fc.constantFrom(...'TrentService.EncryptAWS4-HMAC SHA256Credential=/,;"%'),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(value, value, async (target, authorization) => {
        const headers = { 'content-type': jsonType, 'x-amz-target': target, authorization };
        expectAwsShape(await send(url, { headers, body: '{}', agent }));
      }),
      { numRuns: soakCount(200, 10_000) },
    );
    agent.destroy();
  });
});

describe('clients', () => {
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${jsonType}\r\nX-Amz-Target: TrentService.ListKeys\r\n`;

  test('one that sends its head slowly is cut off', async () => {
    const socket = await dial(url);
    const all = readAll(socket);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nX-A: ');
    const timer = setInterval(() => socket.write('X'), 100);
    const answer = parseAnswer(await all);
    clearInterval(timer);
    expect(errorOf(answer)).toMatchObject({ status: 408, code: 'RequestTimeoutException' });
  });

  test('one that sends its body slowly is cut off', async () => {
    const socket = await dial(url);
    const all = readAll(socket);
    socket.write(`${head}Content-Length: 1000\r\n\r\n{`);
    const timer = setInterval(() => socket.write(' '), 100);
    const answer = parseAnswer(await all);
    clearInterval(timer);
    expect(errorOf(answer)).toMatchObject({ status: 408, code: 'RequestTimeoutException' });
  });

  test('one that leaves within its request is forgotten', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = await dial(url);
      socket.write(`${head}Content-Length: 1000\r\n\r\n{`);
      socket.resetAndDestroy();
    }
  });

  test('one that leaves before its answer costs nothing', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = await dial(url);
      socket.write(`${head}Content-Length: 2\r\n\r\n{}`);
      socket.destroy();
    }
  });

  test('one that never reads its answers is cut off', { timeout: 120_000 }, async () => {
    if (!isSoaking) return;
    const socket = await dial(url);
    socket.pause();
    for (let i = 0; i < 20_000; i++) socket.write(`${head}Content-Length: 2\r\n\r\n{}`);
    // A socket that does not read learns of a reset only when it writes.
    const timer = setInterval(() => socket.write('POST'), 500);
    const code = await new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    clearInterval(timer);
    expect(['EPIPE', 'ECONNRESET']).toContain(code);
  });

  test('requests in a row on one connection are answered in their order', async () => {
    const socket = await dial(url);
    const all = readAll(socket);
    const request = (body: string, end = '') =>
      `${head}${end}Content-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(request('{}') + request('{') + request('{}', 'Connection: close\r\n'));
    const statuses = [...(await all).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '400', '200']);
  });

  test('many that do nothing do not keep others from being served', async () => {
    const count = soakCount(500, 10_000);
    const sockets = await Promise.all(
      Array.from({ length: count }, () => dial(url).catch(() => undefined)),
    );
    const open = sockets.filter((socket) => socket !== undefined);
    expect(open.length).toBe(count);
    expect((await sendJson(url, 'ListKeys', {})).status).toBe(200);
    for (const socket of open) socket.destroy();
  });
});

describe('without authentication', () => {
  const refused = {
    status: 400,
    code: 'UnrecognizedClientException',
    message: 'without authentication, only programs on the machine itself are served',
  };

  test.each<[string, Record<string, string>]>([
    ['a web page', { origin: 'http://localhost:3000' }],
    ['a name that leads here', { host: 'rebound.example.com' }],
    ['a name that begins like one', { host: '127.0.0.1.example.com:8080' }],
  ])('%s is refused', async (_, more) => {
    const headers = { ...targetHeaders('ListKeys'), ...more };
    expect(errorOf(await send(url, { headers, body: '{}' }))).toEqual(refused);
  });

  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.8.8.8:8080', '[::1]:8080'])(
    'the host %s is served',
    async (host) => {
      const headers = { ...targetHeaders('ListKeys'), host };
      expect((await send(url, { headers, body: '{}' })).status).toBe(200);
    },
  );
});
