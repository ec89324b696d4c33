// What users and roles of the store may do with keys: identity policies, boundaries, session
// policies, the binding to unique ids, and whom the importing server vouches for.

import { describe, expect, it } from 'vitest';
import type { KmsClient } from '../../lib/kms_client.js';
import type { CreateGrantInput } from '../../lib/types.js';
import {
  account,
  allow,
  deny,
  document,
  openWorld,
  policyArn,
  refusal,
  region,
  roleArn,
  rootArn,
  trust,
  userArn,
} from './support/iam_world.js';

const world = await openWorld();
const { root } = world;
const admin = world.client();
const plaintext = new Uint8Array([1, 2, 3]);

async function newKey(Policy?: string): Promise<string> {
  const { KeyMetadata } = await admin.createKey({ Policy });
  return KeyMetadata?.KeyId as string;
}

async function userWith(name: string, ...policies: string[]): Promise<KmsClient> {
  await root.createUser({ UserName: name });
  for (const [i, PolicyDocument] of policies.entries())
    await root.putUserPolicy({ UserName: name, PolicyName: `p${i}`, PolicyDocument });
  return world.client({ principal: userArn(name) });
}

/** The reason of a refusal, or what was allowed. */
async function outcome(work: Promise<unknown>): Promise<string> {
  const refused = await work.then(
    () => undefined,
    (error: Error) => error,
  );
  return refused === undefined ? 'allowed' : refused.message.replace(/^.*?(because|with) /, '');
}

const key = await newKey();
const encrypt = (client: KmsClient, KeyId = key) =>
  outcome(client.encrypt({ KeyId, Plaintext: plaintext }));

describe("the user's notes", () => {
  /** The IAM policy of the notes, verbatim but for what `Resource` may be put in its place. */
  const notesPolicy = (
    resource = 'arn:aws:kms:us-east-1:123456789012:key/abcd-1234-efgh-5678',
  ) => `{
    "Version": "2012-10-17",
    "Statement": [
      {
        "Effect": "Allow",
        "Action": [
          "kms:Encrypt",
          "kms:Decrypt"
        ],
        "Resource": "${resource}"
      }
    ]
  }`;

  it('their IAM policy allows nothing as it is, since its key id is no key’s', async () => {
    const reader = await userWith('notes-verbatim', notesPolicy());
    expect(await encrypt(reader)).toBe('no identity-based policy allows the kms:Encrypt action');
  });

  it('with the key in its place, it allows what it says together with the key policy', async () => {
    const keyArn = `arn:aws:kms:${region}:${account}:key/${key}`;
    const reader = await userWith('notes', notesPolicy(keyArn));
    const { CiphertextBlob } = await reader.encrypt({ KeyId: key, Plaintext: plaintext });
    const { Plaintext } = await reader.decrypt({ CiphertextBlob });
    expect(Plaintext).toEqual(plaintext);
    expect(await outcome(reader.describeKey({ KeyId: key }))).toBe(
      'no identity-based policy allows the kms:DescribeKey action',
    );
    const other = await newKey();
    expect(await encrypt(reader, other)).toMatch(/^no identity-based policy/);
  });

  it('without the key policy’s part, the IAM policy is worth nothing', async () => {
    const policy = document({
      Effect: 'Allow',
      Principal: { AWS: userArn('somebody-else') },
      Action: 'kms:*',
      Resource: '*',
    });
    const { KeyMetadata } = await admin.createKey({
      Policy: policy,
      BypassPolicyLockoutSafetyCheck: true,
    });
    const reader = await userWith('only-iam', allow('kms:*'));
    expect(await encrypt(reader, KeyMetadata?.KeyId)).toBe(
      'no resource-based policy allows the kms:Encrypt action',
    );
  });
});

