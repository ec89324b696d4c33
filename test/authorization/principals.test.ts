import { describe, expect, test } from 'vitest';
import {
  authorize,
  compilePolicy,
  parsePrincipalArn,
  principalOfArn,
  principalsNamed,
} from '../../lib/authorization/index.js';
import {
  account,
  applies,
  type CallerName,
  callers,
  compiledOf,
  documentOf,
  keyPolicy,
  otherAccount,
  principal,
  reasonOf,
  requestOf,
  statementRefusal,
} from './support/requests.js';

const root = `arn:aws:iam::${account}:root`;
const alice = `arn:aws:iam::${account}:user/alice`;
const role = `arn:aws:iam::${account}:role/team/admin`;
const session = `arn:aws:sts::${account}:assumed-role/admin/s1`;
const fred = `arn:aws:sts::${account}:federated-user/fred`;

/**
 * Whom each name means, in a Deny: without conditions of its own, a Deny applies to whoever is
 * named.
 */
const meant: readonly (readonly [object | string, readonly CallerName[]])[] = [
  ['*', Object.keys(callers) as CallerName[]],
  [{ AWS: '*' }, Object.keys(callers) as CallerName[]],
  [{ AWS: root }, ['root', 'alice', 'session', 'role', 'federated']],
  [{ AWS: account }, ['root', 'alice', 'session', 'role', 'federated']],
  [{ AWS: otherAccount }, ['stranger', 'strangerSession', 'strangerRoot']],
  [{ AWS: alice }, ['alice']],
  [{ AWS: role }, ['session', 'role']],
  [{ AWS: session }, ['session']],
  [{ AWS: fred }, ['federated']],
  [{ AWS: [alice, fred] }, ['alice', 'federated']],
  [{ Service: 'rds.amazonaws.com' }, ['service']],
  [{ Service: 'ec2.amazonaws.com' }, []],
  [{ AWS: alice, Service: ['ec2.amazonaws.com', 'rds.amazonaws.com'] }, ['alice', 'service']],
  [{ AWS: `arn:aws:iam::${account}:role/admin` }, []],
  [{ AWS: `arn:aws:iam::${account}:user/Alice` }, []],
  [{ AWS: `arn:aws:sts::${account}:assumed-role/admin/s2` }, []],
  [{ Federated: 'accounts.google.com' }, []],
];

