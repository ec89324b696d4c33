// Grants: what they allow, and how they combine with policies.

import { describe, expect, test } from 'vitest';
import {
  authorize,
  compileGrant,
  findSameGrant,
  type Grant,
  type GrantEntry,
  type GrantEntryConstraints,
  grantOperationsOf,
} from '../../lib/authorization/index.js';
import {
  account,
  action,
  type CallerName,
  callers,
  compiledOf,
  errorOf,
  identityPolicy,
  keyArn,
  keyPolicy,
  otherAccount,
  policy,
  type RequestParts,
  reasonOf,
  requestOf,
  sourceArn,
} from './support/requests.js';

const symmetric = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' };
const alice = callers.alice.arn;
const role = callers.role.arn;
const session = callers.session.arn;
const accountRoot = (id: string) => `arn:aws:iam::${id}:root`;

function entry(parts: Partial<GrantEntry> = {}): GrantEntry {
  return {
    GrantId: 'f'.repeat(64),
    KeyId: keyArn,
    GranteePrincipal: parts.GranteeServicePrincipal === undefined ? alice : undefined,
    IssuingAccount: accountRoot(account),
    Operations: ['Decrypt'],
    ...parts,
  };
}

const grant = (parts: Partial<GrantEntry> = {}) =>
  compiledOf(compileGrant(entry(parts), symmetric));
const refusal = (parts: Partial<GrantEntry>, key = symmetric) =>
  errorOf(compileGrant(entry(parts), key));

/** With a key policy that allows nothing of what is asked. */
function ask(grants: readonly Grant[], parts: RequestParts = {}): string {
  const key = keyPolicy({ Action: 'kms:PutKeyPolicy' });
  return reasonOf({ key, ...parts, resource: { grants } });
}

const allowing = identityPolicy();
const sides = {
  nothing: {},
  identity: { identity: [allowing] },
  'narrow boundary': { boundary: policy('permissions boundary', { Action: 'kms:Sign' }) },
  'narrow session': { session: [policy('session policy', { Action: 'kms:Sign' })] },
  'identity, narrow session': {
    identity: [allowing],
    session: [policy('session policy', { Action: 'kms:Sign' })],
  },
} satisfies Record<string, RequestParts>;
const all = Object.keys(sides);

const fred = callers.federated.arn;
const carol = callers.stranger.arn;
const ops = callers.strangerSession.arn;
const opsRole = `arn:aws:iam::${otherAccount}:role/ops`;

/**
 * The table of docs/authorization.md: grantee, issuing account, and the sides with which the
 * request passes.
 */
const table: readonly (readonly [CallerName, string, string, readonly string[]])[] = [
  ['alice', alice, account, ['nothing', 'identity']],
  ['session', role, account, ['nothing', 'identity']],
  ['session', session, account, all],
  ['federated', fred, account, all],
  ['alice', accountRoot(account), account, ['identity']],
  ['alice', account, account, ['identity']],
  ['root', account, account, ['nothing', 'identity']],
  ['stranger', carol, account, ['identity']],
  ['strangerSession', opsRole, account, ['identity']],
  ['strangerSession', ops, account, ['identity']],
  ['stranger', otherAccount, account, ['identity']],
  ['stranger', carol, otherAccount, ['nothing', 'identity']],
  ['strangerSession', opsRole, otherAccount, ['nothing', 'identity']],
  ['strangerSession', ops, otherAccount, all],
  ['stranger', otherAccount, otherAccount, ['identity']],
  // A grant that a third account issued.
  ['stranger', carol, '777788889999', ['identity']],
  ['alice', carol, account, []],
  ['alice', `${alice}2`, account, []],
  ['alice', otherAccount, account, []],
];

