// What grants allow, alone and with policies, with constraints, and handed on.

import { beforeEach, describe, expect, test } from 'vitest';
import type { KmsClientOptions } from '../../lib/client_options.js';
import type { CreateGrantInput, GrantConstraints, GrantOperation } from '../../lib/types.js';
import { account, region } from '../unit/engine_for_tests.js';
import {
  allow,
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
const role = `arn:aws:iam::${account}:role/worker`;
const session = `arn:aws:sts::${account}:assumed-role/worker/one`;
const federated = `arn:aws:sts::${account}:federated-user/fred`;
const grant = (more: Partial<CreateGrantInput>, client = scene.client) =>
  client.createGrant({ KeyId: scene.key.Arn, Operations: ['Encrypt'], ...more });
const encrypt = (options: KmsClientOptions, EncryptionContext?: Record<string, string>) =>
  outcome(
    scene.engine
      .client(options)
      .encrypt({ KeyId: scene.key.Arn, Plaintext: plaintext, EncryptionContext }),
  );
const denied = /^AccessDeniedException/;
const nothing = allow('kms:DescribeKey');

describe('trap 15: a grant allows its grantee its operations, and nobody anything else', () => {
  test.each([
    [user('bob'), user('bob')],
    [role, session],
    [session, session],
    [federated, federated],
  ])('%s', async (GranteePrincipal, principal) => {
    expect(await encrypt({ principal })).toMatch(denied);
    const { GrantId } = await grant({ GranteePrincipal });
    expect(await encrypt({ principal })).toBe('ok');
    const client = scene.engine.client({ principal });
    expect(await outcome(client.decrypt({ CiphertextBlob: scene.blob }))).toMatch(denied);
    const other = scene.second.KeyId;
    expect(await outcome(client.encrypt({ KeyId: other, Plaintext: plaintext }))).toMatch(denied);
    expect(await encrypt({ principal: user('mallory') })).toMatch(denied);
    await scene.client.revokeGrant({ KeyId: scene.key.KeyId, GrantId });
    expect(await encrypt({ principal })).toMatch(denied);
  });

  test('another session of a role is another grantee', async () => {
    await grant({ GranteePrincipal: session });
    expect(await encrypt({ principal: session.replace('one', 'two') })).toMatch(denied);
  });

  test('an account as grantee hands it to its own policies', async () => {
    await grant({ GranteePrincipal: account });
    await scene.client.putKeyPolicy({
      KeyId: scene.key.KeyId,
      Policy: keyPolicy({
        Effect: 'Deny',
        Principal: { AWS: user('eve') },
        Action: 'kms:*',
        Resource: '*',
      }),
    });
    expect(await encrypt({ principal: user('bob') })).toMatch(denied);
    expect(
      await encrypt({ principal: user('bob'), identityPolicies: [allow('kms:Encrypt')] }),
    ).toBe('ok');
    expect(
      await encrypt({ principal: user('eve'), identityPolicies: [allow('kms:Encrypt')] }),
    ).toMatch(denied);
  });
});

describe('implicit limits', () => {
  test.each([
    [user('bob'), user('bob'), true],
    [role, session, true],
    [session, session, false],
    [federated, federated, false],
  ])(
    'of a session policy or boundary on %s as %s: %s',
    async (GranteePrincipal, principal, limited) => {
      await grant({ GranteePrincipal });
      for (const limit of [{ sessionPolicies: [nothing] }, { permissionsBoundary: nothing }]) {
        const answer = await encrypt({ principal, ...limit });
        if (limited) expect(answer).toMatch(denied);
        else expect(answer).toBe('ok');
      }
    },
  );
});

test('an explicit Deny wins, wherever it stands', async () => {
  const principal = user('bob');
  await grant({ GranteePrincipal: principal });
  const deny = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' }],
  };
  const both = { ...deny, Statement: [...deny.Statement, ...allow('*').Statement] };
  expect(await encrypt({ principal, identityPolicies: [deny] })).toMatch(
    /explicit deny in an? identity-based policy/,
  );
  expect(await encrypt({ principal, sessionPolicies: [both] })).toContain(
    'explicit deny in a session policy',
  );
  expect(await encrypt({ principal, permissionsBoundary: both })).toContain(
    'explicit deny in a permissions boundary',
  );
  const statement = {
    Effect: 'Deny',
    Principal: { AWS: principal },
    Action: 'kms:Encrypt',
    Resource: '*',
  };
  await scene.client.putKeyPolicy({ KeyId: scene.key.KeyId, Policy: keyPolicy(statement) });
  expect(await encrypt({ principal })).toContain('explicit deny in a resource-based policy');
});

