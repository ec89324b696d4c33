// Signatures checked inside the HSM, over the AWS Signature Version 4 test suite, and access keys as
// an endpoint finds them.

import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SigningScope } from '../../lib/iam/credentials.js';
import { SigningKeys } from '../../lib/iam/signing_keys.js';
import { itWithVectors, vectorFile } from '../vectors/support/vector_files.js';
import { allow, openWorld, trust, userArn } from './support/iam_world.js';

const world = await openWorld();
const { root, hsm, rootKey } = world;
const { ground } = world.iamParts.identities;
const scope: SigningScope = { date: '20260102', region: 'eu-central-1', service: 'kms' };
const stringToSign = 'AWS4-HMAC-SHA256\n20260102T030405Z\nscope\nhash';

/** The signature as a client makes it (AWS General Reference, "Create a signed AWS API request"). */
function sign(secret: string, { date, region, service }: SigningScope, text: string): string {
  const hmac = (key: string | Uint8Array, data: string | Uint8Array) =>
    createHmac('sha256', key).update(data).digest();
  const key = [date, region, service, 'aws4_request'].reduce<string | Uint8Array>(
    hmac,
    `AWS4${secret}`,
  );
  return hmac(key, text).toString('hex');
}

function wrap(accessKeyId: string, secret: string) {
  const bytes = new Uint8Array(Buffer.from(secret));
  const wrapped = hsm.accessKeyWrap(rootKey.handle, accessKeyId, bytes);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
  return { accessKeyId, wrappedSecret: Buffer.from(wrapped).toString('base64') };
}

itWithVectors(['sigv4/v4/get-vanilla/context.json'], () => {
  const suite = dirname(dirname(vectorFile('sigv4/v4/get-vanilla/context.json')));
  const keys = new SigningKeys(ground);
  let count = 0;
  for (const name of readdirSync(suite)) {
    const read = (file: string) => readFileSync(join(suite, name, file), 'utf8');
    const { credentials, region, service, timestamp } = JSON.parse(read('context.json'));
    const secret = wrap(credentials.access_key_id, credentials.secret_access_key);
    const date = timestamp.slice(0, 10).replaceAll('-', '');
    for (const kind of ['header', 'query']) {
      const text = read(`${kind}-string-to-sign.txt`).replaceAll('\r\n', '\n');
      const signature = read(`${kind}-signature.txt`).trim();
      const verify = (more: Partial<SigningScope>, toSign: string, hex: string) =>
        keys.verify(secret, { date, region, service, ...more }, toSign, hex);
      expect([name, verify({}, text, signature)]).toEqual([name, true]);
      expect(verify({ service: 'other' }, text, signature)).toBe(false);
      expect(verify({}, `${text}\n`, signature)).toBe(false);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(50);
});

describe('a long-term access key', () => {
  it('verifies what was signed with its secret, and nothing else', async () => {
    await root.createUser({ UserName: 'alice' });
    const { AccessKey } = await root.createAccessKey({ UserName: 'alice' });
    const { AccessKey: other } = await root.createAccessKey({ UserName: 'alice' });
    const found = await world.use(AccessKey.AccessKeyId);
    const signature = sign(AccessKey.SecretAccessKey, scope, stringToSign);
    for (const _ of [1, 2]) expect(found.verify(scope, stringToSign, signature)).toBe(true);
    expect(
      found.verify(scope, stringToSign, sign(other.SecretAccessKey, scope, stringToSign)),
    ).toBe(false);
    for (const more of [{ date: '20260103' }, { region: 'eu-west-1' }, { service: 'iam' }]) {
      expect(found.verify({ ...scope, ...more }, stringToSign, signature)).toBe(false);
    }
    for (const bad of [
      '',
      'x',
      signature.slice(1),
      `${signature}0`,
      signature.toUpperCase(),
      'g'.repeat(64),
      '0'.repeat(64),
    ])
      expect(found.verify(scope, stringToSign, bad)).toBe(false);
    for (let i = 0; i < 64; i++) {
      const digit = signature[i] === '0' ? '1' : '0';
      const changed = signature.slice(0, i) + digit + signature.slice(i + 1);
      expect(found.verify(scope, stringToSign, changed)).toBe(false);
    }
  });

  it('is its user, with his policies as they are now', async () => {
    const { AccessKeyMetadata } = await root.listAccessKeys({ UserName: 'alice' });
    const id = AccessKeyMetadata[0]?.AccessKeyId ?? '';
    const iam = world.iamAs((await world.use(id)).identity);
    await expect(iam.listUsers()).rejects.toMatchObject({ code: 'AccessDenied' });
    await root.putUserPolicy({
      UserName: 'alice',
      PolicyName: 'p',
      PolicyDocument: allow('iam:ListUsers'),
    });
    const found = await world.use(id);
    expect(found.arn).toBe(userArn('alice'));
    expect((await world.iamAs(found.identity).listUsers()).Users).toHaveLength(1);
  });

  it('costs the store nothing while nobody commits', async () => {
    const { AccessKeyMetadata } = await root.listAccessKeys({ UserName: 'alice' });
    const id = AccessKeyMetadata[0]?.AccessKeyId ?? '';
    const { credentials } = world.iamParts;
    const found = await credentials.load(id, undefined);
    expect(credentials.current(id, undefined)).toBe(found);
    await root.createUser({ UserName: 'somebody' });
    expect(credentials.current(id, undefined)).toBeUndefined();
  });

  it.each([
    '',
    'AKIA',
    'akiaaaaaaaaaaaaaaaaa',
    'AKIAAAAAAAAAAAAAAAAA',
    'AKIA/../iam/x',
    'AROAAAAAAAAAAAAAAAAA',
    'x'.repeat(5000),
  ])('is unknown as %s', async (id) => {
    expect(await world.find(id)).toEqual({ status: 'unknown' });
  });

  it('takes no session token', async () => {
    const { AccessKeyMetadata } = await root.listAccessKeys({ UserName: 'alice' });
    const id = AccessKeyMetadata[0]?.AccessKeyId ?? '';
    expect((await world.find(id, 'token')).status).toBe('unknown');
  });

  it('is unknown without its user', async () => {
    const { AccessKeyMetadata } = await root.listAccessKeys({ UserName: 'alice' });
    const id = AccessKeyMetadata[0]?.AccessKeyId ?? '';
    const before = await world.store.get('iam/111122223333/user/alice');
    await world.store.commit([{ path: before?.path ?? '', before, after: undefined }]);
    expect((await world.find(id)).status).toBe('unknown');
  });
});

it("a session's access key verifies too", async () => {
  await root.createUser({ UserName: 'bob' });
  await root.createRole({ RoleName: 'r', AssumeRolePolicyDocument: trust(userArn('bob')) });
  const sts = world.sts({ principal: userArn('bob') });
  const RoleArn = 'arn:aws:iam::111122223333:role/r';
  const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName: 's1' });
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials;
  const found = await world.use(AccessKeyId, SessionToken);
  expect(found.verify(scope, stringToSign, sign(SecretAccessKey, scope, stringToSign))).toBe(true);
  expect(found.verify(scope, stringToSign, sign('x'.repeat(40), scope, stringToSign))).toBe(false);
});