describe('a grant', () => {
  test.each(table)(
    'to %s by the name %s, issued by %s',
    (as, GranteePrincipal, issuer, passing) => {
      const given = [grant({ GranteePrincipal, IssuingAccount: accountRoot(issuer) })];
      const found = Object.entries(sides).filter(
        ([, side]) => ask(given, { as, ...side }) === 'allowed',
      );
      expect(found.map(([name]) => name)).toEqual(passing);
    },
  );

  test('allows its operations alone', () => {
    const given = [grant({ Operations: ['Decrypt', 'ReEncryptFrom'] })];
    expect(ask(given, { to: 'ReEncryptFrom' })).toBe('allowed');
    expect(ask(given, { to: 'Encrypt' })).toBe('no key policy allows');
  });

  test('never stands against a Deny', () => {
    const given = [grant()];
    const Effect = 'Deny';
    expect(ask(given, { key: keyPolicy({ Effect }) })).toBe('explicit deny in key policy');
    expect(ask(given, { identity: [identityPolicy({ Effect })] })).toBe(
      'explicit deny in identity policy',
    );
    expect(ask(given, { session: [policy('session policy', {}, { Effect })] })).toBe(
      'explicit deny in session policy',
    );
    expect(ask(given, { boundary: policy('permissions boundary', {}, { Effect }) })).toBe(
      'explicit deny in permissions boundary',
    );
  });

  test('is named by the decision, and so is none that was not needed', () => {
    const request = requestOf({
      key: keyPolicy({ Action: 'kms:Sign' }),
      resource: { grants: [grant()] },
    });
    expect(authorize(request)).toMatchObject({
      decision: 'Allow',
      grantId: 'f'.repeat(64),
      statements: [],
    });
    const allowed = requestOf({ key: keyPolicy({}), resource: { grants: [grant()] } });
    expect(authorize(allowed).grantId).toBeUndefined();
  });

  test('counts where it asks less than the key policy', () => {
    const key = keyPolicy({ Principal: { AWS: account } });
    expect(ask([], { key })).toBe('no identity policy allows');
    expect(ask([grant()], { key })).toBe('allowed');
    expect(ask([grant({ GranteePrincipal: account }), grant()], { key })).toBe('allowed');
  });

  test('to a unique id, or bound to one, is for that user or role', () => {
    const id = 'AIDAFIRST00000000000';
    const as = { ...callers.alice, uniqueId: id };
    expect(ask([grant({ GranteePrincipal: id })], { as })).toBe('allowed');
    expect(ask([grant({ GranteePrincipal: id })])).toBe('no key policy allows');
    const bound = compiledOf(compileGrant(entry(), symmetric, () => id));
    expect(ask([bound], { as })).toBe('allowed');
    expect(ask([bound], { as: { ...as, uniqueId: 'AIDASECOND0000000000' } })).toBe(
      'no key policy allows',
    );
    // By its id, too, a user is bound by what limits a user.
    for (const given of [bound, grant({ GranteePrincipal: id })])
      expect(ask([given], { as, session: [] })).toBe('no session policy allows');
  });
});