describe('across accounts', () => {
  const principal = user('carol', otherAccount);

  test('a grant of the key’s account needs the identity policy too', async () => {
    await grant({ GranteePrincipal: principal });
    expect(await encrypt({ principal })).toMatch(denied);
    expect(await encrypt({ principal, identityPolicies: [allow('kms:Encrypt')] })).toBe('ok');
  });

  test('a grant that the caller’s own account issued does not', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: otherAccount },
      Action: 'kms:CreateGrant',
      Resource: '*',
    };
    await scene.client.putKeyPolicy({ KeyId: scene.key.KeyId, Policy: keyPolicy(statement) });
    await grant({ GranteePrincipal: principal }, scene.engine.client({ account: otherAccount }));
    expect(await encrypt({ principal })).toBe('ok');
    expect(await encrypt({ principal, sessionPolicies: [nothing] })).toMatch(denied);
  });
});

describe('trap 15: constraints', () => {
  const principal = user('bob');
  const pairs = { app: 'x', stage: 'test' };

  test('EncryptionContextEquals wants exactly these pairs', async () => {
    await grant({ GranteePrincipal: principal, Constraints: { EncryptionContextEquals: pairs } });
    expect(await encrypt({ principal }, { stage: 'test', app: 'x' })).toBe('ok');
    const others = [undefined, {}, { app: 'x' }, { ...pairs, more: '' }, { ...pairs, app: 'X' }];
    for (const context of others) expect(await encrypt({ principal }, context)).toMatch(denied);
  });

  test('EncryptionContextSubset wants at least these pairs', async () => {
    await grant({ GranteePrincipal: principal, Constraints: { EncryptionContextSubset: pairs } });
    for (const context of [pairs, { ...pairs, more: '' }])
      expect(await encrypt({ principal }, context)).toBe('ok');
    for (const context of [
      undefined,
      { app: 'x' },
      { ...pairs, stage: 'live' },
      { APP: 'x', stage: 'test' },
    ])
      expect(await encrypt({ principal }, context)).toMatch(denied);
  });

  test('say nothing of DescribeKey', async () => {
    const Constraints = { EncryptionContextEquals: pairs };
    await grant({ GranteePrincipal: principal, Operations: ['DescribeKey'], Constraints });
    const bob = scene.engine.client({ principal });
    expect(await outcome(bob.describeKey({ KeyId: scene.key.KeyId }))).toBe('ok');
  });

  test('both halves of a ReEncrypt ask for their own context', async () => {
    const { engine, key, second, client, blob } = scene;
    const SourceEncryptionContext = { a: 'b' };
    const { CiphertextBlob } = await client.encrypt({
      KeyId: key.KeyId,
      Plaintext: plaintext,
      EncryptionContext: { a: 'b' },
    });
    const Constraints = { EncryptionContextEquals: { a: 'b' } };
    await grant({ GranteePrincipal: principal, Operations: ['ReEncryptFrom'], Constraints });
    const DestinationKeyId = second.KeyId;
    await grant({
      KeyId: DestinationKeyId,
      GranteePrincipal: principal,
      Operations: ['ReEncryptTo'],
    });
    const bob = engine.client({ principal });
    expect(
      await outcome(bob.reEncrypt({ CiphertextBlob, DestinationKeyId, SourceEncryptionContext })),
    ).toBe('ok');
    expect(await outcome(bob.reEncrypt({ CiphertextBlob: blob, DestinationKeyId }))).toMatch(
      denied,
    );
  });
});

