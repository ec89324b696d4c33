// Key policies are checked when they are written, and decide at the next request
//.

import { beforeEach, describe, expect, test } from 'vitest';
import { defaultKeyPolicy } from '../../lib/authorization/index.js';
import { account, openEngine, region } from '../unit/engine_for_tests.js';
import {
  allow,
  allowAll,
  keyPolicy,
  makeScene,
  outcome,
  plaintext,
  type Scene,
} from './support/scene.js';

let scene: Scene;
let KeyId: string;
beforeEach(async () => {
  scene = await makeScene();
  KeyId = scene.key.KeyId;
});

const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const version = '2012-10-17';
const lockout =
  'MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.';
const put = (policy: string | object, more: object = {}, client = scene.client) =>
  outcome(
    client.putKeyPolicy({
      KeyId,
      Policy: typeof policy === 'string' ? policy : JSON.stringify(policy),
      ...more,
    }),
  );
const only = (...Statement: object[]) => ({ Version: version, Statement });
const allowing = (Principal: unknown, Action: string | string[] = 'kms:*', more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...more,
});

describe('GetKeyPolicy', () => {
  test('gives the default policy in AWS’s own spacing', async () => {
    expect(await scene.client.getKeyPolicy({ KeyId })).toEqual({
      $metadata: expect.anything(),
      Policy: defaultKeyPolicy(account),
      PolicyName: 'default',
    });
    const { Policy } = await scene.client.getKeyPolicy({ KeyId, PolicyName: 'default' });
    expect(Policy.split('\n').slice(0, 4)).toEqual([
      '{',
      '  "Version" : "2012-10-17",',
      '  "Id" : "key-default-1",',
      '  "Statement" : [ {',
    ]);
  });

  test('knows one name', async () => {
    const expected = 'NotFoundException: No such policy exists';
    expect(await outcome(scene.client.getKeyPolicy({ KeyId, PolicyName: 'other' }))).toBe(expected);
    expect(await put(keyPolicy(), { PolicyName: 'other' })).toBe(expected);
  });
});

describe('PutKeyPolicy', () => {
  test('replaces the whole document, and * is written as AWS writes it', async () => {
    expect(await put(only(allowing({ AWS: account }), allowing('*', 'kms:DescribeKey')))).toBe(
      'ok',
    );
    const { Policy } = await scene.client.getKeyPolicy({ KeyId });
    expect(JSON.parse(Policy).Statement).toMatchObject([
      { Principal: { AWS: account } },
      { Principal: { AWS: '*' } },
    ]);
  });

  test('trap 17: counts at the next request', async () => {
    const bob = scene.engine.client({ principal: user('bob') });
    const encrypt = () => outcome(bob.encrypt({ KeyId, Plaintext: plaintext }));
    expect(await encrypt()).toMatch(/^AccessDenied/);
    await put(keyPolicy(allowing({ AWS: user('bob') }, 'kms:Encrypt')));
    expect(await encrypt()).toBe('ok');
    await put(keyPolicy());
    expect(await encrypt()).toMatch(/^AccessDenied/);
  });

  test.each([
    ['{', /^MalformedPolicyDocumentException: /],
    ['[]', /^MalformedPolicyDocumentException: /],
    ['{"Version":"2012-10-17"}', /^MalformedPolicyDocumentException: /],
    [
      JSON.stringify(only({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })),
      /^MalformedPolicyDocumentException: Policy contains a statement with no principal\.$/,
    ],
    [
      JSON.stringify(only(allowing({ AWS: `arn:aws:iam::${account}:group/admins` }))),
      /^MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals\.$/,
    ],
    [`${keyPolicy()}${' '.repeat(32_769)}`, /^LimitExceededException: /],
  ])('refuses what cannot be a policy: %#', async (policy, expected) => {
    expect(await put(policy)).toMatch(expected);
    const answer = await outcome(scene.client.createKey({ Policy: policy }));
    expect(answer).toMatch(expected);
    expect((await scene.client.getKeyPolicy({ KeyId })).Policy).toBe(defaultKeyPolicy(account));
  });

  test('with strictPrincipals users that nobody knows cannot be named', async () => {
    const engine = await openEngine();
    const strict = engine.client({}, true);
    const id = (await strict.createKey()).KeyMetadata.KeyId;
    const Policy = keyPolicy(allowing({ AWS: user('bob') }));
    const expected =
      'MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.';
    expect(await outcome(strict.putKeyPolicy({ KeyId: id, Policy }))).toBe(expected);
    expect(await outcome(strict.createKey({ Policy }))).toBe(expected);
    expect(await outcome(engine.client().createKey({ Policy }))).toBe('ok');
  });
});