describe('constraints', () => {
  const decide = (
    Constraints: GrantEntryConstraints,
    context: Record<string, string> | undefined,
    to = 'Decrypt',
  ) =>
    ask([grant({ Constraints, Operations: ['Decrypt', 'DescribeKey'] })], {
      to,
      call: { encryptionContext: context },
    }) === 'allowed';

  test.each<[GrantEntryConstraints, Record<string, string> | undefined, boolean]>([
    [{ EncryptionContextEquals: { a: '1' } }, { a: '1' }, true],
    [{ EncryptionContextEquals: { a: '1', b: '2' } }, { b: '2', a: '1' }, true],
    [{ EncryptionContextEquals: { a: '1' } }, { a: '1', b: '2' }, false],
    [{ EncryptionContextEquals: { a: '1' } }, { a: '2' }, false],
    [{ EncryptionContextEquals: { a: '1' } }, { A: '1' }, false],
    [{ EncryptionContextEquals: { a: 'x' } }, { a: 'X' }, false],
    [{ EncryptionContextEquals: { a: '1' } }, undefined, false],
    [{ EncryptionContextEquals: {} }, undefined, true],
    [{ EncryptionContextEquals: {} }, { a: '1' }, false],
    [{ EncryptionContextSubset: { a: '1' } }, { a: '1', b: '2' }, true],
    [{ EncryptionContextSubset: { a: '1' } }, { b: '2' }, false],
    [{ EncryptionContextSubset: { toString: 'x' } }, {}, false],
    [{ EncryptionContextSubset: {} }, undefined, true],
    [
      { EncryptionContextEquals: { a: '1' }, EncryptionContextSubset: { b: '2' } },
      { a: '1' },
      false,
    ],
  ])('%j and the context %j: %s', (constraints, context, expected) => {
    expect(decide(constraints, context)).toBe(expected);
  });

  test('only a context’s own pairs count', () => {
    const inherited = Object.create({ a: '1' }) as Record<string, string>;
    expect(decide({ EncryptionContextSubset: { a: '1' } }, inherited)).toBe(false);
  });

  test('on the context say nothing of DescribeKey', () => {
    expect(decide({ EncryptionContextEquals: { a: '1' } }, undefined, 'DescribeKey')).toBe(true);
  });

  const forService = (Operations: string[]) =>
    grant({
      GranteeServicePrincipal: 'rds.amazonaws.com',
      RetiringPrincipal: accountRoot(account),
      Constraints: { SourceArn: sourceArn },
      Operations,
    });

  test.each(['Decrypt', 'DescribeKey', 'CreateGrant', 'RetireGrant'])(
    'SourceArn binds a service at %s',
    (to) => {
      const given = forService([to]);
      const decide = (keys: object) => {
        const proposedGrant = { operations: new Set([action(to)]), constraints: { sourceArn } };
        const call = { keys: keys as Record<string, string>, proposedGrant, retiredGrant: given };
        return ask([given], { as: 'service', to, call });
      };
      expect(decide({ 'aws:SourceArn': sourceArn })).toBe('allowed');
      expect(decide({ 'aws:SourceArn': `${sourceArn}2` })).toBe('no key policy allows');
      expect(decide({})).toBe('no key policy allows');
    },
  );
});

describe('CreateGrant through a grant', () => {
  type Child = { operations?: string[]; constraints?: Grant['constraints'] };
  const create = (parents: readonly Partial<GrantEntry>[], child: Child = {}) => {
    const { operations = ['Decrypt'], constraints = {} } = child;
    const proposedGrant = { operations: new Set(operations.map(action)), constraints };
    const grants = parents.map((parent) =>
      grant({ Operations: ['CreateGrant', 'Decrypt'], ...parent }),
    );
    return ask(grants, { to: 'CreateGrant', call: { proposedGrant } }) === 'allowed';
  };

  test('needs one parent with all of the child’s operations', () => {
    expect(create([{}])).toBe(true);
    expect(create([{}], { operations: ['CreateGrant', 'Decrypt'] })).toBe(true);
    expect(create([{}], { operations: ['Decrypt', 'Encrypt'] })).toBe(false);
    expect(create([{ Operations: ['Decrypt'] }])).toBe(false);
    const two = [
      { Operations: ['CreateGrant', 'Decrypt'] },
      { Operations: ['CreateGrant', 'Encrypt'] },
    ];
    expect(create(two, { operations: ['Decrypt', 'Encrypt'] })).toBe(false);
  });

  const equals = (pairs: Record<string, string>) => ({ encryptionContextEquals: pairs });
  const subset = (pairs: Record<string, string>) => ({ encryptionContextSubset: pairs });
  const a = { a: '1' };
  const ab = { a: '1', b: '2' };
  test.each<[string, GrantEntryConstraints, Grant['constraints'], boolean]>([
    ['free parent, constrained child', {}, equals(a), true],
    ['equals, no constraint', { EncryptionContextEquals: a }, {}, false],
    ['equals, same equals', { EncryptionContextEquals: a }, equals({ ...a }), true],
    ['equals, more equals', { EncryptionContextEquals: a }, equals(ab), false],
    ['equals, subset', { EncryptionContextEquals: a }, subset(a), false],
    ['subset, no constraint', { EncryptionContextSubset: a }, {}, false],
    ['empty subset, no constraint', { EncryptionContextSubset: {} }, {}, false],
    ['subset, same subset', { EncryptionContextSubset: a }, subset(a), true],
    ['subset, more', { EncryptionContextSubset: a }, subset(ab), true],
    ['subset, less', { EncryptionContextSubset: ab }, subset(a), false],
    ['subset, equals that contains it', { EncryptionContextSubset: a }, equals(ab), true],
    ['subset, equals that does not', { EncryptionContextSubset: ab }, equals(a), false],
  ])('%s', (_, Constraints, constraints, expected) => {
    expect(create([{ Constraints }], { constraints })).toBe(expected);
  });

  test('the parent’s SourceArn must be the child’s', () => {
    const Constraints = { SourceArn: sourceArn };
    const decide = (constraints: Grant['constraints']) => {
      const given = [grant({ Operations: ['CreateGrant', 'Decrypt'], Constraints })];
      const proposedGrant = { operations: new Set([action('Decrypt')]), constraints };
      return ask(given, {
        to: 'CreateGrant',
        call: { proposedGrant, keys: { 'aws:SourceArn': sourceArn } },
      });
    };
    expect(decide({ sourceArn })).toBe('allowed');
    expect(decide({})).toBe('no key policy allows');
    expect(decide({ sourceArn: `${sourceArn}2` })).toBe('no key policy allows');
  });

  test('without a proposal nothing is delegated', () => {
    expect(ask([grant({ Operations: ['CreateGrant'] })], { to: 'CreateGrant' })).toBe(
      'no key policy allows',
    );
  });

  test('a key policy allows any', () => {
    const proposedGrant = { operations: new Set([action('Encrypt')]), constraints: {} };
    expect(ask([], { to: 'CreateGrant', key: keyPolicy({}), call: { proposedGrant } })).toBe(
      'allowed',
    );
  });
});

