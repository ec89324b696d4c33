// Who may retire a grant, who may revoke it, and what stays.

import { beforeEach, describe, expect, test } from 'vitest';
import type { KmsClientOptions } from '../../lib/client_options.js';
import type { GrantOperation } from '../../lib/types.js';
import { account, startMs } from '../unit/engine_for_tests.js';
import {
  allow,
  allowAll,
  keyPolicy,
  makeScene,
  otherAccount,
  outcome,
  plaintext,
  type Scene,
} from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await makeScene();
});

const user = (name: string, of = account) => `arn:aws:iam::${of}:user/${name}`;
const denied = (action: string) =>
  new RegExp(`^AccessDeniedException: .* not authorized to perform: ${action} `);
const make = (Operations: GrantOperation[] = ['Encrypt', 'RetireGrant']) =>
  scene.client.createGrant({
    KeyId: scene.key.KeyId,
    GranteePrincipal: user('grantee'),
    RetiringPrincipal: user('retirer'),
    Operations,
    Constraints: { EncryptionContextEquals: { app: 'x' } },
  });

describe('trap 16: RetireGrant', () => {
  const who: readonly [string, KmsClientOptions, GrantOperation[] | undefined, boolean][] = [
    ['the retiring principal', { principal: user('retirer') }, undefined, true],
    [
      'the grantee, when RetireGrant is among the operations',
      { principal: user('grantee') },
      undefined,
      true,
    ],
    ['the grantee, when it is not', { principal: user('grantee') }, ['Encrypt'], false],
    ['the root of the issuing account', {}, undefined, true],
    [
      'a user whom the issuing account allows it',
      { principal: user('bob'), identityPolicies: [allow('kms:RetireGrant')] },
      undefined,
      true,
    ],
    ['a user whom it does not', { principal: user('bob') }, undefined, false],
    [
      'somebody of another account, allowed everything there',
      { principal: user('carol', otherAccount), identityPolicies: [allowAll] },
      undefined,
      false,
    ],
  ];

  test.each(who)('by %s', async (_title, options, operations, allowed) => {
    const { engine, client, key } = scene;
    const { GrantId, GrantToken } = await make(operations);
    for (const names of [{ GrantToken }, { KeyId: key.Arn, GrantId }]) {
      const DryRun = true;
      const answer = await outcome(engine.client(options).retireGrant({ ...names, DryRun }));
      if (allowed) expect(answer).toMatch(/^DryRunOperationException/);
      else expect(answer).toMatch(denied('kms:RetireGrant'));
    }
    const answer = await outcome(engine.client(options).retireGrant({ GrantToken }));
    if (allowed) expect(answer).toBe('ok');
    else expect(answer).toMatch(denied('kms:RetireGrant'));
    const { Grants } = await client.listGrants({ KeyId: key.KeyId, GrantId });
    expect(Grants).toHaveLength(allowed ? 0 : 1);
  });

  test('no key policy allows it, and a Deny anywhere forbids it', async () => {
    const { engine, client, key } = scene;
    const { GrantToken } = await make();
    const statement = (Effect: string, name: string) => ({
      Effect,
      Principal: { AWS: user(name) },
      Action: 'kms:RetireGrant',
      Resource: '*',
    });
    const Policy = keyPolicy(statement('Allow', 'bob'), statement('Deny', 'retirer'));
    await client.putKeyPolicy({ KeyId: key.KeyId, Policy });
    const bob = engine.client({ principal: user('bob') });
    expect(await outcome(bob.retireGrant({ GrantToken }))).toMatch(denied('kms:RetireGrant'));
    const retirer = engine.client({ principal: user('retirer') });
    expect(await outcome(retirer.retireGrant({ GrantToken }))).toContain(
      'explicit deny in a resource-based policy',
    );
    const deny = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'kms:RetireGrant', Resource: '*' }],
    };
    const grantee = engine.client({ principal: user('grantee'), identityPolicies: [deny] });
    expect(await outcome(grantee.retireGrant({ GrantToken }))).toContain('explicit deny');
  });

  test('conditions see the constraints of the grant and the tags of the key', async () => {
    const { engine } = scene;
    const bobWhen = (Condition: object) => {
      const Statement = [{ Effect: 'Allow', Action: 'kms:RetireGrant', Resource: '*', Condition }];
      return engine.client({
        principal: user('bob'),
        identityPolicies: [{ Version: '2012-10-17', Statement }],
      });
    };
    const { GrantToken } = await make();
    const seen = [
      ['kms:EncryptionContext:app', 'x'],
      ['kms:GrantConstraintType', 'EncryptionContextEquals'],
      ['aws:ResourceTag/team', 'blue'],
    ] as const;
    for (const [name, value] of seen) {
      const other = bobWhen({ StringEquals: { [name]: 'other' } });
      expect(await outcome(other.retireGrant({ GrantToken }))).toMatch(denied('kms:RetireGrant'));
      const one = bobWhen({ StringEquals: { [name]: value } });
      expect(await outcome(one.retireGrant({ GrantToken, DryRun: true }))).toMatch(/^DryRun/);
    }
  });

  test('the grant is named by its token, or by key ARN and id: not by both, nor by half', async () => {
    const { client, key, aliasName } = scene;
    const { GrantId, GrantToken } = await make();
    const either =
      'ValidationException: Specify either a grant token, or a key ARN and a grant ID.';
    const KeyId = key.Arn;
    for (const names of [
      {},
      { KeyId },
      { GrantId },
      { GrantToken, GrantId },
      { GrantToken, KeyId },
    ])
      expect(await outcome(client.retireGrant(names))).toBe(either);
    expect(await outcome(client.retireGrant({ KeyId: key.KeyId, GrantId }))).toBe(
      'InvalidArnException: RetireGrant needs the key ARN.',
    );
    for (const alias of [aliasName, key.Arn.replace(/key\/.*/, aliasName)])
      expect(await outcome(client.retireGrant({ KeyId: alias, GrantId }))).toBe(
        'InvalidArnException: Key Aliases are not supported for this operation.',
      );
    expect(await outcome(client.retireGrant({ KeyId, GrantId }))).toBe('ok');
  });

  test.each([
    [
      (arn: string) => arn.replace('eu-central-1', 'us-west-2'),
      'NotFoundException: Invalid arn us-west-2',
    ],
    [(arn: string) => arn.replace(/key\/.*/, 'key/x y'), "NotFoundException: Invalid keyId 'x y'"],
    [
      (arn: string) => arn.replace(/key\/.*/, `key/${'x'.repeat(1900)}`),
      `NotFoundException: Invalid keyId '${'x'.repeat(1900)}'`,
    ],
    [
      (arn: string) => arn.replace(/....$/, '0000'),
      /^NotFoundException: Key 'arn:aws:kms:.*0000' does not exist$/,
    ],
    [(arn: string) => arn.replace(account, otherAccount), /^AccessDeniedException/],
  ])('a key that cannot be, or is not there: %#', async (change, expected) => {
    const { client, key } = scene;
    const { GrantId } = await make();
    const answer = await outcome(client.retireGrant({ KeyId: change(key.Arn), GrantId }));
    if (typeof expected === 'string') expect(answer).toBe(expected);
    else expect(answer).toMatch(expected);
  });

  test('again is not found; another account is told nothing', async () => {
    const { engine, client } = scene;
    const { GrantId, GrantToken } = await make();
    await client.retireGrant({ GrantToken });
    expect(await outcome(client.retireGrant({ GrantToken }))).toBe(
      `NotFoundException: Grant ID ${GrantId} not found`,
    );
    const carol = engine.client({
      principal: user('carol', otherAccount),
      identityPolicies: [allowAll],
    });
    const gone = await outcome(carol.retireGrant({ GrantToken }));
    const there = await outcome(carol.retireGrant({ GrantToken: (await make()).GrantToken }));
    expect(gone).toBe(there);
    expect(gone).toMatch(denied('kms:RetireGrant'));
  });
});

