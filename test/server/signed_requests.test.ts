// Signed requests over a socket: who is served, and what conditions see of the connection.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presign } from '../../bench/peers/sigv4_signer.mjs';
import { allow } from './support/policies.js';
import { callKms, callQuery, signedHeaders } from './support/signed_client.js';
import {
  account,
  type Credentials,
  makeAccessKey,
  region,
  startServer,
  type TestServer,
} from './support/test_server.js';
import { errorOf, send, targetHeaders } from './support/wire_client.js';

let server: TestServer;
let url: string;
let credentials: Credentials;
let nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
beforeAll(async () => {
  server = await startServer({}, { clock: () => new Date(nowMs) });
  url = server.url;
  credentials = await makeAccessKey(server);
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.close();
});

const listKeys = (signing = {}) =>
  callKms(url, 'ListKeys', {}, { credentials, timeMs: nowMs, ...signing });
const seconds = 1000;

describe('a request', () => {
  test('is served, and told by the time of the Kms', async () => {
    const { status, headers } = await listKeys();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      date: 'Fri, 02 Jan 2026 03:04:05 GMT',
      'cache-control': 'no-cache, no-store, must-revalidate, private',
      connection: 'keep-alive',
    });
  });

  test('that is replayed is served within the window and refused outside it', async () => {
    const body = '{}';
    const headers = signedHeaders(url, body, {
      credentials,
      timeMs: nowMs,
      headers: targetHeaders('ListKeys'),
    });
    const replay = () => send(url, { headers, body });
    expect((await replay()).status).toBe(200);
    nowMs += 300 * seconds;
    expect((await replay()).status).toBe(200);
    nowMs += seconds;
    expect(errorOf(await replay())).toEqual({
      status: 400,
      code: 'InvalidSignatureException',
      message:
        'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030906Z - 5 min.)',
    });
  });

  test('without a signature is refused', async () => {
    const answer = await send(url, { headers: targetHeaders('ListKeys'), body: '{}' });
    expect(errorOf(answer)).toEqual({
      status: 400,
      code: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const query = await send(url, { headers: form, body: 'Action=ListUsers&Version=2010-05-08' });
    expect(query.status).toBe(403);
    expect(query.headers['content-type']).toBe('text/xml');
    expect(query.body).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  test('that is no JSON is told so before its signature is looked at, as by AWS', async () => {
    const answer = await send(url, { headers: targetHeaders('ListKeys'), body: '{' });
    expect(errorOf(answer).code).toBe('SerializationException');
  });

  test('whose body was changed on the way is refused', async () => {
    const body = '{"Limit":1}';
    const headers = signedHeaders(url, body, {
      credentials,
      timeMs: nowMs,
      headers: targetHeaders('ListKeys'),
    });
    expect(errorOf(await send(url, { headers, body: '{"Limit":2}' })).code).toBe(
      'InvalidSignatureException',
    );
    const { authorization: _, ...unsigned } = headers;
    const other = { ...headers, 'x-amz-target': 'TrentService.ListAliases' };
    expect(errorOf(await send(url, { headers: other, body })).code).toBe(
      'InvalidSignatureException',
    );
    expect(errorOf(await send(url, { headers: unsigned, body })).code).toBe(
      'MissingAuthenticationTokenException',
    );
  });

  test('for another service is refused', async () => {
    expect(errorOf(await listKeys({ service: 'sts' }))).toMatchObject({
      code: 'InvalidSignatureException',
      message: "Credential should be scoped to correct service: 'kms'.",
    });
  });

  test('with an access key that was switched off, or deleted, is refused at once', async () => {
    await server.kms.iam.createUser({ UserName: 'alice' });
    const hers = await makeAccessKey(server, 'alice');
    const AccessKeyId = hers.accessKeyId;
    const ask = () =>
      callQuery(url, 'sts', { Action: 'GetCallerIdentity' }, { credentials: hers, timeMs: nowMs });
    expect((await ask()).body).toContain(`<Arn>arn:aws:iam::${account}:user/alice</Arn>`);
    const invalid =
      '<Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message>';
    await server.kms.iam.updateAccessKey({ UserName: 'alice', AccessKeyId, Status: 'Inactive' });
    expect(await ask()).toMatchObject({ status: 403, body: expect.stringContaining(invalid) });
    await server.kms.iam.updateAccessKey({ UserName: 'alice', AccessKeyId, Status: 'Active' });
    expect((await ask()).status).toBe(200);
    await server.kms.iam.deleteAccessKey({ UserName: 'alice', AccessKeyId });
    expect((await ask()).body).toContain(invalid);
  });
});

describe('a policy', () => {
  const decision = async (ask: () => ReturnType<typeof callKms>) => {
    const answer = await ask();
    return answer.status === 200 ? 'Allow' : errorOf(answer).code;
  };
  const denied = 'AccessDeniedException';

  test('of a user counts at the next request, whatever it says by then', async () => {
    const { iam } = server.kms;
    const who = { UserName: 'erika', PolicyName: 'p' };
    await iam.createUser({ UserName: who.UserName });
    const hers = await makeAccessKey(server, who.UserName);
    const ask = () => listKeys({ credentials: hers });
    for (const _ of [1, 2]) {
      expect(await decision(ask)).toBe(denied);
      await iam.putUserPolicy({ ...who, PolicyDocument: allow('kms:ListKeys', '*') });
      for (const _ of [1, 2]) expect(await decision(ask)).toBe('Allow');
      await iam.putUserPolicy({ ...who, PolicyDocument: allow('kms:ListAliases', '*') });
      expect(await decision(ask)).toBe(denied);
      await iam.deleteUserPolicy(who);
    }
  });

  test('of a key counts at the next request, and so does a key that is disabled', async () => {
    const { iam } = server.kms;
    const root = server.kms.client();
    await iam.createUser({ UserName: 'frieda' });
    const hers = await makeAccessKey(server, 'frieda');
    const { KeyMetadata } = await root.createKey({});
    const { KeyId, Arn } = KeyMetadata;
    const input = { KeyId, KeySpec: 'AES_256' };
    const ask = () => callKms(url, 'GenerateDataKey', input, { credentials: hers, timeMs: nowMs });
    const { Policy = '' } = await root.getKeyPolicy({ KeyId });
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:user/frieda` },
      Action: 'kms:GenerateDataKey',
      Resource: '*',
    };
    const document = JSON.parse(Policy);
    const withHer = { ...document, Statement: [...document.Statement, statement] };
    expect(Arn).toContain(KeyId);
    expect(await decision(ask)).toBe(denied);
    await root.putKeyPolicy({ KeyId, Policy: JSON.stringify(withHer) });
    for (const _ of [1, 2]) expect(await decision(ask)).toBe('Allow');
    await root.disableKey({ KeyId });
    expect(await decision(ask)).toBe('DisabledException');
    await root.enableKey({ KeyId });
    expect(await decision(ask)).toBe('Allow');
    await root.putKeyPolicy({ KeyId, Policy });
    expect(await decision(ask)).toBe(denied);
  });
});

describe('a session', () => {
  test('is good until it expires', async () => {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
    };
    await server.kms.iam.createRole({
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    });
    await server.kms.iam.createUser({ UserName: 'bob' });
    const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
    await server.kms.iam.putUserPolicy({
      UserName: 'bob',
      PolicyName: 'assume',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [assume] }),
    });
    const bob = await makeAccessKey(server, 'bob');
    const { body } = await callQuery(
      url,
      'sts',
      {
        Action: 'AssumeRole',
        RoleArn: `arn:aws:iam::${account}:role/worker`,
        RoleSessionName: 'shift',
        DurationSeconds: '900',
      },
      { credentials: bob, timeMs: nowMs },
    );
    const text = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(body)?.[1] as string;
    const session = {
      accessKeyId: text('AccessKeyId'),
      secretAccessKey: text('SecretAccessKey'),
      sessionToken: text('SessionToken'),
    };
    expect(errorOf(await listKeys({ credentials: session }))).toEqual({
      status: 400,
      code: 'AccessDeniedException',
      message: `User: arn:aws:sts::${account}:assumed-role/worker/shift is not authorized to perform: kms:ListKeys on resource: * because no identity-based policy allows the kms:ListKeys action`,
    });
    const { sessionToken: _, ...bare } = session;
    for (const wrong of [bare, { ...session, sessionToken: `${session.sessionToken}A` }])
      expect(errorOf(await listKeys({ credentials: wrong })).code).toBe(
        'UnrecognizedClientException',
      );
    nowMs += 900 * seconds;
    expect(errorOf(await listKeys({ credentials: session }))).toEqual({
      status: 400,
      code: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    });
  });
});

describe('a presigned request', () => {
  test('tells who signed it, until it expires', async () => {
    const { host } = new URL(url);
    const query = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
    const signer = { ...credentials, region, service: 'sts', timeMs: nowMs, expiresSeconds: 60 };
    const path = presign({ method: 'GET', host, query }, signer);
    const get = () => send(url, { method: 'GET', path });
    const { status, body } = await get();
    expect(status).toBe(200);
    expect(body).toContain(`<Arn>arn:aws:iam::${account}:root</Arn>`);
    nowMs += 61 * seconds;
    expect(await get()).toMatchObject({
      status: 403,
      body: expect.stringContaining('<Code>SignatureDoesNotMatch</Code>'),
    });
  });
});

describe('conditions', () => {
  test.each([
    [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, false],
    [{ StringLike: { 'aws:UserAgent': 'doggo/*' } }, true],
    [{ StringLike: { 'aws:UserAgent': 'catto/*' } }, false],
    [{ StringEquals: { 'aws:RequestedRegion': region } }, true],
    [{ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, false],
  ])('%j: %s', async (Condition, isAllowed) => {
    const UserName = `user${JSON.stringify(Condition).replaceAll(/\W/g, '')}`.slice(0, 64);
    await server.kms.iam.createUser({ UserName });
    const statement = { Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*', Condition };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await server.kms.iam.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument });
    const theirs = await makeAccessKey(server, UserName);
    const answer = await listKeys({ credentials: theirs, headers: { 'user-agent': 'doggo/1.0' } });
    expect(answer.status === 200).toBe(isAllowed);
    if (!isAllowed) expect(errorOf(answer).code).toBe('AccessDeniedException');
  });
});