describe('RetireGrant', () => {
  const retire = (parts: Partial<GrantEntry>, rest: RequestParts = {}) =>
    ask([], { to: 'RetireGrant', ...rest, call: { retiredGrant: grant(parts) } });

  test('is for the retiring principal', () => {
    const parts = { RetiringPrincipal: role };
    expect(retire(parts, { as: 'session' })).toBe('allowed');
    expect(retire(parts, { as: 'session', ...sides['narrow session'] })).toBe(
      'no session policy allows',
    );
    expect(
      retire({ RetiringPrincipal: session }, { as: 'session', ...sides['narrow session'] }),
    ).toBe('allowed');
    expect(retire({ RetiringPrincipal: carol }, { as: 'stranger' })).toBe(
      'no identity policy allows',
    );
    expect(retire({ RetiringPrincipal: carol }, { as: 'stranger', ...sides.identity })).toBe(
      'allowed',
    );
    expect(retire({ RetiringServicePrincipal: 'rds.amazonaws.com' }, { as: 'service' })).toBe(
      'allowed',
    );
    expect(retire({ RetiringServicePrincipal: 'ec2.amazonaws.com' }, { as: 'service' })).toBe(
      'no key policy allows',
    );
  });

  test('is for the grantee when it is among the operations, whatever the context', () => {
    const Constraints = { EncryptionContextEquals: { a: '1' } };
    expect(retire({ Operations: ['RetireGrant'], Constraints })).toBe('allowed');
    const stranger = { GranteePrincipal: carol, IssuingAccount: accountRoot(otherAccount) };
    expect(retire({ ...stranger, Operations: ['RetireGrant'] }, { as: 'stranger' })).toBe(
      'allowed',
    );
    expect(retire({ ...stranger, Operations: ['Decrypt'] }, { as: 'stranger' })).toBe(
      'no identity policy allows',
    );
  });

  test('is for the issuing account, as its own policies allow', () => {
    const parts = { GranteePrincipal: carol };
    expect(retire(parts, { as: 'root' })).toBe('allowed');
    expect(retire(parts, { as: 'alice' })).toBe('no identity policy allows');
    expect(retire(parts, { as: 'alice', ...sides.identity })).toBe('allowed');
    expect(retire({ IssuingAccount: accountRoot(otherAccount) }, { as: 'strangerRoot' })).toBe(
      'allowed',
    );
    expect(retire(parts, { as: 'strangerRoot' })).toBe('no key policy allows');
  });

  test('is never for those whom the key policy names', () => {
    const IssuingAccount = accountRoot(otherAccount);
    for (const as of ['root', 'session', 'service'] as const)
      expect(retire({ IssuingAccount }, { as, key: keyPolicy({}), ...sides.identity })).toBe(
        'no key policy allows',
      );
    expect(reasonOf({ to: 'RetireGrant', key: keyPolicy({}) })).toBe('no key policy allows');
  });

  test('is refused where a policy denies it', () => {
    const key = keyPolicy({ Effect: 'Deny', Action: 'kms:RetireGrant' });
    expect(retire({ RetiringPrincipal: alice }, { key })).toBe('explicit deny in key policy');
  });
});

