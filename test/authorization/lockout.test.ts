// The lockout safety check.

import { expect, test } from 'vitest';
import {
  awsManagedKeyPolicy,
  type CompiledPolicy,
  compileGrant,
  compilePolicy,
  defaultKeyPolicy,
  lockoutError,
} from '../../lib/authorization/index.js';
import {
  account,
  callers,
  compiledOf,
  identityPolicy,
  keyArn,
  keyPolicy,
  type RequestParts,
  requestOf,
} from './support/requests.js';

const refused = {
  name: 'MalformedPolicyDocumentException',
  message: 'The new key policy will not allow you to update the key policy in the future.',
};
const compiled = (text: string) =>
  compiledOf(compilePolicy(text, { kind: 'key policy', name: 'default' }));
const locksOut = (policy: CompiledPolicy, parts: RequestParts = {}) => {
  const error = lockoutError(requestOf({ to: 'PutKeyPolicy', ...parts }), policy);
  if (error !== undefined) expect(error).toEqual(refused);
  return error !== undefined;
};

const { alice } = callers;
const Action = 'kms:PutKeyPolicy';

test('whoever writes a policy must be able to write the next one', () => {
  expect(locksOut(keyPolicy({ Principal: { AWS: alice.arn }, Action }))).toBe(false);
  expect(locksOut(keyPolicy({ Principal: { AWS: alice.arn }, Action: 'kms:Decrypt' }))).toBe(true);
  expect(locksOut(keyPolicy({ Principal: { AWS: callers.role.arn }, Action }))).toBe(true);
  expect(locksOut(keyPolicy({ Action }, { Effect: 'Deny', Action }))).toBe(true);
});

test('together with the policies of its account', () => {
  const delegating = compiled(defaultKeyPolicy(account));
  expect(locksOut(delegating)).toBe(true);
  expect(locksOut(delegating, { identity: [identityPolicy({ Action })] })).toBe(false);
  expect(locksOut(delegating, { as: 'root' })).toBe(false);
  expect(locksOut(delegating, { as: 'root', session: [] })).toBe(true);
});

test('the new policy counts, not the old one, and no grant', () => {
  const old = keyPolicy({});
  const grant = compileGrant(
    {
      GrantId: 'f'.repeat(64),
      KeyId: keyArn,
      GranteePrincipal: alice.arn,
      IssuingAccount: `arn:aws:iam::${account}:root`,
      Operations: ['CreateGrant'],
    },
    { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' },
  );
  const resource = { grants: [compiledOf(grant)] };
  expect(locksOut(keyPolicy({ Action: 'kms:Decrypt' }), { key: old, resource })).toBe(true);
});

test('conditions of the new policy see the request that writes it', () => {
  const Condition = { Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } };
  expect(locksOut(keyPolicy({ Action, Condition }))).toBe(false);
  const call = { keys: { 'kms:BypassPolicyLockoutSafetyCheck': 'false' } };
  expect(locksOut(keyPolicy({ Action, Condition }), { call })).toBe(true);
});

test('the policy of an AWS managed key locks everybody out', () => {
  const policy = compiled(awsManagedKeyPolicy('rds', account, 'us-east-1'));
  for (const as of ['root', 'alice'] as const)
    expect(locksOut(policy, { as, identity: [identityPolicy()] })).toBe(true);
});
