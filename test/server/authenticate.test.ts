// Every check of Signature Version 4 with its error, over requests that a real signer signed.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presign, sign, signHeaders, signingKey } from '../../bench/peers/sigv4_signer.mjs';
import type { CredentialFinder, FoundCredential } from '../../lib/iam/credentials.js';
import { authenticate } from '../../lib/server/authenticate.js';
import { HeaderList } from '../../lib/server/header_list.js';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const minute = 60_000;
const accessKeyId = 'AKIDEXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const signer = {
  accessKeyId,
  secretAccessKey,
  region: 'eu-central-1',
  service: 'kms',
  timeMs: nowMs,
};
const headers = {
  host: 'localhost:8080',
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'TrentService.Encrypt',
};
const body = Buffer.from('{"KeyId":"alias/a"}');

const credentials: CredentialFinder = {
  current: (id, token) => (token === undefined ? find(id) : undefined),
  load: async (id, token) => find(`${id}/${token}`),
};

function find(name: string): FoundCredential {
  if (name === 'AKIDINACTIVE') return { status: 'inactive' };
  if (name === 'ASIAEXPIRED/token') return { status: 'expired' };
  if (name !== accessKeyId && name !== 'ASIASESSION/token') return { status: 'unknown' };
  return {
    status: 'ok',
    accessKeyId: name,
    verify: ({ date, region, service }, text, signature) =>
      sign(signingKey(secretAccessKey, date, region, service), text) === signature,
  } as FoundCredential;
}

interface Change {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** As they stand on the wire, behind the others. */
  readonly more?: readonly string[];
  readonly body?: Buffer;
  readonly region?: string;
}

async function request(signed: Record<string, string>, change: Change = {}) {
  const all = { ...signed, ...change.headers };
  const raw = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  return authenticate(
    {
      method: change.method ?? 'POST',
      target: change.target ?? '/',
      headers: new HeaderList([...raw, ...(change.more ?? [])]),
      body: change.body ?? body,
    },
    { service: 'kms', region: change.region },
    credentials,
    nowMs,
  );
}

const signed = (change = {}, more = {}) =>
  signHeaders({ method: 'POST', headers: { ...headers, ...more }, body }, { ...signer, ...change });
const authorization = (text: string) => ({ headers: { authorization: text } });

