// One authorization decision: everything that an operation asks of lib/authorization once policies are compiled. The
// peer is the target itself: a decision in a microsecond.

import {
  authorize,
  compileGrant,
  compilePolicy,
  defaultKeyPolicy,
  keyResource,
  kmsAction,
  principalOfArn,
} from '../dist/authorization/index.js';
import { measure } from './measure.mjs';

const operations = 10_000;
const account = '111122223333';
const keyArn = `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const actions = ['kms:Decrypt', 'kms:GenerateDataKey'].map(kmsAction);
const call = { timeMs: 1_789_202_467_000, encryptionContext: { tenant: 'alice', app: 'files' } };
const identityPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: keyArn,
    },
  ],
};

/** @returns rows as benchDataKey */
export async function benchAuthorization() {
  const rates = await measure('decisions', Object.entries(requests()).map(toCase));
  const against = 'one a microsecond';
  return [...rates].map(([what, rate]) => ({ what, rate, against, peerRate: 1e6, target: 1 }));
}

function requests() {
  const byDefault = compiled(defaultKeyPolicy(account), 'key policy');
  const identity = [compiled(JSON.stringify(identityPolicy), 'identity policy')];
  return {
    'decision: default key policy, identity policy': askAll(byDefault, identity),
    'decision: conditions': askAll(byDefault, [compiled(conditioned(), 'identity policy')]),
    'decision: grant': askAll(byDefault, [], [grant()]),
    'decision: not allowed': askAll(byDefault, []),
  };
}

function conditioned() {
  const [statement] = identityPolicy.Statement;
  const Condition = {
    StringEquals: { 'kms:EncryptionContext:tenant': 'alice' },
    'ForAllValues:StringLike': { 'kms:EncryptionContextKeys': ['tenant', 'app*'] },
  };
  return JSON.stringify({ ...identityPolicy, Statement: [{ ...statement, Condition }] });
}

function grant() {
  const entry = {
    GrantId: 'f'.repeat(64),
    KeyId: keyArn,
    GranteePrincipal: `arn:aws:iam::${account}:user/alice`,
    IssuingAccount: `arn:aws:iam::${account}:root`,
    Operations: ['Decrypt', 'GenerateDataKey'],
    Constraints: { EncryptionContextSubset: { tenant: 'alice' } },
  };
  return compiledOf(
    compileGrant(entry, { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }),
  );
}

function askAll(policy, identityPolicies, grants = []) {
  const caller = {
    principal: principalOfArn(`arn:aws:iam::${account}:user/alice`),
    identityPolicies,
  };
  const resource = keyResource(keyArn, account, { policy, grants });
  return actions.map((action) => ({ caller, action, resource, call }));
}

function compiled(text, kind) {
  return compiledOf(compilePolicy(text, { kind, name: 'bench' }));
}

function compiledOf(result) {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function toCase([label, asked]) {
  let allowed = 0;
  return {
    label,
    operations,
    run: () => {
      for (let i = 0; i < operations; i++)
        if (authorize(asked[i & 1]).decision === 'Allow') allowed++;
      return allowed;
    },
  };
}
