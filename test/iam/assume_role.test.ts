// AssumeRole and GetCallerIdentity: whom trust policies let in, what sessions may do, and when they
// end.

import { describe, expect, it } from 'vitest';
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
  startMs,
  trust,
  userArn,
} from './support/iam_world.js';

const world = await openWorld();
const { root } = world;
const other = '999999999999';

/** A user with policies of his own. */
async function user(name: string, ...policies: string[]) {
  await root.createUser({ UserName: name });
  for (const [i, PolicyDocument] of policies.entries())
    await root.putUserPolicy({ UserName: name, PolicyName: `p${i}`, PolicyDocument });
  return world.sts({ principal: userArn(name) });
}

function role(RoleName: string, AssumeRolePolicyDocument: string, more: object = {}) {
  return root.createRole({ RoleName, AssumeRolePolicyDocument, ...more });
}

const mayAssume = allow('sts:AssumeRole');
const alice = await user('alice', mayAssume);
const bob = await user('bob');
const as = (RoleArn: string, more: object = {}) => ({
  RoleArn,
  RoleSessionName: 'session',
  ...more,
});

it('gives temporary credentials of the role', async () => {
  const { Role } = await role('open', trust(rootArn), { Path: '/x/' });
  const answer = await alice.assumeRole(as(roleArn('x/open'), { DurationSeconds: 900 }));
  expect(answer).toMatchObject({
    Credentials: {
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
      SessionToken: expect.stringMatching(/^[A-Za-z0-9+/]+={0,2}$/),
      Expiration: new Date(startMs + 900_000),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${Role.RoleId}:session`,
      Arn: `arn:aws:sts::${account}:assumed-role/open/session`,
    },
  });
  expect(answer).not.toHaveProperty('PackedPolicySize');
});

describe('the decision', () => {
  const denied = async (
    work: Promise<unknown>,
    RoleArn: string,
    who = 'bob',
    action = 'AssumeRole',
  ) =>
    expect(await refusal(work)).toEqual({
      code: 'AccessDenied',
      message: `User: ${userArn(who)} is not authorized to perform: sts:${action} on resource: ${RoleArn}`,
    });

  it('asks the policies of whom the trust policy names by his account', async () => {
    await denied(bob.assumeRole(as(roleArn('x/open'))), roleArn('x/open'));
  });

  it('asks nothing more of whom the trust policy names himself', async () => {
    await role('for-bob', trust(userArn('bob')));
    await bob.assumeRole(as(roleArn('for-bob')));
    await denied(alice.assumeRole(as(roleArn('for-bob'))), roleArn('for-bob'), 'alice');
  });

  it('gives way to a Deny of his own policies', async () => {
    const eve = await user('eve', deny('sts:*'));
    await role('for-eve', trust(userArn('eve')));
    await denied(eve.assumeRole(as(roleArn('for-eve'))), roleArn('for-eve'), 'eve');
  });

  it('tells nobody whether a role exists', async () => {
    await denied(bob.assumeRole(as(roleArn('nothing'))), roleArn('nothing'));
    await denied(alice.assumeRole(as(roleArn('open'))), roleArn('open'), 'alice');
    await denied(
      alice.assumeRole(as(`arn:aws:iam::${other}:role/x`)),
      `arn:aws:iam::${other}:role/x`,
      'alice',
    );
  });

  it('lets one in from another account when both sides allow it', async () => {
    await role('shared', trust(other));
    const stranger = (...identityPolicies: string[]) =>
      world.sts({ principal: `arn:aws:iam::${other}:user/x`, identityPolicies });
    await stranger(mayAssume).assumeRole(as(roleArn('shared')));
    const refused = stranger().assumeRole(as(roleArn('shared')));
    expect((await refusal(refused)).code).toBe('AccessDenied');
    const untrusted = stranger(mayAssume).assumeRole(as(roleArn('for-bob')));
    expect((await refusal(untrusted)).code).toBe('AccessDenied');
  });

  it('looks at conditions: the external id and the name of the session', async () => {
    const StringEquals = { 'sts:ExternalId': 'id-1', 'sts:RoleSessionName': 'session' };
    await role('picky', trust(userArn('bob'), { Condition: { StringEquals } }));
    const RoleArn = roleArn('picky');
    await bob.assumeRole(as(RoleArn, { ExternalId: 'id-1' }));
    await denied(bob.assumeRole(as(RoleArn, { ExternalId: 'id-2' })), RoleArn);
    await denied(bob.assumeRole(as(RoleArn)), RoleArn);
    const renamed = as(RoleArn, { ExternalId: 'id-1', RoleSessionName: 'other' });
    await denied(bob.assumeRole(renamed), RoleArn);
  });

  it('asks for sts:TagSession when the session is to have tags', async () => {
    await role('untagged', trust(userArn('bob'), { Action: 'sts:AssumeRole' }));
    const RoleArn = roleArn('untagged');
    await bob.assumeRole(as(RoleArn));
    const Tags = [{ Key: 'a', Value: 'b' }];
    await denied(bob.assumeRole(as(RoleArn, { Tags })), RoleArn, 'bob', 'TagSession');
    const StringEquals = { 'aws:RequestTag/team': 'blue' };
    await role('tagged', trust(userArn('bob'), { Condition: { StringEquals } }));
    await bob.assumeRole(as(roleArn('tagged'), { Tags: [{ Key: 'team', Value: 'blue' }] }));
    const red = as(roleArn('tagged'), { Tags: [{ Key: 'team', Value: 'red' }] });
    await denied(bob.assumeRole(red), roleArn('tagged'));
  });

  it('does not know a user made again under the name that the trust policy bound', async () => {
    const gone = await user('gone');
    await role('for-gone', trust(userArn('gone')));
    await gone.assumeRole(as(roleArn('for-gone')));
    await root.deleteUser({ UserName: 'gone' });
    const again = await user('gone');
    await denied(again.assumeRole(as(roleArn('for-gone'))), roleArn('for-gone'), 'gone');
  });

  it("never lets an account's root in", async () => {
    expect(await refusal(world.sts().assumeRole(as(roleArn('x/open'))))).toEqual({
      code: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    });
  });

  it('lets no service in', async () => {
    const service = world.sts({ service: 'rds.amazonaws.com' });
    expect((await refusal(service.assumeRole(as(roleArn('x/open'))))).code).toBe('AccessDenied');
    expect((await refusal(service.getCallerIdentity())).code).toBe('AccessDenied');
  });
});

it.each([
  [{ RoleArn: 'arn:aws:iam::aws:role/xxxxxxx' }, 'ValidationError', /is invalid/],
  [{ RoleArn: userArn('bob') }, 'ValidationError', /is invalid/],
  [{ RoleArn: 'short' }, 'ValidationError', /'roleArn'/],
  [{ RoleSessionName: 'a b' }, 'ValidationError', /'roleSessionName'/],
  [{ RoleSessionName: 'x' }, 'ValidationError', /'roleSessionName'/],
  [{ DurationSeconds: 899 }, 'ValidationError', /'durationSeconds'/],
  [{ DurationSeconds: 43_201 }, 'ValidationError', /'durationSeconds'/],
  [
    { DurationSeconds: 3601 },
    'ValidationError',
    /exceeds the MaxSessionDuration set for this role/,
  ],
  [{ Policy: 'no' }, 'MalformedPolicyDocument', /Syntax/],
  [{ Policy: ' '.repeat(2049) }, 'ValidationError', /'policy'/],
  [
    {
      Tags: [
        { Key: 'a', Value: '' },
        { Key: 'A', Value: '' },
      ],
    },
    'InvalidInput',
    /Duplicate/,
  ],
  [{ PolicyArns: [{ arn: policyArn('x') }] }, 'UnsupportedOperation', /PolicyArns/],
  [{ TransitiveTagKeys: ['x'] }, 'UnsupportedOperation', /TransitiveTagKeys/],
  [{ SerialNumber: 'x' }, 'UnsupportedOperation', /SerialNumber/],
  [{ TokenCode: '123456' }, 'UnsupportedOperation', /TokenCode/],
  [{ ProvidedContexts: [{}] }, 'UnsupportedOperation', /ProvidedContexts/],
  [{ SourceIdentity: 'x' }, 'UnsupportedOperation', /SourceIdentity/],
])('refuses %j', async (more, code, message) => {
  expect(await refusal(alice.assumeRole(as(roleArn('x/open'), more)))).toEqual({
    code,
    message: expect.stringMatching(message),
  });
});

describe('a session', () => {
  /** A session of the role, found as an endpoint finds it. */
  async function session(RoleArn: string, more: object = {}) {
    const { Credentials } = await alice.assumeRole(as(RoleArn, more));
    const { AccessKeyId, SessionToken } = Credentials;
    return { AccessKeyId, SessionToken, find: () => world.find(AccessKeyId, SessionToken) };
  }
  const askerOf = async (RoleArn: string, more: object = {}) => {
    const { AccessKeyId, SessionToken } = await session(RoleArn, more);
    return (await world.use(AccessKeyId, SessionToken)).identity.load();
  };

  it('is its role, with its tags over those of the role', async () => {
    await role('worker', trust(rootArn), {
      Tags: [
        { Key: 'a', Value: 'role' },
        { Key: 'b', Value: 'role' },
      ],
    });
    await root.putUserPolicy({
      UserName: 'alice',
      PolicyName: 'tags',
      PolicyDocument: allow('sts:TagSession'),
    });
    const { Role } = await root.getRole({ RoleName: 'worker' });
    const Tags = [{ Key: 'b', Value: 'session' }];
    const { principal } = await askerOf(roleArn('worker'), { Tags });
    expect(principal).toMatchObject({
      kind: 'assumed role',
      arn: `arn:aws:sts::${account}:assumed-role/worker/session`,
      account,
      roleArn: roleArn('worker'),
      uniqueId: Role.RoleId,
      tags: { a: 'role', b: 'session' },
      keys: {
        'aws:TokenIssueTime': new Date(startMs).toISOString(),
        'aws:MultiFactorAuthPresent': 'false',
      },
    });
  });

  it('tells how much of its room its policy and tags take', async () => {
    const Policy = allow('kms:Encrypt');
    const answer = await alice.assumeRole(as(roleArn('worker'), { Policy }));
    expect(answer.PackedPolicySize).toBe(Math.ceil((Policy.length / 2048) * 100));
  });

  it('ends by the clock', async () => {
    const { find } = await session(roleArn('worker'), { DurationSeconds: 900 });
    const start = world.clock.nowMs;
    try {
      world.clock.nowMs = start + 899_999;
      expect((await find()).status).toBe('ok');
      world.clock.nowMs = start + 900_000;
      expect((await find()).status).toBe('expired');
    } finally {
      world.clock.nowMs = start;
    }
  });

  it('ends with its role, and is not of one made again', async () => {
    await role('brief', trust(rootArn));
    const { find } = await session(roleArn('brief'));
    expect((await find()).status).toBe('ok');
    await root.deleteRole({ RoleName: 'brief' });
    expect((await find()).status).toBe('unknown');
    await role('brief', trust(rootArn));
    expect((await find()).status).toBe('unknown');
  });

  it('is bounded by its session policy', async () => {
    await root.putRolePolicy({
      RoleName: 'worker',
      PolicyName: 'all',
      PolicyDocument: allow('iam:*'),
    });
    const Policy = allow('iam:ListUsers');
    const { AccessKeyId, SessionToken } = await session(roleArn('worker'), { Policy });
    const { identity } = await world.use(AccessKeyId, SessionToken);
    const iam = world.iamAs(identity);
    await iam.listUsers();
    expect(await refusal(iam.listRoles())).toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('because no session policy allows the iam:ListRoles action'),
    });
  });

  it('makes further sessions, of an hour at most', async () => {
    await role('next', trust(roleArn('worker')), { MaxSessionDuration: 43_200 });
    const { AccessKeyId, SessionToken } = await session(roleArn('worker'));
    const { identity } = await world.use(AccessKeyId, SessionToken);
    const sts = world.stsAs(identity);
    await sts.assumeRole(as(roleArn('next'), { DurationSeconds: 3600 }));
    const long = sts.assumeRole(as(roleArn('next'), { DurationSeconds: 3601 }));
    expect(await refusal(long)).toEqual({
      code: 'ValidationError',
      message: expect.stringMatching(/1 hour session limit for roles assumed by role chaining/),
    });
    expect(await sts.getCallerIdentity()).toMatchObject({
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:session$/),
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/worker/session`,
    });
  });

  it('has a token that is its own alone', async () => {
    const [one, two] = [await session(roleArn('worker')), await session(roleArn('worker'))];
    const statusOf = async (token: string | undefined) =>
      (await world.find(one.AccessKeyId, token)).status;
    expect(await statusOf(one.SessionToken)).toBe('ok');
    expect(await statusOf(two.SessionToken)).toBe('unknown');
    expect(await statusOf(undefined)).toBe('unknown');
    expect(await statusOf('')).toBe('unknown');
    expect(await statusOf('A'.repeat(20_000))).toBe('unknown');
    expect(await statusOf(`${one.SessionToken}\n`)).toBe('unknown');
    const bytes = Buffer.from(one.SessionToken, 'base64');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] as number) ^ 1;
      expect(await statusOf(changed.toString('base64'))).toBe('unknown');
    }
    for (let size = 0; size < 60; size++)
      expect(await statusOf(bytes.subarray(0, size).toString('base64'))).toBe('unknown');
    const elsewhere = await openWorld();
    expect((await elsewhere.find(one.AccessKeyId, one.SessionToken)).status).toBe('unknown');
  });

  it('names its role in KMS, where the role’s boundary counts', async () => {
    await root.createPolicy({ PolicyName: 'bounds', PolicyDocument: allow('kms:DescribeKey') });
    await role('bounded', trust(rootArn), { PermissionsBoundary: policyArn('bounds') });
    const policy = document({
      Effect: 'Allow',
      Principal: { AWS: [rootArn, roleArn('bounded')] },
      Action: 'kms:*',
      Resource: '*',
    });
    const { KeyMetadata } = await world.client().createKey({ Policy: policy });
    const KeyId = KeyMetadata?.KeyId as string;
    const bounded = world.client({ principal: `arn:aws:sts::${account}:assumed-role/bounded/s` });
    await bounded.describeKey({ KeyId });
    expect(await refusal(bounded.getKeyPolicy({ KeyId }))).toEqual({
      code: 'AccessDeniedException',
      message:
        `User: arn:aws:sts::${account}:assumed-role/bounded/s is not authorized to perform: kms:GetKeyPolicy ` +
        `on resource: arn:aws:kms:${region}:${account}:key/${KeyId} because no permissions boundary ` +
        'allows the kms:GetKeyPolicy action',
    });
  });
});

describe('GetCallerIdentity', () => {
  it('tells everybody who he is, whatever his policies say', async () => {
    expect(await world.sts().getCallerIdentity()).toMatchObject({
      UserId: account,
      Account: account,
      Arn: rootArn,
    });
    const nobody = await user('nobody', deny('*'));
    expect(await nobody.getCallerIdentity()).toMatchObject({
      UserId: expect.stringMatching(/^AIDA/),
      Account: account,
      Arn: userArn('nobody'),
    });
    const stranger = world.sts({ principal: userArn('stranger') });
    expect((await stranger.getCallerIdentity()).UserId).toBe(`${account}:stranger`);
  });
});