describe('a grant with a name', () => {
  const named = (parts: Partial<GrantEntry> = {}) =>
    grant({ Name: 'n', RetiringPrincipal: role, ...parts });
  const base = named({
    Operations: ['Decrypt', 'Encrypt'],
    Constraints: { EncryptionContextSubset: { a: '1' } },
  });
  const same = (parts: Partial<GrantEntry>) =>
    findSameGrant(
      [base],
      named({
        Operations: ['Encrypt', 'Decrypt'],
        Constraints: { EncryptionContextSubset: { a: '1' } },
        ...parts,
      }),
    ) === base;

  test('is found again when all of it is the same', () => {
    expect(same({})).toBe(true);
    expect(same({ GrantId: '0'.repeat(64) })).toBe(true);
  });

  test.each<[Partial<GrantEntry>]>([
    [{ Name: 'm' }],
    [{ Name: undefined }],
    [{ KeyId: `${keyArn}0` }],
    [{ GranteePrincipal: role }],
    [{ RetiringPrincipal: undefined }],
    [{ Operations: ['Decrypt'] }],
    [{ Operations: ['Decrypt', 'DescribeKey'] }],
    [{ Constraints: undefined }],
    [{ Constraints: { EncryptionContextSubset: { a: '2' } } }],
    [{ Constraints: { EncryptionContextEquals: { a: '1' } } }],
    [{ Constraints: { EncryptionContextSubset: { a: '1' }, SourceArn: sourceArn } }],
  ])('is another with %j', (parts) => {
    expect(same(parts)).toBe(false);
  });

  test('ARN and unique id of a bound principal are one', () => {
    const id = 'AIDAFIRST00000000000';
    const byArn = compiledOf(compileGrant(entry({ Name: 'n' }), symmetric, () => id));
    expect(findSameGrant([byArn], grant({ Name: 'n', GranteePrincipal: id }))).toBe(byArn);
    expect(findSameGrant([byArn], grant({ Name: 'n' }))).toBeUndefined();
    const toAccount = grant({ Name: 'n', GranteePrincipal: account });
    expect(
      findSameGrant([toAccount], grant({ Name: 'n', GranteePrincipal: accountRoot(account) })),
    ).toBe(toAccount);
  });

  test('services count by their names', () => {
    const service = (GranteeServicePrincipal: string) =>
      named({ GranteeServicePrincipal, Constraints: { SourceArn: sourceArn } });
    const rds = service('rds.amazonaws.com');
    expect(findSameGrant([rds], service('rds.amazonaws.com'))).toBe(rds);
    expect(findSameGrant([rds], service('ec2.amazonaws.com'))).toBeUndefined();
  });
});