describe('Principal', () => {
  test.each(meant)('%j means %j', (Principal, names) => {
    for (const as of Object.keys(callers) as CallerName[])
      expect([as, applies({ Effect: 'Deny', Principal }, { as })]).toEqual([
        as,
        names.includes(as),
      ]);
  });

  test('a session of a provider is meant by the name of the provider', () => {
    const provider = `arn:aws:iam::${account}:saml-provider/corp`;
    const as = { ...callers.session, federatedProvider: provider };
    expect(applies({ Principal: { Federated: provider } }, { as })).toBe(true);
    expect(applies({ Principal: { Federated: provider } }, { as: 'session' })).toBe(false);
    expect(applies({ Principal: { Federated: 'accounts.google.com' } }, { as })).toBe(false);
  });

  test.each([
    'alice',
    '**',
    `arn:aws:iam::${account}:user/*`,
    `arn:aws:iam::${account}:role/team/*/admin`,
    `arn:aws:iam::${account}:user/a?ice`,
    `arn:aws:iam::*:root`,
    `arn:aws:iam::${account}:group/admins`,
    `arn:aws:iam::${account}:assumed-role/admin/s1`,
    `arn:aws:sts::${account}:assumed-role/admin`,
    `arn:aws:sts::${account}:assumed-role/team/admin/s1`,
    `arn:aws:sts::${account}:user/alice`,
    `arn:aws:sts::${account}:root`,
    `arn:aws-cn:iam::${account}:root`,
    `arn:aws:iam::${account}:user/`,
    `arn:aws:s3:::bucket`,
    '11112222333',
    'AIDA123',
    `\${aws:PrincipalArn}`,
    '',
  ])('%j is no principal', (name) => {
    const message = 'Policy contains a statement with one or more invalid principals.';
    expect(statementRefusal({ Principal: { AWS: name } })).toBe(message);
    expect(statementRefusal({ NotPrincipal: { AWS: [alice, name] } })).toBe(message);
  });

  test.each([
    [alice],
    [7],
    [null],
    [[alice]],
    [{ Service: '*' }],
    [{ Service: 'rds' }],
    [{ Service: 'RDS.amazonaws.com' }],
    [{ Federated: '*' }],
    [{ Federated: 'google' }],
    [{ Federated: `arn:aws:iam::${account}:role/corp` }],
    [{ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' }],
    [{ aws: alice }],
    [{ AWS: 7 }],
  ])('%j is refused', (Principal) => {
    expect(statementRefusal({ Principal })).toBe(
      'Policy contains a statement with one or more invalid principals.',
    );
  });

  test.each([[{}], [{ AWS: [] }]])('%j names nobody', (Principal) => {
    expect(statementRefusal({ Principal })).toBe('Policy contains a statement with no principal.');
  });
});

describe('NotPrincipal', () => {
  const deny = (names: object | string, as: CallerName) =>
    applies({ Effect: 'Deny', NotPrincipal: names }, { as });

  test('a Deny spares a user that is listed with its account', () => {
    expect(deny({ AWS: alice }, 'alice')).toBe(true);
    expect(deny({ AWS: root }, 'alice')).toBe(true);
    expect(deny({ AWS: [root, alice] }, 'alice')).toBe(false);
    expect(deny({ AWS: [account, alice] }, 'alice')).toBe(false);
  });

  test('a Deny spares a session that is listed with its role and its account', () => {
    for (const names of [[session], [role, session], [root, role], [root, session]])
      expect(deny({ AWS: names }, 'session')).toBe(true);
    expect(deny({ AWS: [root, role, session] }, 'session')).toBe(false);
  });

  test('a Deny spares root, services, and everybody', () => {
    expect(deny({ AWS: root }, 'root')).toBe(false);
    expect(deny({ AWS: alice }, 'root')).toBe(true);
    expect(deny({ Service: 'rds.amazonaws.com' }, 'service')).toBe(false);
    expect(deny({ AWS: root }, 'service')).toBe(true);
    expect(deny('*', 'stranger')).toBe(false);
  });

  test('an Allow is for everybody who is not listed, not even by account or role', () => {
    const allows = (names: object, as: CallerName) => applies({ NotPrincipal: names }, { as });
    expect(allows({ AWS: `${alice}2` }, 'alice')).toBe(true);
    expect(allows({ AWS: alice }, 'service')).toBe(true);
    expect(allows({ AWS: alice }, 'alice')).toBe(false);
    expect(allows({ AWS: root }, 'alice')).toBe(false);
    expect(allows({ AWS: role }, 'session')).toBe(false);
  });
});

describe('unique ids', () => {
  const first = principal(alice, { uniqueId: 'AIDAFIRST00000000000' });
  const second = principal(alice, { uniqueId: 'AIDASECOND0000000000' });
  const bound = (Principal: object, uniqueId: string | undefined) =>
    compiledOf(
      compilePolicy(documentOf('key policy', [{ Principal }]), {
        kind: 'key policy',
        name: 'default',
        bind: (arn) => (arn === alice || arn === role ? uniqueId : undefined),
      }),
    );
  const decide = (key: ReturnType<typeof bound>, as: typeof first) =>
    authorize(requestOf({ key, as })).decision;

  test('a user made again under its name is another', () => {
    const key = bound({ AWS: alice }, first.uniqueId);
    expect(decide(key, first)).toBe('Allow');
    expect(decide(key, second)).toBe('Deny');
    expect(decide(key, callers.alice)).toBe('Deny');
  });

  test('so is a role', () => {
    const key = bound({ AWS: role }, 'AROAFIRST00000000000');
    const as = (uniqueId: string) => ({ ...callers.session, uniqueId });
    expect(decide(key, as('AROAFIRST00000000000'))).toBe('Allow');
    expect(decide(key, as('AROASECOND0000000000'))).toBe('Deny');
  });

  test('a session of a role that IAM does not know is named by the role’s name, whatever its path', () => {
    const stranger = principal(session);
    for (const AWS of [
      role,
      `arn:aws:iam::${account}:role/admin`,
      `arn:aws:iam::${account}:role/a/b/admin`,
    ]) {
      expect(applies({ Principal: { AWS } }, { as: stranger })).toBe(true);
      expect(applies({ Effect: 'Deny', Principal: { AWS } }, { as: stranger })).toBe(true);
    }
    for (const AWS of [
      `arn:aws:iam::${account}:role/team/badmin`,
      `arn:aws:iam::${account}:role/admin/x`,
      `arn:aws:iam::${otherAccount}:role/team/admin`,
    ])
      expect(applies({ Effect: 'Deny', Principal: { AWS } }, { as: stranger })).toBe(false);
  });

  test('a session of a role that IAM knows is not', () => {
    const known = principal(session, { uniqueId: 'AROAFIRST00000000000' });
    expect(applies({ Principal: { AWS: role } }, { as: known })).toBe(false);
    expect(decide(bound({ AWS: role }, 'AROAFIRST00000000000'), principal(session))).toBe('Deny');
  });

  test('a name that IAM does not know is compared as it is', () => {
    expect(decide(bound({ AWS: alice }, undefined), first)).toBe('Allow');
  });

  test('a policy may name the id itself', () => {
    expect(decide(bound({ AWS: 'AIDAFIRST00000000000' }, undefined), first)).toBe('Allow');
    expect(decide(bound({ AWS: 'AIDAFIRST00000000000' }, undefined), second)).toBe('Deny');
    const as = { ...callers.session, uniqueId: 'AROAFIRST00000000000' };
    expect(decide(bound({ AWS: 'AROAFIRST00000000000' }, undefined), as)).toBe('Allow');
  });

  test('those whom a policy names are told', () => {
    const key = keyPolicy(
      { Principal: { AWS: [alice, root], Service: 'rds.amazonaws.com' } },
      { Effect: 'Deny', NotPrincipal: { AWS: role } },
    );
    expect(principalsNamed(key).map(({ kind }) => kind)).toEqual([
      'user',
      'account',
      'service',
      'role',
    ]);
  });
});

describe('the ARN of a caller', () => {
  test.each([
    [root, 'root'],
    [alice, 'user'],
    [`arn:aws:iam::${account}:user/division/sub+unit/alice`, 'user'],
    [role, 'role'],
    [session, 'assumed role'],
    [fred, 'federated user'],
  ])('%s is of a %s', (arn, kind) => {
    expect(parsePrincipalArn(arn)).toEqual({ kind, account });
    expect(principalOfArn(arn)).toMatchObject({ kind, account, arn });
  });

  test('a session tells its role, but not the path of it', () => {
    expect(principalOfArn(session)?.roleArn).toBe(`arn:aws:iam::${account}:role/admin`);
    expect(principalOfArn(session, { roleArn: role })?.roleArn).toBe(role);
    expect(principalOfArn(role)?.roleArn).toBe(role);
    expect(principalOfArn(alice)?.roleArn).toBeUndefined();
  });

  test('what is no ARN of a principal is none', () => {
    expect(principalOfArn(`arn:aws:iam::${account}:group/x`)).toBeUndefined();
    expect(reasonOf({ as: 'alice' })).toBe('no key policy allows');
  });
});