describe('RevokeGrant', () => {
  test('is for those whom the key’s policy lets: not the grantee, not the retiring principal', async () => {
    const { engine, client, key } = scene;
    const { GrantId } = await make();
    const input = { KeyId: key.KeyId, GrantId };
    for (const name of ['grantee', 'retirer', 'bob'])
      expect(await outcome(engine.client({ principal: user(name) }).revokeGrant(input))).toMatch(
        denied('kms:RevokeGrant'),
      );
    const bob = engine.client({
      principal: user('bob'),
      identityPolicies: [allow('kms:RevokeGrant')],
    });
    await bob.revokeGrant(input);
    expect((await client.listGrants(input)).Grants).toEqual([]);
    expect(await outcome(bob.revokeGrant(input))).toBe(
      `NotFoundException: Grant ID ${GrantId} not found`,
    );
  });

  test('works across accounts by the key ARN', async () => {
    const { engine, client, key } = scene;
    const { GrantId } = await make();
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: otherAccount },
      Action: ['kms:RevokeGrant', 'kms:ListGrants'],
      Resource: '*',
    };
    await client.putKeyPolicy({ KeyId: key.KeyId, Policy: keyPolicy(statement) });
    const other = engine.client({ account: otherAccount });
    expect((await other.listGrants({ KeyId: key.Arn })).Grants).toHaveLength(2);
    expect(await outcome(other.revokeGrant({ KeyId: key.Arn, GrantId }))).toBe('ok');
  });

  test('does not show what another key’s grant is', async () => {
    const { client, second } = scene;
    const { GrantId } = await make();
    expect(await outcome(client.revokeGrant({ KeyId: second.KeyId, GrantId }))).toMatch(
      /^NotFoundException/,
    );
  });
});

test('revoked by two at once, it goes once', async () => {
  const { client, key } = scene;
  const { GrantId } = await make();
  const revoke = () => outcome(client.revokeGrant({ KeyId: key.KeyId, GrantId }));
  const answers = await Promise.all([revoke(), revoke()]);
  expect(answers.sort()).toEqual([`NotFoundException: Grant ID ${GrantId} not found`, 'ok']);
});

test('disabling a key leaves its grants; deleting it ends them', async () => {
  const { engine, client, key } = scene;
  const { KeyId } = key;
  await make();
  await client.disableKey({ KeyId });
  await client.enableKey({ KeyId });
  const grantee = engine.client({ principal: user('grantee') });
  const input = { KeyId, Plaintext: plaintext, EncryptionContext: { app: 'x' } };
  expect(await outcome(grantee.encrypt(input))).toBe('ok');
  await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  engine.clock.nowMs = startMs + 7 * 86_400_000;
  await engine.upkeep.runDue();
  const RetiringPrincipal = user('retirer');
  expect((await client.listRetirableGrants({ RetiringPrincipal })).Grants).toEqual([]);
});