describe('trap 17: the lockout safety check', () => {
  const bobs = only(allowing({ AWS: user('bob') }));

  test('refuses a policy that keeps its writer from the next one; a bypass does not', async () => {
    expect(await put(bobs)).toBe(lockout);
    expect(await put(bobs, { BypassPolicyLockoutSafetyCheck: false })).toBe(lockout);
    const Policy = JSON.stringify(bobs);
    expect(await outcome(scene.client.createKey({ Policy }))).toBe(lockout);
    const BypassPolicyLockoutSafetyCheck = true;
    expect(await outcome(scene.client.createKey({ Policy, BypassPolicyLockoutSafetyCheck }))).toBe(
      'ok',
    );
    expect(await put(bobs, { BypassPolicyLockoutSafetyCheck })).toBe('ok');
    expect(await put(keyPolicy())).toMatch(/^AccessDenied/);
    expect(await put(keyPolicy(), {}, scene.engine.client({ principal: user('bob') }))).toBe(
      lockout,
    );
  });

  test.each([
    [only(allowing({ AWS: account }, ['kms:Encrypt', 'kms:Put*'])), true],
    [only(allowing('*', 'kms:PutKeyPolicy')), true],
    [only(allowing({ AWS: account }, 'kms:Encrypt')), false],
    [
      only(allowing({ AWS: account }), { ...allowing('*', 'kms:PutKeyPolicy'), Effect: 'Deny' }),
      false,
    ],
    [only({ ...allowing({ AWS: account }), Resource: 'arn:aws:kms:us-east-1:1:key/other' }), false],
    [
      only(
        allowing({ AWS: account }, 'kms:*', { Condition: { Bool: { 'aws:ViaAWSService': true } } }),
      ),
      false,
    ],
  ])('%#', async (policy, allowed) => {
    expect(await put(policy)).toBe(allowed ? 'ok' : lockout);
  });

  test('asks for the identity policies of a writer whom the policy does not name', async () => {
    const bob = (...actions: string[]) =>
      scene.engine.client({ principal: user('bob'), identityPolicies: [allow(...actions)] });
    expect(await outcome(bob('kms:CreateKey').createKey())).toBe(lockout);
    expect(await outcome(bob('kms:CreateKey', 'kms:PutKeyPolicy').createKey())).toBe('ok');
    const delegating = JSON.parse(keyPolicy());
    const named = only(allowing({ AWS: user('bob') }, 'kms:PutKeyPolicy'));
    expect(await put(delegating, {}, bob('kms:PutKeyPolicy'))).toBe('ok');
    expect(await put(named, {}, bob('kms:PutKeyPolicy'))).toBe('ok');
    expect(await put(delegating, {}, bob('kms:Encrypt'))).toBe(lockout);
  });

  test('kms:BypassPolicyLockoutSafetyCheck is there only when the request says it', async () => {
    const bob = (Condition: object) => {
      const Statement = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition }];
      return scene.engine.client({
        principal: user('bob'),
        identityPolicies: [{ Version: version, Statement }],
      });
    };
    const absent = bob({ Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } });
    const name = 'BypassPolicyLockoutSafetyCheck';
    expect(await put(keyPolicy(), {}, absent)).toBe('ok');
    expect(await put(keyPolicy(), { [name]: true }, absent)).toMatch(/^AccessDenied/);
    expect(await put(keyPolicy(), { [name]: false }, absent)).toMatch(/^AccessDenied/);
    const bypassing = bob({ Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } });
    expect(await put(keyPolicy(), { [name]: true }, bypassing)).toBe('ok');
    expect(await put(keyPolicy(), {}, bypassing)).toMatch(/^AccessDenied/);
    const creating = { [name]: true };
    expect(await outcome(bypassing.createKey(creating))).toBe('ok');
    expect(await outcome(bypassing.createKey())).toMatch(/^AccessDenied/);
  });
});

describe('trap 18: an identity policy alone is worthless', () => {
  test('without a key policy that delegates', async () => {
    const named = only(allowing({ AWS: user('admin') }));
    await put(named, { BypassPolicyLockoutSafetyCheck: true });
    const bob = scene.engine.client({ principal: user('bob'), identityPolicies: [allowAll] });
    for (const client of [bob, scene.client])
      expect(await outcome(client.encrypt({ KeyId, Plaintext: plaintext }))).toMatch(
        /^AccessDeniedException: .* because no resource-based policy allows the kms:Encrypt action$/,
      );
    const admin = scene.engine.client({ principal: user('admin') });
    expect(await outcome(admin.encrypt({ KeyId, Plaintext: plaintext }))).toBe('ok');
  });

  test('for exactly the actions that are delegated', async () => {
    await put(only(allowing({ AWS: account }, ['kms:Encrypt', 'kms:PutKeyPolicy'])));
    const bob = scene.engine.client({ principal: user('bob'), identityPolicies: [allowAll] });
    expect(await outcome(bob.encrypt({ KeyId, Plaintext: plaintext }))).toBe('ok');
    expect(await outcome(bob.describeKey({ KeyId }))).toMatch(/no resource-based policy allows/);
  });
});

test('trap 17: an alias cannot stand for the key in a policy', async () => {
  const { engine, aliasName } = scene;
  const bob = (Resource: string) =>
    engine.client({
      principal: user('bob'),
      identityPolicies: [only({ Effect: 'Allow', Action: 'kms:*', Resource })],
    });
  const byAlias = bob(`arn:aws:kms:${region}:${account}:${aliasName}`);
  expect(await outcome(byAlias.encrypt({ KeyId: aliasName, Plaintext: plaintext }))).toMatch(
    /^AccessDenied/,
  );
  expect(
    await outcome(bob(scene.key.Arn).encrypt({ KeyId: aliasName, Plaintext: plaintext })),
  ).toBe('ok');
});
