// The algorithm of the decision: who allows, who must allow as well, and what a Deny does.

import { describe, expect, test } from 'vitest';
import {
  aliasResource,
  anyResource,
  authorize,
  type CompiledPolicy,
} from '../../lib/authorization/index.js';
import {
  account,
  type CallerName,
  callers,
  identityPolicy,
  keyPolicy,
  otherAccount,
  policy,
  type RequestParts,
  reasonOf,
  requestOf,
} from './support/requests.js';

const root = `arn:aws:iam::${account}:root`;
const names = {
  nobody: { AWS: `arn:aws:iam::${account}:user/nobody` },
  everybody: '*',
  account: { AWS: root },
  'account id': { AWS: account },
  alice: { AWS: `arn:aws:iam::${account}:user/alice` },
  role: { AWS: `arn:aws:iam::${account}:role/team/admin` },
  session: { AWS: `arn:aws:sts::${account}:assumed-role/admin/s1` },
  federated: { AWS: `arn:aws:sts::${account}:federated-user/fred` },
  service: { Service: 'rds.amazonaws.com' },
  'other account': { AWS: otherAccount },
  stranger: { AWS: `arn:aws:iam::${otherAccount}:user/carol` },
  'stranger’s session': { AWS: `arn:aws:sts::${otherAccount}:assumed-role/ops/s2` },
} as const;

const allowing = identityPolicy();
const silent = identityPolicy({ Action: 'kms:Sign' });
const limit = (Action: string) => policy('permissions boundary', { Action });
const session = (Action: string) => policy('session policy', { Action });

/** What else the caller's account says. */
const sides = {
  nothing: {},
  identity: { identity: [allowing] },
  'identity, boundary': { identity: [allowing], boundary: limit('kms:*') },
  'identity, narrow boundary': { identity: [allowing], boundary: limit('kms:Sign') },
  'identity, session': { identity: [silent, allowing], session: [session('kms:*')] },
  'identity, narrow session': { identity: [allowing], session: [session('kms:Sign')] },
  'narrow boundary': { boundary: limit('kms:Sign') },
  'narrow session': { session: [session('kms:Sign')] },
  'empty session': { session: [] },
} satisfies Record<string, RequestParts>;

type Side = keyof typeof sides;
const all = Object.keys(sides) as Side[];
const delegated: Side[] = ['identity', 'identity, boundary', 'identity, session'];
const limited: Side[] = ['nothing', ...delegated];
const unlimited = limited;

/**
 * Of a caller, by the name under which the key policy allows: with which sides the request passes.
 */
const table: readonly (readonly [CallerName, keyof typeof names, readonly Side[]])[] = [
  ['alice', 'nobody', []],
  ['alice', 'everybody', all],
  ['alice', 'alice', all],
  ['alice', 'account', delegated],
  ['alice', 'account id', delegated],
  ['root', 'nobody', []],
  ['root', 'everybody', all],
  // What it is given as a session still bounds it.
  ['root', 'account', [...unlimited]],
  ['session', 'everybody', all],
  ['session', 'session', all],
  ['session', 'role', limited],
  ['session', 'account', delegated],
  ['role', 'role', limited],
  ['role', 'session', []],
  ['federated', 'federated', all],
  ['federated', 'account', delegated],
  ['service', 'service', all],
  ['service', 'everybody', all],
  ['service', 'account', []],
  ['stranger', 'everybody', delegated],
  ['stranger', 'stranger', delegated],
  ['stranger', 'other account', delegated],
  ['stranger', 'account', []],
  ['stranger', 'nobody', []],
  ['strangerSession', 'stranger’s session', delegated],
  ['strangerSession', 'other account', delegated],
  // The other account's root needs no policy there either.
  ['strangerRoot', 'other account', [...unlimited]],
  ['strangerRoot', 'account', []],
];

