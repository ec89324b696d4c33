// Where the value of every condition key comes from.

import { describe, expect, test } from 'vitest';
import { aliasResource, anyResource } from '../../lib/authorization/index.js';
import {
  account,
  callers,
  identityPolicy,
  keyPolicy,
  otherAccount,
  policy,
  principal,
  type RequestParts,
  reasonOf,
  sourceArn,
  statementRefusal,
} from './support/requests.js';

/**
 * Whether a condition in a session policy holds: nobody whom the key policy names by account
 * escapes it.
 */
function holds(Condition: object, parts: RequestParts): boolean {
  const key = keyPolicy({ Principal: { AWS: [account, otherAccount] } });
  const session = [policy('session policy', { Condition })];
  return reasonOf({ key, ...parts, identity: [identityPolicy()], session }) === 'allowed';
}

function expectValue(
  key: string,
  expected: string | readonly string[] | undefined,
  parts: RequestParts = {},
) {
  if (expected === undefined) {
    expect([key, holds({ Null: { [key]: 'true' } }, parts)]).toEqual([key, true]);
  } else if (typeof expected === 'string') {
    expect([key, holds({ StringEquals: { [key]: expected } }, parts)]).toEqual([key, true]);
  } else {
    expect(holds({ 'ForAllValues:StringEquals': { [key]: expected } }, parts)).toBe(true);
    for (const value of expected)
      expect(holds({ 'ForAnyValue:StringEquals': { [key]: value } }, parts)).toBe(true);
    // Multivalued: without a qualifier it is nothing.
    expect(holds({ StringLike: { [key]: '*' } }, parts)).toBe(false);
  }
}

const list = (text: string) => text.split(' ');

describe('keys that the call carries', () => {
  const single = list(
    'kms:RequestAlias kms:EncryptionAlgorithm kms:DataKeyPairSpec kms:SigningAlgorithm ' +
      'kms:MessageType kms:MacAlgorithm kms:KeyAgreementAlgorithm kms:EncapsulationAlgorithm ' +
      'kms:ReEncryptOnSameKey kms:BypassPolicyLockoutSafetyCheck ' +
      'kms:ScheduleKeyDeletionPendingWindowInDays kms:TrailingDaysWithoutKeyUsage ' +
      'kms:RotationPeriodInDays kms:ExpirationModel kms:ValidTo kms:WrappingAlgorithm ' +
      'kms:WrappingKeySpec kms:ReplicaRegion kms:PrimaryRegion kms:GrantIsForAWSResource ' +
      'kms:GrantConstraintType kms:GrantConstraintSourceArn kms:GranteePrincipal ' +
      'kms:RetiringPrincipal kms:GranteeServicePrincipal kms:RetiringServicePrincipal ' +
      'kms:RecipientAttestation:ImageSha384 kms:RecipientAttestation:PCR0 ' +
      'kms:RecipientAttestation:PCR31 kms:RecipientAttestation:NitroTPMPCR4 ' +
      'kms:RecipientAttestation:NitroTPMPCR7 kms:RecipientAttestation:NitroTPMPCR12 ' +
      'aws:RequestedRegion aws:SourceIp aws:SourceVpc aws:SourceVpcArn aws:SourceVpce ' +
      'aws:VpcSourceIp aws:VpceAccount aws:VpceOrgID aws:SourceArn aws:SourceAccount ' +
      'aws:SourceOrgID aws:SecureTransport aws:UserAgent aws:Referer',
  );
  test.each(single)('%s', (key) => {
    expectValue(key, 'value', { call: { keys: { [key]: 'value' } } });
    expectValue(key.toUpperCase(), 'value', { call: { keys: { [key]: 'value' } } });
    expectValue(key, undefined);
  });

  const multivalued = list('kms:GrantOperations aws:TagKeys aws:VpceOrgPaths aws:SourceOrgPaths');
  test.each(multivalued)('%s, with several values', (key) => {
    expectValue(key, ['a', 'b'], { call: { keys: { [key]: ['a', 'b'] } } });
    expectValue(key, undefined);
  });

  test('the encryption context', () => {
    const call = { encryptionContext: { tenant: 'blue', App: 'x' } };
    expectValue('kms:EncryptionContext:tenant', 'blue', { call });
    expectValue('kms:EncryptionContext:app', 'x', { call });
    expectValue('kms:EncryptionContext:none', undefined, { call });
    expectValue('kms:EncryptionContextKeys', ['tenant', 'App'], { call });
    expectValue('kms:EncryptionContextKeys', undefined, { call: { encryptionContext: {} } });
    expectValue('kms:EncryptionContextKeys', undefined);
  });

  test('a name with a colon, a slash or a prototype behind it', () => {
    const call = { encryptionContext: { 'aws:s3:arn': 'x', 'a/b': 'y' } };
    expectValue('kms:EncryptionContext:aws:s3:arn', 'x', { call });
    expectValue('kms:EncryptionContext:a/b', 'y', { call });
    expectValue('kms:EncryptionContext:constructor', undefined, { call });
    expectValue('kms:EncryptionContext:__proto__', undefined, { call });
  });

  test('tags in the request', () => {
    const call = { tags: { Team: 'blue' } };
    expectValue('aws:RequestTag/team', 'blue', { call });
    expectValue('aws:RequestTag/other', undefined, { call });
  });

  test('the time', () => {
    const call = { timeMs: Date.UTC(2026, 8, 12, 8, 41, 7, 999) };
    expectValue('aws:CurrentTime', '2026-09-12T08:41:07Z', { call });
    expectValue('aws:EpochTime', '1789202467', { call });
    expect(holds({ DateLessThan: { 'aws:CurrentTime': '2026-09-12T08:41:08Z' } }, { call })).toBe(
      true,
    );
    expect(holds({ NumericLessThan: { 'aws:EpochTime': 1789202467 } }, { call })).toBe(false);
    expectValue('aws:CurrentTime', '1969-12-31T23:59:59Z', { call: { timeMs: -1 } });
    expectValue('aws:CurrentTime', '2024-02-29T00:00:00Z', {
      call: { timeMs: Date.UTC(2024, 1, 29) },
    });
  });

  test('a service that calls on the caller’s behalf', () => {
    const viaService = 'rds.eu-central-1.amazonaws.com';
    const call = { viaService, calledVia: ['cloudformation.amazonaws.com', 'rds.amazonaws.com'] };
    expectValue('kms:ViaService', viaService, { call });
    expectValue('aws:ViaAWSService', 'true', { call });
    expectValue('aws:CalledVia', call.calledVia, { call });
    expectValue('aws:CalledViaFirst', 'cloudformation.amazonaws.com', { call });
    expectValue('aws:CalledViaLast', 'rds.amazonaws.com', { call });
    for (const key of [
      'kms:ViaService',
      'aws:CalledVia',
      'aws:CalledViaFirst',
      'aws:CalledViaLast',
    ])
      expectValue(key, undefined);
    expectValue('aws:ViaAWSService', 'false');
  });
});

