import { describe, expect, test } from 'vitest';
import { grantOperations, kmsAction, kmsActions } from '../../lib/authorization/index.js';
import { applies, statementRefusal } from './support/requests.js';

const names = (list: string) => list.split(' ').map((name) => `kms:${name}`);

const grantable = names(
  'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair ' +
    'GenerateDataKeyPairWithoutPlaintext ReEncryptFrom ReEncryptTo Sign Verify GetPublicKey ' +
    'CreateGrant RetireGrant DescribeKey GenerateMac VerifyMac DeriveSharedSecret Encapsulate ' +
    'Decapsulate',
);
const identityOnly = names(
  'ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore ' +
    'DescribeCustomKeyStores DisconnectCustomKeyStore UpdateCustomKeyStore GenerateRandom ' +
    'ListAliases ListKeys ListRetirableGrants',
);

describe('the table of actions', () => {
  test('grants can allow 19 of them', () => {
    expect(kmsActions.filter((one) => one.grantable).map(({ name }) => name)).toEqual(grantable);
    expect(grantOperations).toHaveLength(19);
  });

  test('identity policies alone decide on what is done to no key', () => {
    const found = kmsActions.filter(({ authority }) => authority === 'identity');
    expect(found.map(({ name }) => name)).toEqual(identityOnly);
  });

  test('other accounts can do what a grant can allow, and three more', () => {
    const shared = kmsActions.filter(({ crossAccount }) => crossAccount).map(({ name }) => name);
    const more = names('ListGrants RevokeGrant GetKeyRotationStatus');
    expect(shared).toEqual([...grantable, ...more]);
  });

  test('each is found by its name, and stands at its index', () => {
    expect(new Set(kmsActions.map(({ name }) => name)).size).toBe(kmsActions.length);
    for (const [index, action] of kmsActions.entries()) {
      expect(kmsAction(action.name)).toBe(action);
      expect(action.index).toBe(index);
    }
  });

  test('ReEncrypt is two actions and none of its own', () => {
    expect(kmsAction('kms:ReEncrypt')).toBeUndefined();
    expect(kmsAction('kms:encrypt')).toBeUndefined();
  });
});

describe('Action', () => {
  test.each([
    ['kms:Decrypt', 'Decrypt', true],
    ['kms:Decrypt', 'Encrypt', false],
    ['KMS:dEcRyPt', 'Decrypt', true],
    ['kms:*', 'PutKeyPolicy', true],
    ['*', 'PutKeyPolicy', true],
    ['kms:ReEncrypt*', 'ReEncryptFrom', true],
    ['kms:ReEncrypt*', 'ReEncryptTo', true],
    ['kms:ReEncrypt*', 'Encrypt', false],
    ['kms:GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', false],
    ['kms:*crypt', 'Encrypt', true],
    ['kms:?ecrypt', 'Decrypt', true],
    ['kms:?ecrypt', 'Encrypt', false],
    ['kms:*Grant*', 'RevokeGrant', true],
    ['s3:*', 'Decrypt', false],
    [['s3:GetObject', 'kms:Decrypt'], 'Decrypt', true],
  ])('%j covers %s: %s', (Action, to, expected) => {
    expect(applies({ Action }, { to })).toBe(expected);
    expect(applies({ NotAction: Action }, { to })).toBe(!expected);
    expect(applies({ Effect: 'Deny', Action }, { to })).toBe(expected);
  });

  test.each([
    'kms:Encrpyt',
    'kms:ReEncrypt',
    'kms:Import?',
    'Decrypt',
    'kms:',
    'k*s:Decrypt',
    'kms:De crypt',
    '',
    '**',
    ':Decrypt',
  ])('%j is no action', (Action) => {
    const message = `Syntax errors in policy: Statement[0].Action: ${JSON.stringify(Action)} is no action`;
    expect(statementRefusal({ Action })).toBe(message);
    expect(statementRefusal({ NotAction: ['kms:*', Action] })).toBe(message);
    expect(statementRefusal({ Action }, 'identity policy')).toBe(message);
  });

  test.each([
    [[], 'must not be empty'],
    [7, 'must be text or a list of texts'],
    [['kms:*', null], 'must be text or a list of texts'],
    [{}, 'must be text or a list of texts'],
  ])('%j is refused', (Action, problem) => {
    expect(statementRefusal({ Action })).toBe(
      `Syntax errors in policy: Statement[0].Action: ${problem}`,
    );
  });
});