it('keeps no signing key under which nothing verified', () => {
  const keys = new SigningKeys(ground);
  const secret = wrap('AKIDEXAMPLE', 'secret');
  const { bytesInUse: before } = hsm.nativeInfo().memory;
  for (const signature of ['x', '0'.repeat(64)]) {
    expect(keys.verify(secret, scope, stringToSign, signature)).toBe(false);
  }
  expect(hsm.nativeInfo().memory.bytesInUse).toBe(before);
});

it('keeps none of a secret that was wrapped anew, nor for another access key', () => {
  const keys = new SigningKeys(ground);
  const { bytesInUse: before } = hsm.nativeInfo().memory;
  const signature = sign('secret', scope, stringToSign);
  const secret = wrap('AKIDEXAMPLE', 'secret');
  expect(keys.verify(secret, scope, stringToSign, signature)).toBe(true);
  const { bytesInUse: withOne } = hsm.nativeInfo().memory;
  const anew = wrap('AKIDEXAMPLE', 'secret');
  expect(anew.wrappedSecret).not.toBe(secret.wrappedSecret);
  expect(keys.verify(anew, scope, stringToSign, signature)).toBe(true);
  expect(hsm.nativeInfo().memory.bytesInUse).toBe(withOne);
  const another = { ...anew, accessKeyId: 'AKIDANOTHER' };
  expect(() => keys.verify(another, scope, stringToSign, signature)).toThrow();
  const otherSecret = wrap('AKIDEXAMPLE', 'another secret');
  expect(keys.verify(otherSecret, scope, stringToSign, signature)).toBe(false);
  keys.clear();
  expect(hsm.nativeInfo().memory.bytesInUse).toBe(before);
});

it('leaves no key behind when a signature cannot be looked at', () => {
  const keys = new SigningKeys(ground);
  const secret = wrap('AKIDEXAMPLE', 'secret');
  const { bytesInUse: before } = hsm.nativeInfo().memory;
  expect(() => keys.verify(secret, scope, undefined as never, 'x')).toThrow();
  expect(hsm.nativeInfo().memory.bytesInUse).toBe(before);
});

/** @returns the bytes that a signing key takes */
function sizeOfKey(keys: SigningKeys, secret: ReturnType<typeof wrap>, text: string): number {
  const { bytesInUse: before } = hsm.nativeInfo().memory;
  keys.verify(secret, scope, stringToSign, sign(text, scope, stringToSign));
  const { bytesInUse: after } = hsm.nativeInfo().memory;
  keys.clear();
  expect(after).toBeGreaterThan(before);
  return after - before;
}

it('keeps a bounded number of signing keys of several secrets', () => {
  const keys = new SigningKeys(ground);
  const secrets = ['a', 'b', 'c'].map((text) => [text, wrap(`AKID${text}`, text)] as const);
  const size = sizeOfKey(keys, secrets[0]?.[1] as ReturnType<typeof wrap>, 'a');
  const { bytesInUse: before } = hsm.nativeInfo().memory;
  for (let i = 0; i < 600; i++) {
    const [text, secret] = secrets[Math.floor(i / 50) % 3] as (typeof secrets)[number];
    const at = { ...scope, region: `region-${i % 200}` };
    expect(keys.verify(secret, at, stringToSign, sign(text, at, stringToSign))).toBe(true);
  }
  expect(hsm.nativeInfo().memory.bytesInUse - before).toBe(256 * size);
  keys.clear();
  expect(hsm.nativeInfo().memory.bytesInUse).toBe(before);
});

it('keeps a bounded number of signing keys, and none after it is closed', () => {
  const keys = new SigningKeys(ground);
  const secret = wrap('AKIDEXAMPLE', 'secret');
  const size = sizeOfKey(keys, secret, 'secret');
  const { bytesInUse: before } = hsm.nativeInfo().memory;
  for (let i = 0; i < 1000; i++) {
    const at = { ...scope, region: `region-${i}` };
    expect(keys.verify(secret, at, stringToSign, sign('secret', at, stringToSign))).toBe(true);
  }
  expect(hsm.nativeInfo().memory.bytesInUse - before).toBe(256 * size);
  keys.clear();
  expect(hsm.nativeInfo().memory.bytesInUse).toBe(before);
});