describe('a user', () => {
  it('has all of his policies, inline and attached', async () => {
    const user = await userWith('many', allow('kms:Encrypt'));
    await root.createPolicy({ PolicyName: 'describe', PolicyDocument: allow('kms:DescribeKey') });
    expect(await outcome(user.describeKey({ KeyId: key }))).toMatch(/^no identity/);
    await root.attachUserPolicy({ UserName: 'many', PolicyArn: policyArn('describe') });
    expect(await outcome(user.describeKey({ KeyId: key }))).toBe('allowed');
    expect(await encrypt(user)).toBe('allowed');
    await root.putUserPolicy({
      UserName: 'many',
      PolicyName: 'deny',
      PolicyDocument: deny('kms:Describe*'),
    });
    expect(await outcome(user.describeKey({ KeyId: key }))).toMatch(
      /^an explicit deny in an? identity-based policy$/,
    );
    await root.deleteUserPolicy({ UserName: 'many', PolicyName: 'deny' });
    await root.detachUserPolicy({ UserName: 'many', PolicyArn: policyArn('describe') });
    expect(await outcome(user.describeKey({ KeyId: key }))).toMatch(/^no identity/);
  });

  it('feels the change of a managed policy’s version at his next request', async () => {
    const user = await userWith('versions');
    const PolicyArn = policyArn('versions');
    await root.createPolicy({ PolicyName: 'versions', PolicyDocument: deny('kms:*') });
    await root.attachUserPolicy({ UserName: 'versions', PolicyArn });
    expect(await encrypt(user)).toMatch(/^an explicit deny/);
    const PolicyDocument = allow('kms:*');
    await root.createPolicyVersion({ PolicyArn, PolicyDocument, SetAsDefault: true });
    expect(await encrypt(user)).toBe('allowed');
    await root.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v1' });
    expect(await encrypt(user)).toMatch(/^an explicit deny/);
  });

  it('is bounded by his boundary, unless the key policy names him himself', async () => {
    const user = await userWith('bounded', allow('kms:*'));
    await root.createPolicy({ PolicyName: 'only-list', PolicyDocument: allow('kms:List*') });
    await root.putUserPermissionsBoundary({
      UserName: 'bounded',
      PermissionsBoundary: policyArn('only-list'),
    });
    expect(await encrypt(user)).toBe('no permissions boundary allows the kms:Encrypt action');
    const named = await newKey(
      document({
        Effect: 'Allow',
        Principal: { AWS: [userArn('bounded'), rootArn] },
        Action: 'kms:*',
        Resource: '*',
      }),
    );
    expect(await encrypt(user, named)).toBe('allowed');
    await root.deleteUserPermissionsBoundary({ UserName: 'bounded' });
    expect(await encrypt(user)).toBe('allowed');
  });

  it('is known by his tags, his name and his id', async () => {
    const { User } = await root.createUser({
      UserName: 'tagged',
      Tags: [{ Key: 'team', Value: 'blue' }],
    });
    const user = world.client({ principal: userArn('tagged') });
    const StringEquals = {
      'aws:PrincipalTag/team': 'blue',
      'aws:username': 'tagged',
      'aws:userid': User.UserId,
      'aws:PrincipalArn': userArn('tagged'),
    };
    const PolicyDocument = document({
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
      Condition: { StringEquals },
    });
    await root.putUserPolicy({ UserName: 'tagged', PolicyName: 'p', PolicyDocument });
    expect(await encrypt(user)).toBe('allowed');
    await root.tagUser({ UserName: 'tagged', Tags: [{ Key: 'team', Value: 'red' }] });
    expect(await encrypt(user)).toMatch(/^no identity/);
  });

  it('can be given a session policy by the importing server, and no other one', async () => {
    await userWith('session', allow('kms:*'));
    const principal = userArn('session');
    const bound = world.client({ principal, sessionPolicies: [allow('kms:DescribeKey')] });
    expect(await encrypt(bound)).toBe('no session policy allows the kms:Encrypt action');
    expect(await outcome(bound.describeKey({ KeyId: key }))).toBe('allowed');
    for (const given of [
      { identityPolicies: [allow('kms:*')] },
      { permissionsBoundary: allow('kms:*') },
      { principalTags: { a: 'b' } },
    ]) {
      const client = world.client({ principal, ...given });
      const refused = await refusal(client.describeKey({ KeyId: key }));
      expect(refused).toEqual({
        code: 'ERR_INVALID_ARGUMENT',
        message: `the store's IAM knows ${principal}: it cannot be given other policies or tags`,
      });
    }
  });
});

describe('a role', () => {
  it('has its policies, under its own ARN and as a session', async () => {
    await root.createRole({
      RoleName: 'worker',
      Path: '/jobs/',
      AssumeRolePolicyDocument: trust(rootArn),
      Tags: [{ Key: 'a', Value: 'role' }],
    });
    const PolicyDocument = document({
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
      Condition: { StringLike: { 'aws:PrincipalTag/a': ['role', 'session'] } },
    });
    await root.putRolePolicy({ RoleName: 'worker', PolicyName: 'p', PolicyDocument });
    const session = `arn:aws:sts::${account}:assumed-role/worker/s`;
    expect(await encrypt(world.client({ principal: roleArn('jobs/worker') }))).toBe('allowed');
    expect(await encrypt(world.client({ principal: session }))).toBe('allowed');
    const tagged = (a: string) => world.client({ principal: session, principalTags: { a } });
    expect(await encrypt(tagged('session'))).toBe('allowed');
    expect(await encrypt(tagged('other'))).toMatch(/^no identity/);
    // Without its path the ARN is another role's.
    expect(await encrypt(world.client({ principal: roleArn('worker') }))).toMatch(/^no identity/);
  });
});