describe('a signed request', () => {
  test('is accepted', async () => {
    const { credential, region } = await request(signed());
    expect(credential.accessKeyId).toBe(accessKeyId);
    expect(region).toBe('eu-central-1');
  });

  test('is accepted with a session token', async () => {
    const session = { accessKeyId: 'ASIASESSION', sessionToken: 'token' };
    expect((await request(signed(session))).credential.accessKeyId).toBe('ASIASESSION/token');
  });

  test('is accepted with headers that a proxy adds', async () => {
    await request(signed(), { more: ['Via', '1.1 proxy', 'X-Forwarded-For', '10.0.0.1'] });
  });

  test('is accepted with a Date header in the place of X-Amz-Date, when that is signed', async () => {
    const date = new Date(nowMs).toUTCString();
    const names = 'content-type;date;host;x-amz-target';
    const lines = `content-type:${headers['content-type']}\ndate:${date}\nhost:${headers.host}\nx-amz-target:${headers['x-amz-target']}\n`;
    const hash = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
    const canonical = `POST\n/\n\n${lines}\n${names}\n${hash(body)}`;
    const scope = '20260102/eu-central-1/kms/aws4_request';
    const toSign = `AWS4-HMAC-SHA256\n20260102T030405Z\n${scope}\n${hash(canonical)}`;
    const signature = sign(signingKey(secretAccessKey, '20260102', 'eu-central-1', 'kms'), toSign);
    const text = (list: string) =>
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
    await request({ ...headers, date, authorization: text(names) });
    await expect(
      request({ ...headers, date, authorization: text('content-type;host;x-amz-target') }),
    ).rejects.toMatchObject({
      code: 'IncompleteSignatureException',
      message: "'Date' must be a 'SignedHeader' in the AWS Authorization.",
    });
  });

  test.each([-5 * minute, 5 * minute])('is accepted %i ms off', async (off) => {
    await request(signed({ timeMs: nowMs + off }));
  });

  test.each<[string, Change]>([
    ['the method', { method: 'PUT' }],
    ['the path', { target: '/x' }],
    ['the query', { target: '/?x=y' }],
    ['the body', { body: Buffer.from('{"KeyId":"alias/b"}') }],
    ['the host', { headers: { host: 'localhost:8081' } }],
    ['the target', { headers: { 'x-amz-target': 'TrentService.Decrypt' } }],
    ['the type', { headers: { 'content-type': 'text/plain' } }],
    ['the date', { headers: { 'x-amz-date': '20260102T030406Z' } }],
    ['a header that is gone', { headers: { 'content-type': undefined } }],
    ['a header once more', { more: ['Content-Type', 'application/x-amz-json-1.1'] }],
    [
      'the signature',
      { headers: { authorization: signed()['authorization']?.replace(/.$/, 'g') } },
    ],
  ])('is refused with %s changed', async (_, change) => {
    await expect(request(signed(), change)).rejects.toMatchObject({
      code: 'InvalidSignatureException',
      message: expect.stringMatching(
        /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. Consult the service documentation for details\.\n\nThe Canonical String for this request should have been\n'(.|\n)*'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n(.|\n)*'\n$/,
      ),
    });
  });

  test.each<[string, string, string | RegExp, Record<string, string>, Change?]>([
    ['nothing', 'MissingAuthenticationTokenException', 'Missing Authentication Token', headers],
    [
      'an empty header',
      'IncompleteSignatureException',
      "Unsupported AWS 'algorithm': ''.",
      headers,
      authorization(''),
    ],
    [
      'another scheme',
      'IncompleteSignatureException',
      "'dXNlcjpwYXNz' not a valid key=value pair (missing equal-sign) in Authorization header: 'Basic dXNlcjpwYXNz'.",
      headers,
      authorization('Basic dXNlcjpwYXNz'),
    ],
    [
      'another algorithm',
      'IncompleteSignatureException',
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
      headers,
      authorization('AWS4-ECDSA-P256-SHA256 Credential=a, SignedHeaders=b, Signature=c'),
    ],
    [
      'no parameters',
      'IncompleteSignatureException',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 a=b",
      headers,
      authorization('AWS4-HMAC-SHA256 a=b'),
    ],
    [
      'one missing',
      'IncompleteSignatureException',
      "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b",
      signed(),
      authorization('AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b'),
    ],
    [
      'a parameter twice',
      'IncompleteSignatureException',
      "Authorization header has 'Signature' twice.",
      signed(),
      authorization('AWS4-HMAC-SHA256 Signature=a, Signature=b'),
    ],
    [
      'no date',
      'IncompleteSignatureException',
      /^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. Authorization=AWS4/,
      signed(),
      { headers: { 'x-amz-date': undefined } },
    ],
    ...['20260230T030405Z', '2026-01-02T03:04:05Z', 'x', '20260102T030465Z', '20260102'].map(
      (date): [string, string, string, Record<string, string>, Change] => [
        `the date ${date}`,
        'IncompleteSignatureException',
        `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
        signed(),
        { headers: { 'x-amz-date': date } },
      ],
    ),
    [
      'a short credential',
      'IncompleteSignatureException',
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'",
      signed(),
      authorization('AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c'),
    ],
    ...['host;accept', 'Host', 'host;host', 'x-amz-date;host'].map(
      (list): [string, string, string, Record<string, string>, Change] => [
        `the list ${list}`,
        'IncompleteSignatureException',
        `SignedHeaders must be in lower case and in order, got '${list}'.`,
        signed(),
        authorization(`AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=${list}, Signature=c`),
      ],
    ),
    ...['Authorization', 'Host', 'X-Amz-Date', 'X-Amz-Target', 'X-Amz-Security-Token'].map(
      (name): [string, string, string, Record<string, string>, Change] => [
        `${name} twice`,
        'IncompleteSignatureException',
        `The header '${name.toLowerCase()}' must not stand twice.`,
        signed(),
        { more: [name, 'a', name, 'a'] },
      ],
    ),
    [
      'another terminator',
      'InvalidSignatureException',
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4'.",
      signed(),
      { headers: { authorization: signed()['authorization']?.replace('aws4_request', 'aws4') } },
    ],
    [
      'no Region',
      'InvalidSignatureException',
      "Credential should be scoped to a valid region, not 'mars'.",
      signed({ region: 'mars' }),
    ],
    [
      'another Region than the one that is served',
      'InvalidSignatureException',
      "Credential should be scoped to a valid region, not 'eu-central-1'.",
      signed(),
      { region: 'us-east-1' },
    ],
    [
      'another service',
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'kms'.",
      signed({ service: 'sts' }),
    ],
    [
      'another date in the scope',
      'InvalidSignatureException',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260101' != '20260102', from '20260102T030405Z'.",
      signed(),
      { headers: { authorization: signed()['authorization']?.replace('20260102', '20260101') } },
    ],
    [
      'a clock behind',
      'InvalidSignatureException',
      'Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)',
      signed({ timeMs: nowMs - 5 * minute - 1000 }),
    ],
    [
      'a clock ahead',
      'InvalidSignatureException',
      'Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)',
      signed({ timeMs: nowMs + 5 * minute + 1000 }),
    ],
    [
      'the host not signed',
      'InvalidSignatureException',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
      signed(),
      { headers: { authorization: signed()['authorization']?.replace('host;', '') } },
    ],
    [
      'the target not signed',
      'InvalidSignatureException',
      'There were headers present in the request which were not signed: x-amz-target',
      signed(),
      { headers: { authorization: signed()['authorization']?.replace(';x-amz-target', '') } },
    ],
    [
      'a header of AWS not signed',
      'InvalidSignatureException',
      'There were headers present in the request which were not signed: x-amz-future',
      signed(),
      { more: ['X-Amz-Future', ''] },
    ],
    [
      'an unknown access key',
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      signed({ accessKeyId: 'AKIDNOBODY' }),
    ],
    [
      'an inactive access key',
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      signed({ accessKeyId: 'AKIDINACTIVE' }),
    ],
    [
      'a wrong session token',
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      signed({ accessKeyId: 'ASIASESSION', sessionToken: 'other' }),
    ],
    [
      'an expired session',
      'ExpiredTokenException',
      'The security token included in the request is expired',
      signed({ accessKeyId: 'ASIAEXPIRED', sessionToken: 'token' }),
    ],
    [
      'a broken query',
      'InvalidSignatureException',
      'The query string is not percent-encoded UTF-8.',
      signed(),
      { target: '/?a=%FF' },
    ],
  ])('is refused with %s', async (_, code, message, from, change) => {
    await expect(request(from, change)).rejects.toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('gives the same error whatever stands in Authorization', async () => {
    const unit = fc.constantFrom(...'AWS4-HMAC-SHA256 Credential=,/;"%\\signedheaders\u00ff');
    const known = fc.constantFrom(
      'AWS4-HMAC-SHA256 ',
      'Credential=',
      'a/20260102/eu-central-1/kms/aws4_request',
      ', ',
      'SignedHeaders=',
      'host',
      'Signature=',
      'f'.repeat(64),
    );
    const text = fc.oneof(
      fc.string({ unit, maxLength: 200 }),
      fc.array(known, { maxLength: 10 }).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        await expect(request(signed(), authorization(value))).rejects.toMatchObject({
          name: expect.stringMatching(
            /^(Incomplete|Invalid)SignatureException$|^UnrecognizedClient/,
          ),
        });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a presigned request', () => {
  const presigned = (change = {}) =>
    presign(
      { method: 'GET', host: headers.host, query: { Action: 'x y' }, body: '' },
      { ...signer, expiresSeconds: 60, ...change },
    );
  const get = (target: string, more: readonly string[] = []) =>
    request({ host: headers.host }, { method: 'GET', target, body: Buffer.alloc(0), more });

  test('is accepted until its end', async () => {
    expect((await get(presigned())).region).toBe('eu-central-1');
    await get(presigned({ timeMs: nowMs - 60_000 }));
    await get(presigned({ timeMs: nowMs - 604_800_000, expiresSeconds: 604_800 }));
    const session = { accessKeyId: 'ASIASESSION', sessionToken: 'token' };
    await get(presigned(session));
  });

  const without = (name: string) => presigned().replace(new RegExp(`[?&]${name}=[^&]*`), '?');
  test.each<[string, string, string, string, (readonly string[])?]>([
    [
      'after it',
      'InvalidSignatureException',
      'Signature expired: 20260102T030404Z is now earlier than 20260102T030405Z',
      presigned({ timeMs: nowMs - 61_000 }),
    ],
    [
      'before its beginning',
      'InvalidSignatureException',
      'Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)',
      presigned({ timeMs: nowMs + 5 * minute + 1000 }),
    ],
    ...[0, -1, 604_801, 1.5].map((seconds): [string, string, string, string] => [
      `an expiry of ${seconds}`,
      'IncompleteSignatureException',
      `X-Amz-Expires must be between 1 and 604800 seconds, got '${seconds}'.`,
      presigned({ expiresSeconds: seconds }),
    ]),
    [
      'with a parameter missing',
      'IncompleteSignatureException',
      "AWS query-string parameters must include 'X-Amz-Expires'. Re-examine the query-string parameters.",
      without('X-Amz-Expires'),
    ],
    [
      'with a parameter twice',
      'IncompleteSignatureException',
      "AWS query-string parameter 'X-Amz-Date' stands twice.",
      `${presigned()}&X-Amz-Date=20260102T030405Z`,
    ],
    [
      'by another algorithm',
      'IncompleteSignatureException',
      "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'.",
      presigned().replace('SHA256', 'SHA1'),
    ],
    [
      'with a header of AWS that is not signed',
      'InvalidSignatureException',
      'There were headers present in the request which were not signed: x-amz-target',
      presigned(),
      ['X-Amz-Target', 'TrentService.Decrypt'],
    ],
  ])('is refused %s', async (_, code, message, target, more) => {
    await expect(get(target, more)).rejects.toMatchObject({ code, message });
  });

  test('is refused with a parameter changed', async () => {
    for (const target of [presigned().replace('x%20y', 'xyz'), `${presigned()}&more=`]) {
      await expect(get(target)).rejects.toThrow('The request signature we calculated');
    }
  });
});

describe('what was kept of a request', () => {
  const headerOf = (text: string) => signed()['authorization']?.replace(/^.*Signature=/, text);

  test('admits nobody else', async () => {
    const session = signed({ accessKeyId: 'ASIASESSION', sessionToken: 'token' });
    const other = { 'x-amz-target': 'TrentService.Decrypt' };
    for (const _ of [1, 2, 3]) {
      expect((await request(signed())).credential.accessKeyId).toBe(accessKeyId);
      expect((await request(session)).credential.accessKeyId).toBe('ASIASESSION/token');
      for (const refusedOne of [
        signed({ accessKeyId: 'AKIDNOBODY' }),
        signed({ secretAccessKey: 'x'.repeat(40) }),
        { ...signed(), ...other },
        { ...signed(), authorization: signed({}, other)['authorization'] as string },
        { ...signed(), authorization: session['authorization'] as string },
      ])
        await expect(request(refusedOne)).rejects.toThrow();
    }
  });

  test.each([
    ['is missing under another name', 'XSignature=', "requires 'Signature' parameter"],
    ['stands before one of another name', 'Signature=00, XSignature=', 'does not match'],
    ['is empty before one of another name', 'Signature=, XSignature=', "requires 'Signature'"],
    ['is empty before another word', 'Signature=, Foo Signature=', "requires 'Signature'"],
    ['stands twice', 'Signature=00, Signature=', "has 'Signature' twice"],
    ['stands twice, and first in full', `Signature=${'0'.repeat(64)}, Signature=`, 'twice'],
  ])('is not used for a header whose signature %s', async (_, text, message) => {
    const start = signed()['authorization']?.replace(/Signature=.*/, '');
    const end = headerOf('');
    for (const _ of [1, 2]) {
      await request(signed());
      await expect(request(signed(), authorization(`${start}${text}${end}`))).rejects.toMatchObject(
        { message: expect.stringContaining(message) },
      );
    }
  });

  test.each([
    [`${'0'.repeat(31)},${'0'.repeat(32)}`, 'not a valid key=value pair'],
    [`${'0'.repeat(30)},a=${'0'.repeat(32)}`, 'does not match'],
    [`${'0'.repeat(43)},Signature=${'0'.repeat(10)}`, "has 'Signature' twice"],
    ['0'.repeat(63), 'does not match'],
    ['0'.repeat(65), 'does not match'],
    ['', "requires 'Signature' parameter"],
  ])('is not used for what ends in %s', async (end, message) => {
    const start = signed()['authorization']?.replace(/[0-9a-f]{64}$/, '');
    for (const _ of [1, 2]) {
      await request(signed());
      await expect(request(signed(), authorization(`${start}${end}`))).rejects.toMatchObject({
        message: expect.stringContaining(message),
      });
    }
  });

  test('lets the signature stand anywhere', async () => {
    const { authorization: text = '' } = signed();
    const [scheme = '', ...parameters] = text.split(/,? /);
    for (const order of [parameters, parameters.toReversed(), parameters])
      for (const separator of [', ', ',', ',  '])
        await request(signed(), authorization(`${scheme} ${order.join(separator)}`));
  });
});
