// The Signature Version 4 test suite: canonical request, string to sign and signature of every case,
// signed by headers and presigned.

import { beforeAll, describe, expect, test } from 'vitest';
import { sign, signingKey } from '../../bench/peers/sigv4_signer.mjs';
import { addon } from '../../lib/hsm/index.js';
import type { CredentialFinder, UsableCredential } from '../../lib/iam/credentials.js';
import { SigningKeys } from '../../lib/iam/signing_keys.js';
import { type HeldRootKey, unlockStore } from '../../lib/keys/root_key.js';
import { authenticate, splitTarget } from '../../lib/server/authenticate.js';
import { type Authorization, parseAuthorization } from '../../lib/server/authorization.js';
import {
  canonicalRequest,
  canonicalUri,
  encodePath,
  stringToSign,
} from '../../lib/server/canonical_request.js';
import { HeaderList } from '../../lib/server/header_list.js';
import { parseQuery } from '../../lib/server/query_string.js';
import { MemoryStore } from '../../lib/store/memory.js';
import {
  readSuiteCase,
  type SigningContext,
  type SuiteForm,
  type SuiteRequest,
  suiteNames,
} from './support/signing_suite.js';

const forms = suiteNames.flatMap((name) => [[name, 'header'] as const, [name, 'query'] as const]);

const hsm = addon();
let signingKeys: SigningKeys;
let rootKey: HeldRootKey;
beforeAll(async () => {
  const unlocked = await unlockStore(hsm, new MemoryStore(), () => hsm.randomKeyBytes(32));
  rootKey = unlocked.rootKey;
  signingKeys = new SigningKeys({ hsm, rootKey, store: unlocked.store, nowMs: () => 0 });
});

/** The suite's key, wrapped as one of a store's is: the HSM verifies its signatures. */
function findersOf({ credentials }: SigningContext): CredentialFinder {
  const { access_key_id: accessKeyId, secret_access_key, token } = credentials;
  const secret = new Uint8Array(Buffer.from(secret_access_key));
  const wrapped = hsm.accessKeyWrap(rootKey.handle, accessKeyId, secret);
  const wrappedSecret = Buffer.from(wrapped).toString('base64');
  const credential = {
    status: 'ok',
    accessKeyId,
    verify: (scope, text, signature) =>
      signingKeys.verify({ accessKeyId, wrappedSecret }, scope, text, signature),
  } as UsableCredential;
  const current: CredentialFinder['current'] = (id, sessionToken) =>
    id === accessKeyId && sessionToken === token ? credential : { status: 'unknown' };
  return { current, load: () => Promise.reject(new Error('not asked')) };
}

function authorizationOf({ signed }: SuiteForm): Authorization {
  const query = parseQuery(splitTarget(signed.target)[1], '+') ?? [];
  return parseAuthorization(new HeaderList(signed.rawHeaders), query);
}

/** The canonical request of what was signed: some signers add the session token afterwards. */
function canonicalOf(form: SuiteForm, { normalize, omit_session_token }: SigningContext): string {
  const { method, target, rawHeaders, body } = form.signed;
  const { signedHeaders, query } = authorizationOf(form);
  const [path] = splitTarget(target);
  return canonicalRequest({
    method,
    uri: normalize ? canonicalUri(path) : encodePath(path),
    query: query.filter(([name]) => omit_session_token !== true || name !== 'X-Amz-Security-Token'),
    headers: new HeaderList(rawHeaders),
    signedHeaders,
    body: Buffer.from(body),
  });
}

describe.skipIf(suiteNames.length === 0)('the Signature Version 4 test suite', () => {
  test('has all its cases', () => {
    expect(suiteNames).toHaveLength(38);
  });

  test.each(forms)('%s, signed by %s', (name, kind) => {
    const { context, [kind]: form } = readSuiteCase(name);
    const { scope, time, signature, accessKeyId, expiresSeconds } = authorizationOf(form);
    const { region, service, credentials, expiration_in_seconds } = context;
    expect(accessKeyId).toBe(credentials.access_key_id);
    expect(time.timeMs).toBe(Date.parse(context.timestamp));
    expect(expiresSeconds).toBe(kind === 'query' ? expiration_in_seconds : undefined);
    expect(scope).toMatchObject({ region, service, date: '20150830' });
    const canonical = canonicalOf(form, context);
    expect(canonical).toBe(form.canonicalRequest);
    const toSign = stringToSign(time.text, scope.text, canonical);
    expect(toSign).toBe(form.stringToSign);
    expect(signature).toBe(form.signature);
    const key = signingKey(credentials.secret_access_key, scope.date, region, service);
    expect(sign(key, toSign)).toBe(form.signature);
  });

  /** What a server accepts: the path as every service but S3 has it, and nothing of AWS's unsigned. */
  const isAcceptable = ({ normalize, omit_session_token }: SigningContext, target: string) =>
    omit_session_token !== true && (normalize || canonicalUri(target) === encodePath(target));

  test.each(forms)(
    '%s, signed by %s, is accepted whole and refused changed',
    async (name, kind) => {
      const { context, [kind]: form } = readSuiteCase(name);
      const { signed } = form;
      const work = (changes: Partial<SuiteRequest>) => check({ ...signed, ...changes }, context);
      if (!isAcceptable(context, splitTarget(signed.target)[0])) {
        await expect(work({})).rejects.toMatchObject({ code: 'InvalidSignatureException' });
        return;
      }
      const { credential, region } = await work({});
      expect(credential.accessKeyId).toBe(context.credentials.access_key_id);
      expect(region).toBe(context.region);
      const changes = [
        { method: 'PUT' },
        { body: `${signed.body} ` },
        { target: `${signed.target}${signed.target.includes('?') ? '&' : '?'}more` },
        { target: `/more${signed.target}` },
        { rawHeaders: signed.rawHeaders.map((text) => text.replace('example.', 'example2.')) },
      ];
      for (const change of changes) {
        await expect(work(change)).rejects.toMatchObject({
          code: 'InvalidSignatureException',
          message: expect.stringContaining('The request signature we calculated does not match'),
        });
      }
    },
  );
});

async function check({ method, target, rawHeaders, body }: SuiteRequest, context: SigningContext) {
  const headers = new HeaderList(rawHeaders);
  const request = { method, target, headers, body: Buffer.from(body) };
  const { service, timestamp } = context;
  const expected = { service, region: undefined };
  return authenticate(request, expected, findersOf(context), Date.parse(timestamp));
}