describe('a key policy that allows', () => {
  test.each(table)('%s as %s', (as, name, passing) => {
    const key = keyPolicy({ Principal: names[name] });
    const found = all.filter((side) => reasonOf({ as, key, ...sides[side] }) === 'allowed');
    expect(found).toEqual(all.filter((side) => passing.includes(side)));
  });

  test('identity policies alone are worth nothing', () => {
    for (const as of ['root', 'alice', 'session', 'role', 'federated', 'stranger'] as const) {
      const key = keyPolicy({ Principal: names.nobody });
      expect(reasonOf({ as, key, identity: [allowing] })).toBe('no key policy allows');
      expect(reasonOf({ as, key: undefined, identity: [allowing] })).toBe('no key policy allows');
    }
  });

  test('an account is delegated the statement’s actions and conditions, not more', () => {
    const identity = [allowing];
    const Condition = { StringEquals: { 'kms:EncryptionContext:tenant': 'blue' } };
    const key = keyPolicy({ Principal: names.account, Action: 'kms:Decrypt', Condition });
    const call = (tenant: string) => ({ call: { encryptionContext: { tenant } } });
    expect(reasonOf({ key, identity, ...call('blue') })).toBe('allowed');
    expect(reasonOf({ key, identity, ...call('red') })).toBe('no key policy allows');
    expect(reasonOf({ key, identity, to: 'Encrypt', ...call('blue') })).toBe(
      'no key policy allows',
    );
  });

  test('of several statements the one counts that asks least', () => {
    const delegating = { Principal: names.account };
    const direct = { Principal: names.session };
    for (const key of [keyPolicy(delegating, direct), keyPolicy(direct, delegating)])
      expect(reasonOf({ as: 'session', key })).toBe('allowed');
    const both = keyPolicy({ Principal: { AWS: [account, names.session.AWS] } });
    expect(reasonOf({ as: 'session', key: both })).toBe('allowed');
  });
});

describe('a Deny', () => {
  const key = keyPolicy({});
  const denying = (kind: 'identity policy' | 'permissions boundary' | 'session policy') =>
    policy(kind, {}, { Effect: 'Deny', Action: 'kms:Decrypt' });

  test.each<[string, RequestParts]>([
    ['key policy', { key: keyPolicy({}, { Effect: 'Deny' }) }],
    ['identity policy', { key, identity: [allowing, denying('identity policy')] }],
    ['permissions boundary', { key, boundary: denying('permissions boundary') }],
    ['session policy', { key, session: [session('kms:*'), denying('session policy')] }],
  ])('in a %s always wins', (kind, parts) => {
    for (const as of ['root', 'alice', 'session', 'stranger'] as const)
      expect(reasonOf({ as, ...parts })).toBe(`explicit deny in ${kind}`);
    expect(reasonOf({ ...parts, to: 'Encrypt' })).toBe(
      kind === 'key policy' ? 'explicit deny in key policy' : 'allowed',
    );
  });

  test('wins where nothing allows, too', () => {
    const nothing = keyPolicy({ Effect: 'Deny' });
    expect(reasonOf({ key: nothing })).toBe('explicit deny in key policy');
    expect(reasonOf({ key: undefined, identity: [denying('identity policy')] })).toBe(
      'explicit deny in identity policy',
    );
  });

  test('without action or resource has no effect in a key policy', () => {
    const without = (name: string) => keyPolicy({}, { Effect: 'Deny', [name]: undefined });
    expect(reasonOf({ key: without('Action') })).toBe('allowed');
    expect(reasonOf({ key: without('Resource') })).toBe('allowed');
  });
});

