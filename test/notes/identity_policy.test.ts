// "If your IAM principal itself calls KMS, you need: 1. key policy: allow use, 2. IAM policy: allow
// use. KMS evaluates both."

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kms } from '../../lib/kms.js';
import {
  account,
  aliceArn,
  denied,
  identityPolicyFor,
  notesIdentityPolicy,
  openKms,
  refusal,
} from './notes.js';

let kms: Kms;
let KeyId: string;
beforeEach(async () => {
  kms = await openKms();
  KeyId = (await kms.client().createKey()).KeyMetadata.Arn;
});
afterEach(() => kms.close());

const Plaintext = new Uint8Array(Buffer.from('distract them with the yumz'));
const noIdentityPolicy = denied('because no identity-based policy allows the kms:Encrypt action');
const noKeyPolicy = denied('because no resource-based policy allows the kms:Encrypt action');

/** A key policy that names the account for other things only, and alice for some. */
const keyPolicy = (...forAlice: string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'],
        Resource: '*',
      },
      ...forAlice.map((Action) => ({
        Effect: 'Allow',
        Principal: { AWS: aliceArn },
        Action,
        Resource: '*',
      })),
    ],
  });

describe('the IAM policy of the notes, for a user that IAM knows', () => {
  beforeEach(() => kms.iam.createUser({ UserName: 'alice' }));
  const put = (PolicyDocument: string) =>
    kms.iam.putUserPolicy({ UserName: 'alice', PolicyName: 'notes', PolicyDocument });
  const encrypt = () => kms.client({ principal: aliceArn }).encrypt({ KeyId, Plaintext });

  test('as it stands grants nothing here: its key id is no key’s', async () => {
    await put(notesIdentityPolicy);
    expect(await refusal(encrypt())).toEqual(noIdentityPolicy);
  });

  test('for a key that there is lets alice encrypt and decrypt, and no more', async () => {
    await put(identityPolicyFor(KeyId));
    const client = kms.client({ principal: aliceArn });
    const { CiphertextBlob } = await encrypt();
    const opened = await client.decrypt({ CiphertextBlob });
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Buffer.from(Plaintext));
    expect(await refusal(client.generateDataKey({ KeyId, KeySpec: 'AES_256' }))).toEqual(
      denied('because no identity-based policy allows the kms:GenerateDataKey action'),
    );
  });

  test('takes effect, and ends, with the next request', async () => {
    const client = kms.client({ principal: aliceArn });
    const ask = () => client.encrypt({ KeyId, Plaintext });
    expect(await refusal(ask())).toEqual(noIdentityPolicy);
    await put(identityPolicyFor(KeyId));
    await ask();
    await kms.iam.deleteUserPolicy({ UserName: 'alice', PolicyName: 'notes' });
    expect(await refusal(ask())).toEqual(noIdentityPolicy);
  });
});

describe('a user with both allows, with one of them, with neither', () => {
  const alice = (...identityPolicies: string[]) =>
    kms.client({ principal: aliceArn, identityPolicies });

  test('both: the key policy names the account, IAM allows', async () => {
    await alice(identityPolicyFor(KeyId)).encrypt({ KeyId, Plaintext });
  });

  test('the key policy alone, naming the account, is not enough', async () => {
    expect(await refusal(alice().encrypt({ KeyId, Plaintext }))).toEqual(noIdentityPolicy);
  });

  test('IAM alone is worth nothing', async () => {
    await kms.client().putKeyPolicy({ KeyId, Policy: keyPolicy() });
    const client = alice(identityPolicyFor(KeyId));
    expect(await refusal(client.encrypt({ KeyId, Plaintext }))).toEqual(noKeyPolicy);
  });

  test('neither', async () => {
    await kms.client().putKeyPolicy({ KeyId, Policy: keyPolicy() });
    expect(await refusal(alice().encrypt({ KeyId, Plaintext }))).toEqual(noKeyPolicy);
  });

  test('the key policy alone is enough when it names the user', async () => {
    await kms.client().putKeyPolicy({ KeyId, Policy: keyPolicy('kms:Encrypt') });
    await alice().encrypt({ KeyId, Plaintext });
    expect(await refusal(alice().generateDataKey({ KeyId, KeySpec: 'AES_256' }))).toEqual(
      denied('because no resource-based policy allows the kms:GenerateDataKey action'),
    );
  });

  test('a Deny in IAM stands against all of it', async () => {
    await kms.client().putKeyPolicy({ KeyId, Policy: keyPolicy('kms:*') });
    const Statement = { Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' };
    const client = alice(JSON.stringify({ Version: '2012-10-17', Statement }));
    expect(await refusal(client.encrypt({ KeyId, Plaintext }))).toEqual(
      denied('with an explicit deny in an identity-based policy'),
    );
  });
});