describe('what cannot be granted', () => {
  const arn = (text: string) => ({
    name: 'InvalidArnException',
    message: `ARN is not valid: ${text}`,
  });
  const invalid = (message: string) => ({ name: 'ValidationException', message });

  test.each([
    '*',
    'alice',
    `arn:aws:iam::${account}:group/admins`,
    `arn:aws:sts::${account}:assumed-role/team/admin/s1`,
    `arn:aws:iam::${account}:user/*`,
    `arn:aws:organizations::${account}:organization/o-1`,
  ])('%s is no grantee and no retiring principal', (text) => {
    expect(refusal({ GranteePrincipal: text })).toEqual(arn(text));
    expect(refusal({ RetiringPrincipal: text })).toEqual(arn(text));
  });

  test('the issuing account must be one', () => {
    expect(refusal({ IssuingAccount: alice })).toEqual(arn(alice));
    expect(refusal({ IssuingAccount: 'x' })).toEqual(arn('x'));
  });

  const service = {
    GranteeServicePrincipal: 'rds.amazonaws.com',
    RetiringPrincipal: alice,
    Constraints: { SourceArn: sourceArn },
  };
  test.each<[Partial<GrantEntry>, string]>([
    [{ GranteePrincipal: undefined }, 'A grant must have a grantee principal.'],
    [
      { ...service, GranteePrincipal: alice },
      'Specify either GranteePrincipal or GranteeServicePrincipal, not both.',
    ],
    [
      { RetiringPrincipal: alice, RetiringServicePrincipal: 'rds.amazonaws.com' },
      'Specify either RetiringPrincipal or RetiringServicePrincipal, not both.',
    ],
    [{ ...service, GranteeServicePrincipal: 'rds' }, 'Service principal is not valid: rds'],
    [{ RetiringServicePrincipal: '*' }, 'Service principal is not valid: *'],
    [
      { ...service, Constraints: {} },
      'A grant to a service principal must have a SourceArn constraint.',
    ],
    [
      { ...service, RetiringPrincipal: undefined },
      'A grant to a service principal must have a retiring principal.',
    ],
    [{ Operations: [] }, 'A grant must have an operation.'],
    [
      {
        Constraints: {
          EncryptionContextEquals: Object.fromEntries([...'abcdefghi'].map((k) => [k, 'x'])),
        },
      },
      'A grant constraint holds at most 8 encryption context pairs.',
    ],
    [
      { Constraints: { EncryptionContextSubset: { a: 'x'.repeat(385) } } },
      'A value in a grant constraint has at most 384 characters.',
    ],
  ])('%j', (parts, message) => {
    expect(refusal(parts)).toEqual(invalid(message));
  });

  test('eight pairs of 384 characters are taken', () => {
    const pairs = Object.fromEntries([...'abcdefgh'].map((k) => [k, 'x'.repeat(384)]));
    expect(refusal({ Constraints: { EncryptionContextSubset: pairs } })).toBeUndefined();
  });

  test('a constraint on the context needs a symmetric key', () => {
    const key = { keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' };
    expect(refusal({ Constraints: { EncryptionContextEquals: { a: '1' } } }, key)).toEqual(
      invalid(
        'EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.',
      ),
    );
  });

  test.each<[string, string, string]>([
    [
      'SYMMETRIC_DEFAULT',
      'ENCRYPT_DECRYPT',
      'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair ' +
        'GenerateDataKeyPairWithoutPlaintext ReEncryptFrom ReEncryptTo CreateGrant RetireGrant ' +
        'DescribeKey',
    ],
    [
      'RSA_2048',
      'ENCRYPT_DECRYPT',
      'Decrypt Encrypt ReEncryptFrom ReEncryptTo GetPublicKey CreateGrant RetireGrant DescribeKey',
    ],
    [
      'ECC_NIST_P256',
      'SIGN_VERIFY',
      'Sign Verify GetPublicKey CreateGrant RetireGrant DescribeKey',
    ],
    [
      'HMAC_256',
      'GENERATE_VERIFY_MAC',
      'CreateGrant RetireGrant DescribeKey GenerateMac VerifyMac',
    ],
    [
      'ECC_NIST_P256',
      'KEY_AGREEMENT',
      'GetPublicKey CreateGrant RetireGrant DescribeKey DeriveSharedSecret',
    ],
    [
      'ML_KEM_768',
      'ENCAPSULATE_DECAPSULATE',
      'GetPublicKey CreateGrant RetireGrant DescribeKey Encapsulate Decapsulate',
    ],
  ])('operations of a %s key for %s', (keySpec, keyUsage, list) => {
    const key = { keySpec, keyUsage };
    const valid = list.split(' ');
    expect(grantOperationsOf(key)).toEqual(valid);
    for (const operation of [
      'ListGrants',
      'RevokeGrant',
      'PutKeyPolicy',
      'encrypt',
      'Sign',
      'Encrypt',
    ]) {
      const kind = /^(SYM|HMAC)/.test(keySpec) ? 'a symmetric' : 'an asymmetric';
      expect(refusal({ Operations: ['DescribeKey', operation] }, key)).toEqual(
        valid.includes(operation)
          ? undefined
          : invalid(
              `Operations [${operation}] are not supported when creating a grant for ${kind} KMS key with key usage ${keyUsage}. Valid operations are [${valid.join(', ')}]`,
            ),
      );
    }
  });
});