describe('keys that the KMS key carries', () => {
  const single = list(
    'kms:KeySpec kms:KeyUsage kms:KeyOrigin kms:CustomerMasterKeySpec ' +
      'kms:CustomerMasterKeyUsage kms:MultiRegion kms:MultiRegionKeyType aws:ResourceOrgID',
  );
  test.each(single)('%s', (key) => {
    expectValue(key, 'value', { resource: { keys: { [key]: 'value' } } });
    expectValue(key, undefined);
    // CreateKey has no key yet: there the call asks for one.
    const resource = anyResource(account);
    expectValue(key, 'value', { to: 'CreateKey', resource, call: { keys: { [key]: 'value' } } });
  });

  test('aliases, in identity policies alone', () => {
    const resource = { keys: { 'kms:ResourceAliases': ['alias/a', 'alias/b'] } };
    expectValue('kms:ResourceAliases', ['alias/a', 'alias/b'], { resource });
    expect(
      statementRefusal({ Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': '*' } } }),
    ).toMatch(/unknown condition key$/);
  });

  test('tags and account', () => {
    expectValue('aws:ResourceTag/team', 'blue', { resource: { tags: { Team: 'blue' } } });
    expectValue('aws:ResourceTag/team', undefined);
    expectValue('aws:ResourceAccount', account);
    expectValue('aws:ResourceAccount', account, { as: 'stranger' });
    expectValue('aws:ResourceOrgPaths', ['o/r'], {
      resource: { keys: { 'aws:ResourceOrgPaths': ['o/r'] } },
    });
  });
});

describe('keys that the caller carries', () => {
  const single = list(
    'aws:PrincipalOrgID aws:TokenIssueTime aws:MultiFactorAuthPresent aws:MultiFactorAuthAge ' +
      'aws:SourceIdentity',
  );
  test.each(single)('%s', (key) => {
    expectValue(key, 'value', { as: { ...callers.alice, keys: { [key]: 'value' } } });
    expectValue(key, undefined);
  });

  test.each(['aws:PrincipalOrgPaths', 'aws:PrincipalServiceNamesList'])('%s', (key) => {
    expectValue(key, ['a', 'b'], { as: { ...callers.alice, keys: { [key]: ['a', 'b'] } } });
  });

  const id = { uniqueId: 'AIDAEXAMPLE000000000' };
  test.each([
    ['alice', { ...callers.alice, ...id }, callers.alice.arn, 'User', id.uniqueId, 'alice'],
    [
      'a user with a path',
      principal(`arn:aws:iam::${account}:user/a/b/bob`),
      `arn:aws:iam::${account}:user/a/b/bob`,
      'User',
      undefined,
      'bob',
    ],
    ['root', callers.root, callers.root.arn, 'Account', account, undefined],
    [
      'a session',
      { ...callers.session, uniqueId: 'AROAEXAMPLE000000000' },
      callers.session.roleArn,
      'AssumedRole',
      'AROAEXAMPLE000000000:s1',
      undefined,
    ],
    [
      'a session of a role unknown',
      callers.session,
      callers.session.roleArn,
      'AssumedRole',
      undefined,
      undefined,
    ],
    [
      'a federated user',
      callers.federated,
      callers.federated.arn,
      'FederatedUser',
      `${account}:fred`,
      undefined,
    ],
  ])('%s', (_, as, arn, type, userId, userName) => {
    expectValue('aws:PrincipalArn', arn, { as });
    expectValue('aws:PrincipalType', type, { as });
    expectValue('aws:userid', userId, { as });
    expectValue('aws:username', userName, { as });
    expectValue('aws:PrincipalAccount', account, { as });
    expectValue('kms:CallerAccount', account, { as });
    expectValue('aws:PrincipalIsAWSService', 'false', { as });
    expectValue('aws:PrincipalServiceName', undefined, { as });
  });

  test('tags and provider', () => {
    expectValue('aws:PrincipalTag/team', 'x', { as: { ...callers.alice, tags: { TEAM: 'x' } } });
    expectValue('aws:PrincipalTag/team', undefined);
    const federatedProvider = 'accounts.google.com';
    expectValue('aws:FederatedProvider', federatedProvider, {
      as: { ...callers.session, federatedProvider },
    });
  });

  test('a service is of no account', () => {
    const Condition = (key: string, value: string) => ({ StringEquals: { [key]: value } });
    const asService = (condition: object, keys = {}) =>
      reasonOf({ as: 'service', key: keyPolicy({ Condition: condition }), call: { keys } }) ===
      'allowed';
    expect(asService(Condition('aws:PrincipalIsAWSService', 'true'))).toBe(true);
    expect(asService(Condition('aws:PrincipalServiceName', 'rds.amazonaws.com'))).toBe(true);
    expect(asService(Condition('aws:SourceArn', sourceArn), { 'aws:SourceArn': sourceArn })).toBe(
      true,
    );
    for (const key of [
      'kms:CallerAccount',
      'aws:PrincipalAccount',
      'aws:PrincipalArn',
      'aws:userid',
      'aws:PrincipalType',
    ])
      expect(asService({ Null: { [key]: 'true' } })).toBe(true);
  });
});

describe('where keys have no meaning', () => {
  test('no kms: key has a value for the alias half of operations on aliases', () => {
    const resource = aliasResource(`arn:aws:kms:us-east-1:${account}:alias/a`, account);
    const call = { viaService: 'rds.us-east-1.amazonaws.com', encryptionContext: { a: 'b' } };
    for (const key of ['kms:CallerAccount', 'kms:ViaService', 'kms:EncryptionContext:a'])
      expectValue(key, undefined, { to: 'CreateAlias', resource, call });
    expectValue('aws:PrincipalAccount', account, { to: 'CreateAlias', resource });
    expectValue('aws:ResourceTag/a', undefined, {
      to: 'CreateAlias',
      resource: { ...resource, tags: { a: 'b' } },
    });
  });

  test.each(['GenerateRandom', 'ListAliases', 'ListKeys', 'ListRetirableGrants'])(
    '%s tells no caller',
    (to) => {
      const parts = {
        to,
        resource: anyResource(account),
        call: { viaService: 'rds.us-east-1.amazonaws.com' },
      };
      expectValue('kms:CallerAccount', undefined, parts);
      expectValue('kms:ViaService', undefined, parts);
      expectValue('aws:PrincipalAccount', account, parts);
    },
  );

  test('CreateKey tells it', () => {
    const parts = { to: 'CreateKey', resource: anyResource(account), call: { viaService: 'x' } };
    expectValue('kms:CallerAccount', account, parts);
    expectValue('kms:ViaService', 'x', parts);
  });
});

describe('keys that do not exist are refused', () => {
  const refused = (key: string, kind: 'key policy' | 'identity policy') =>
    statementRefusal({ Condition: { StringEquals: { [key]: 'x' } } }, kind);

  test.each([
    'kms:Nothing',
    'aws:Nothing',
    'kms:EncryptionContext:',
    'kms:EncryptionContext',
    'aws:PrincipalTag/',
    'aws:ResourceTag',
    'kms:RecipientAttestation:PCR32',
    'SourceIp',
    '',
    'kms:EncryptionContext:$x',
  ])('%j', (key) => {
    const message = `Syntax errors in policy: Statement[0].Condition.StringEquals.${key}: unknown condition key`;
    expect(refused(key, 'key policy')).toBe(message);
    expect(refused(key, 'identity policy')).toBe(message);
  });

  test('those of other services only in key policies, and never have a value', () => {
    expect(refused('s3:prefix', 'key policy')).toMatch(/unknown condition key$/);
    expectValue('s3:prefix', undefined);
  });
});