describe('whoever is made again under a name is another', () => {
  const named = (arn: string) =>
    document(
      { Effect: 'Allow', Principal: { AWS: arn }, Action: 'kms:Encrypt', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: rootArn }, Action: 'kms:*', Resource: '*' },
    );

  it('a user does not regain what key policies and grants gave', async () => {
    const user = await userWith('phoenix');
    const byPolicy = await newKey(named(userArn('phoenix')));
    const byGrant = await newKey();
    await admin.createGrant({
      KeyId: byGrant,
      GranteePrincipal: userArn('phoenix'),
      Operations: ['Encrypt'],
    });
    expect(await encrypt(user, byPolicy)).toBe('allowed');
    expect(await encrypt(user, byGrant)).toBe('allowed');
    await root.deleteUser({ UserName: 'phoenix' });
    for (const KeyId of [byPolicy, byGrant]) {
      expect(await refusal(user.encrypt({ KeyId, Plaintext: plaintext }))).toEqual({
        code: 'NotAuthorizedException',
        message: `the store's IAM does not know ${userArn('phoenix')}`,
      });
    }
    const again = await userWith('phoenix');
    for (const client of [user, again]) {
      expect(await encrypt(client, byPolicy)).toMatch(/^no identity/);
      expect(await encrypt(client, byGrant)).toMatch(/^no identity/);
    }
    await admin.putKeyPolicy({ KeyId: byPolicy, Policy: named(userArn('phoenix')) });
    expect(await encrypt(again, byPolicy)).toBe('allowed');
  });

  it('nor does a role', async () => {
    const make = () =>
      root.createRole({ RoleName: 'phoenix', AssumeRolePolicyDocument: trust(rootArn) });
    await make();
    const byPolicy = await newKey(named(roleArn('phoenix')));
    const principal = `arn:aws:sts::${account}:assumed-role/phoenix/s`;
    expect(await encrypt(world.client({ principal }), byPolicy)).toBe('allowed');
    await root.deleteRole({ RoleName: 'phoenix' });
    await make();
    expect(await encrypt(world.client({ principal }), byPolicy)).toMatch(/^no identity/);
  });

  it('nor does one who was never known, where nobody vouches for him: not even by "*"', async () => {
    const open = await newKey(
      document({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }),
    );
    const user = await userWith('departed');
    expect(await encrypt(user, open)).toBe('allowed');
    await root.deleteUser({ UserName: 'departed' });
    expect((await refusal(user.describeKey({ KeyId: open }))).code).toBe('NotAuthorizedException');
  });
});

describe('a principal that IAM does not know', () => {
  const principal = userArn('stranger');

  it('has the policies that the importing server gives it', async () => {
    const client = world.client({ principal, identityPolicies: [allow('kms:Encrypt')] });
    expect(await encrypt(client)).toBe('allowed');
    expect(await outcome(client.describeKey({ KeyId: key }))).toMatch(/^no identity/);
    const bounded = world.client({
      principal,
      identityPolicies: [allow('kms:*')],
      permissionsBoundary: allow('kms:List*'),
    });
    expect(await encrypt(bounded)).toMatch(/^no permissions boundary/);
  });

  it('is refused under strictPrincipals, until it is made', async () => {
    const given = { principal: userArn('later'), identityPolicies: [allow('kms:*')] };
    const strict = world.client(given, true);
    for (const _ of [1, 2]) {
      const refused = await refusal(strict.encrypt({ KeyId: key, Plaintext: plaintext }));
      expect(refused.code).toBe('NotAuthorizedException');
    }
    const bare = world.client({ principal: userArn('later') }, true);
    await userWith('later', allow('kms:*'));
    expect(await encrypt(bare)).toBe('allowed');
  });

  it('does not make a root, a service or a federated user strange', async () => {
    for (const options of [
      {},
      { principal: `arn:aws:sts::${account}:federated-user/x`, identityPolicies: [allow('kms:*')] },
    ])
      expect(await encrypt(world.client(options, true))).toBe('allowed');
    const service = world.client({ service: 'rds.amazonaws.com' }, true);
    expect((await refusal(service.encrypt({ KeyId: key, Plaintext: plaintext }))).code).toBe(
      'AccessDeniedException',
    );
  });

  it('cannot be named by a policy under strictPrincipals', async () => {
    const policy = document({
      Effect: 'Allow',
      Principal: { AWS: [principal, rootArn] },
      Action: 'kms:*',
      Resource: '*',
    });
    const strict = world.client({}, true);
    expect(await refusal(strict.createKey({ Policy: policy }))).toEqual({
      code: 'MalformedPolicyDocumentException',
      message: 'Policy contains a statement with one or more invalid principals.',
    });
    const grant: CreateGrantInput = {
      KeyId: key,
      GranteePrincipal: principal,
      Operations: ['Encrypt'],
    };
    expect((await refusal(strict.createGrant(grant))).code).toBe('InvalidArnException');
    await userWith('stranger');
    await strict.createKey({ Policy: policy });
    await strict.createGrant(grant);
  });
});