describe('service principals', () => {
  const SourceArn = `arn:aws:rds:${region}:${account}:db:one`;
  const service = 'rds.amazonaws.com';
  beforeEach(() =>
    grant({
      GranteeServicePrincipal: service,
      RetiringServicePrincipal: service,
      Operations: ['Encrypt', 'RetireGrant'],
      Constraints: { SourceArn },
    }),
  );

  test('act for the resource of the constraint', async () => {
    expect(await encrypt({ service, sourceArn: SourceArn })).toBe('ok');
    expect(await encrypt({ service })).toMatch(denied);
    expect(await encrypt({ service, sourceArn: `${SourceArn}s` })).toMatch(denied);
    expect(await encrypt({ service: 's3.amazonaws.com', sourceArn: SourceArn })).toMatch(denied);
    expect(await encrypt({ principal: user('bob') })).toMatch(denied);
  });

  test('list their own grants, and retire them', async () => {
    const { client, engine, key } = scene;
    const rds = engine.client({ service, sourceArn: SourceArn });
    const statement = {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'kms:ListGrants',
      Resource: '*',
    };
    await client.putKeyPolicy({ KeyId: key.KeyId, Policy: keyPolicy(statement) });
    const { Grants } = await rds.listGrants({ KeyId: key.Arn, GranteeServicePrincipal: service });
    expect(Grants).toHaveLength(1);
    const GrantId = Grants[0]?.GrantId;
    expect(await outcome(rds.retireGrant({ KeyId: key.Arn, GrantId }))).toBe('ok');
    expect(await encrypt({ service, sourceArn: SourceArn })).toMatch(denied);
  });
});

describe('handing on: one parent allows all that the child does, and is no stricter', () => {
  const parent = user('parent');
  const child = user('child');
  const pairs = { a: '1', b: '2' };
  const handOn = (more: Partial<CreateGrantInput>) =>
    outcome(
      grant({ GranteePrincipal: child, ...more }, scene.engine.client({ principal: parent })),
    );

  const cases: readonly [
    GrantOperation[],
    GrantConstraints,
    GrantOperation[],
    GrantConstraints,
    boolean,
  ][] = [
    [['CreateGrant', 'Encrypt'], {}, ['Encrypt'], {}, true],
    [['CreateGrant', 'Encrypt'], {}, ['CreateGrant'], {}, true],
    [['CreateGrant', 'Encrypt'], {}, ['Encrypt', 'Decrypt'], {}, false],
    [['Encrypt'], {}, ['Encrypt'], {}, false],
    [['CreateGrant', 'Encrypt'], { EncryptionContextEquals: pairs }, ['Encrypt'], {}, false],
    [
      ['CreateGrant', 'Encrypt'],
      { EncryptionContextEquals: pairs },
      ['Encrypt'],
      { EncryptionContextEquals: { b: '2', a: '1' } },
      true,
    ],
    [
      ['CreateGrant', 'Encrypt'],
      { EncryptionContextEquals: pairs },
      ['Encrypt'],
      { EncryptionContextSubset: pairs },
      false,
    ],
    [
      ['CreateGrant', 'Encrypt'],
      { EncryptionContextSubset: { a: '1' } },
      ['Encrypt'],
      { EncryptionContextSubset: pairs },
      true,
    ],
    [
      ['CreateGrant', 'Encrypt'],
      { EncryptionContextSubset: pairs },
      ['Encrypt'],
      { EncryptionContextSubset: { a: '1' } },
      false,
    ],
    [
      ['CreateGrant', 'Encrypt'],
      { EncryptionContextSubset: { a: '1' } },
      ['Encrypt'],
      { EncryptionContextEquals: pairs },
      true,
    ],
  ];
  test.each(cases)(
    'parent %o %o, child %o %o: %s',
    async (own, constraints, Operations, Constraints, allowed) => {
      await grant({ GranteePrincipal: parent, Operations: own, Constraints: constraints });
      const answer = await handOn({ Operations, Constraints });
      if (allowed) expect(answer).toBe('ok');
      else expect(answer).toContain('not authorized to perform: kms:CreateGrant');
    },
  );

  test('two parents do not add up', async () => {
    await grant({ GranteePrincipal: parent, Operations: ['CreateGrant', 'Encrypt'] });
    await grant({ GranteePrincipal: parent, Operations: ['CreateGrant', 'Decrypt'] });
    expect(await handOn({ Operations: ['Encrypt', 'Decrypt'] })).toMatch(denied);
    expect(await handOn({ Operations: ['Decrypt'] })).toBe('ok');
  });

  test('a child stays when its parent goes', async () => {
    const { GrantId } = await grant({
      GranteePrincipal: parent,
      Operations: ['CreateGrant', 'Encrypt'],
    });
    expect(await handOn({})).toBe('ok');
    await scene.client.revokeGrant({ KeyId: scene.key.KeyId, GrantId });
    expect(await encrypt({ principal: child })).toBe('ok');
  });
});