describe('other accounts', () => {
  test('never do what AWS KMS keeps to the key’s own account, whatever is allowed', () => {
    const parts = { as: 'stranger', key: keyPolicy({}), identity: [allowing] } as const;
    for (const to of ['PutKeyPolicy', 'DisableKey', 'CreateAlias', 'TagResource'])
      expect(reasonOf({ ...parts, to })).toBe('never across accounts');
    for (const to of ['Encrypt', 'DescribeKey', 'GetKeyRotationStatus', 'RevokeGrant'])
      expect(reasonOf({ ...parts, to })).toBe('allowed');
  });

  test('a service is of no account, and so of no other', () => {
    expect(reasonOf({ as: 'service', key: keyPolicy({}), to: 'DisableKey' })).toBe('allowed');
  });
});

describe('what is done to no key, and the alias half of operations on aliases', () => {
  const none = anyResource(account);
  const alias = aliasResource(`arn:aws:kms:us-east-1:${account}:alias/a`, account);
  test.each([
    ['ListKeys', none],
    ['CreateKey', none],
    ['TagResource', none],
    ['CreateAlias', alias],
    ['DeleteAlias', alias],
  ])('%s: identity policies decide alone', (to, resource) => {
    for (const as of ['alice', 'session', 'federated'] as const) {
      expect(reasonOf({ as, to, resource })).toBe('no identity policy allows');
      const found = all.filter(
        (side) => reasonOf({ as, to, resource, ...sides[side] }) === 'allowed',
      );
      expect(found).toEqual(delegated);
    }
    expect(reasonOf({ as: 'root', to, resource })).toBe('allowed');
    for (const as of ['service', 'stranger', 'strangerRoot'] as const)
      expect(reasonOf({ as, to, resource, identity: [allowing] })).toBe(
        'no identity policy allows',
      );
  });

  test('a key policy has no say there', () => {
    expect(reasonOf({ to: 'ListKeys', key: keyPolicy({}) })).toBe('no identity policy allows');
  });
});

describe('the decision as a value', () => {
  const decide = (key: CompiledPolicy, parts: RequestParts = {}) =>
    authorize(requestOf({ key, ...parts }));

  test('names the statements that decided, in the order in which they were asked', () => {
    const key = keyPolicy(
      { Principal: names.nobody },
      { Sid: 'delegates', Principal: names.account },
    );
    const decision = decide(key, {
      identity: [silent, allowing],
      boundary: limit('kms:*'),
      session: [session('kms:*')],
    });
    expect(decision).toEqual({
      decision: 'Allow',
      reason: 'allowed',
      grantId: undefined,
      statements: [
        { kind: 'key policy', document: 'key policy', index: 1, sid: 'delegates' },
        { kind: 'identity policy', document: 'identity policy', index: 0, sid: undefined },
        {
          kind: 'permissions boundary',
          document: 'permissions boundary',
          index: 0,
          sid: undefined,
        },
        { kind: 'session policy', document: 'session policy', index: 0, sid: undefined },
      ],
    });
  });

  test('names the Deny', () => {
    expect(decide(keyPolicy({}, { Sid: 'no', Effect: 'Deny' }))).toEqual({
      decision: 'Deny',
      reason: 'explicit deny in key policy',
      grantId: undefined,
      statements: [{ kind: 'key policy', document: 'key policy', index: 1, sid: 'no' }],
    });
  });

  test('is the same each time', () => {
    const request = requestOf({ key: keyPolicy({}), as: callers.alice });
    expect(authorize(request)).toEqual(authorize(request));
  });

  test.each<[string, RequestParts]>([
    ['no key policy allows', {}],
    ['no identity policy allows', { key: keyPolicy({ Principal: names.account }) }],
    [
      'no permissions boundary allows',
      {
        key: keyPolicy({ Principal: names.account }),
        identity: [allowing],
        boundary: limit('kms:Sign'),
      },
    ],
    [
      'no session policy allows',
      { key: keyPolicy({ Principal: names.account }), identity: [allowing], session: [] },
    ],
  ])('%s', (reason, parts) => {
    expect(authorize(requestOf(parts))).toMatchObject({ decision: 'Deny', reason, statements: [] });
  });
});
