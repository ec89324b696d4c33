// The real AWS CLI against the endpoint: the two commands of the user's notes as an IAM user, IAM and
// STS.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AwsCli, hasAwsCli, readsEndpointOfProfile } from './support/aws_cli.js';
import { allow, allowPrincipal } from './support/policies.js';
import {
  account,
  makeAccessKey,
  region,
  startServer,
  type TestServer,
} from './support/test_server.js';

let server: TestServer;
let folder: string;
let root: AwsCli;
let alice: AwsCli;
beforeAll(async () => {
  server = await startServer({}, { strictPrincipals: true });
  folder = mkdtempSync(join(tmpdir(), 'keystead-aws-'));
  root = new AwsCli(server.url, folder, await makeAccessKey(server));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const battlePlans = 'find all the doggos, distract them with the yumz\n';

/** As they stand in the notes. */
const encrypt = `aws kms encrypt \\
    --key-id alias/catrobot \\
    --plaintext fileb://battleplans.txt \\
    --output text \\
    --query CiphertextBlob \\
    | base64 --decode > not_battleplans.enc`;
const decrypt = `aws kms decrypt \\
    --ciphertext-blob fileb://not_battleplans.enc \\
    --output text \\
    --query Plaintext | base64 --decode > decryptedplans.txt`;

describe.skipIf(!hasAwsCli)("the notes' two commands, as an IAM user", () => {
  let keyArn: string;
  const policyOf = (Principal: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: 'use', Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }],
    });
  const delegating = policyOf({ AWS: `arn:aws:iam::${account}:root` });
  const putUserPolicy = () =>
    root.json(
      'iam',
      'put-user-policy',
      '--user-name',
      'alice',
      '--policy-name',
      'catrobot',
      '--policy-document',
      allow(['kms:Encrypt', 'kms:Decrypt'], keyArn),
    );
  const putKeyPolicy = (policy: string) =>
    root.json(
      'kms',
      'put-key-policy',
      '--key-id',
      keyArn,
      '--policy-name',
      'default',
      '--policy',
      policy,
      '--bypass-policy-lockout-safety-check',
    );
  const refusal = (operation: string, reason: string) =>
    `An error occurred (AccessDeniedException) when calling the ${operation} operation: User: arn:aws:iam::${account}:user/alice is not authorized to perform: kms:${operation} on resource: ${keyArn} because ${reason} allows the kms:${operation} action`;

  beforeAll(async () => {
    writeFileSync(join(folder, 'battleplans.txt'), battlePlans);
    const { KeyMetadata } = await root.json('kms', 'create-key', '--policy', delegating);
    keyArn = KeyMetadata.Arn;
    await root.json(
      'kms',
      'create-alias',
      '--alias-name',
      'alias/catrobot',
      '--target-key-id',
      keyArn,
    );
    await root.json('iam', 'create-user', '--user-name', 'alice');
    const { AccessKey } = await root.json('iam', 'create-access-key', '--user-name', 'alice');
    alice = new AwsCli(server.url, folder, {
      accessKeyId: AccessKey.AccessKeyId,
      secretAccessKey: AccessKey.SecretAccessKey,
    });
  });

  test('are refused with the key policy alone', async () => {
    const { status, stderr } = await alice.script(encrypt);
    expect(status).not.toBe(0);
    expect(stderr.trim()).toBe(refusal('Encrypt', 'no identity-based policy'));
  });

  test('work with the key policy and an IAM policy', async () => {
    await putUserPolicy();
    expect(await alice.script(encrypt)).toMatchObject({ status: 0, stderr: '' });
    expect(await alice.script(decrypt)).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'decryptedplans.txt'), 'utf8')).toBe(battlePlans);
  });

  test('are refused when the key policy is taken away', async () => {
    await root.json('iam', 'create-user', '--user-name', 'other');
    await putKeyPolicy(policyOf({ AWS: `arn:aws:iam::${account}:user/other` }));
    const { stderr } = await alice.script(decrypt);
    expect(stderr.trim()).toBe(refusal('Decrypt', 'no resource-based policy'));
  });

  test('are refused when the IAM policy is taken away', async () => {
    // Only the user that the key policy names may put it back.
    const { AccessKey } = await root.json('iam', 'create-access-key', '--user-name', 'other');
    const other = new AwsCli(server.url, folder, {
      accessKeyId: AccessKey.AccessKeyId,
      secretAccessKey: AccessKey.SecretAccessKey,
    });
    const policy = ['--policy-name', 'default', '--policy', delegating];
    await other.json(
      'kms',
      'put-key-policy',
      '--key-id',
      keyArn,
      ...policy,
      '--bypass-policy-lockout-safety-check',
    );
    expect((await alice.script(decrypt)).status).toBe(0);
    await root.json(
      'iam',
      'delete-user-policy',
      '--user-name',
      'alice',
      '--policy-name',
      'catrobot',
    );
    const { stderr } = await alice.script(decrypt);
    expect(stderr.trim()).toBe(refusal('Decrypt', 'no identity-based policy'));
  });

  test('take their parameters from --cli-input-json', async () => {
    const EncryptionContext = { a: 'b', 'c d': '"é"' };
    const input = [
      '--cli-input-json',
      JSON.stringify({ KeyId: 'alias/catrobot', EncryptionContext }),
    ];
    const query = ['--output', 'text', '--query'];
    const { stdout } = await root.run(
      'kms',
      'encrypt',
      ...input,
      '--plaintext',
      'fileb://battleplans.txt',
      ...query,
      'CiphertextBlob',
    );
    writeFileSync(join(folder, 'in_context.enc'), Buffer.from(stdout, 'base64'));
    const blob = ['--ciphertext-blob', 'fileb://in_context.enc'];
    const decrypted = await root.run('kms', 'decrypt', ...input, ...blob, ...query, 'Plaintext');
    expect(Buffer.from(decrypted.stdout, 'base64').toString()).toBe(battlePlans);
    expect(await root.failure('kms', 'decrypt', ...blob)).toBe(
      'An error occurred (InvalidCiphertextException) when calling the Decrypt operation:',
    );
  });
});

describe.skipIf(!hasAwsCli)('IAM and STS', () => {
  test('aws sts get-caller-identity tells who it is', async () => {
    expect(await root.json('sts', 'get-caller-identity')).toEqual({
      UserId: account,
      Account: account,
      Arn: `arn:aws:iam::${account}:root`,
    });
  });

  test('a profile assumes a role by itself', async () => {
    const trust = allowPrincipal(account);
    await root.json(
      'iam',
      'create-role',
      '--role-name',
      'worker',
      '--assume-role-policy-document',
      trust,
    );
    const list = allow('kms:ListKeys', '*');
    const policy = ['--policy-name', 'list', '--policy-document', list];
    await root.json('iam', 'put-role-policy', '--role-name', 'worker', ...policy);
    const { accessKeyId, secretAccessKey } = await carol();
    const profile = `role_arn = arn:aws:iam::${account}:role/worker\nrole_session_name = shift\nsource_profile = carol`;
    writeFileSync(
      join(folder, 'config'),
      `[profile carol]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\nregion = ${region}\n[profile worker]\n${profile}\nregion = ${region}\nendpoint_url = ${server.url}\n`,
    );
    const { Credentials } = await new AwsCli(server.url, folder, {
      accessKeyId,
      secretAccessKey,
    }).json(
      'sts',
      'assume-role',
      '--role-arn',
      `arn:aws:iam::${account}:role/worker`,
      '--role-session-name',
      'shift',
    );
    const session = new AwsCli(server.url, folder, {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    });
    expect((await session.json('kms', 'list-keys')).Keys).toBeInstanceOf(Array);
    expect((await session.json('sts', 'get-caller-identity')).Arn).toBe(
      `arn:aws:sts::${account}:assumed-role/worker/shift`,
    );
    expect(await session.failure('kms', 'list-aliases')).toContain(
      `User: arn:aws:sts::${account}:assumed-role/worker/shift is not authorized to perform: kms:ListAliases`,
    );
    // An older one would ask AWS's own STS.
    if (!readsEndpointOfProfile) return;
    const byProfile = new AwsCli(server.url, folder);
    expect((await byProfile.json('kms', 'list-keys', '--profile', 'worker')).Keys).toBeInstanceOf(
      Array,
    );
  });

  async function carol() {
    await root.json('iam', 'create-user', '--user-name', 'carol');
    const policy = ['--policy-name', 'assume', '--policy-document', allow('sts:AssumeRole', '*')];
    await root.json('iam', 'put-user-policy', '--user-name', 'carol', ...policy);
    return makeAccessKey(server, 'carol');
  }

  test.each([
    [
      ['iam', 'get-user', '--user-name', 'bob'],
      'NoSuchEntity',
      'GetUser',
      'The user with name bob cannot be found.',
    ],
    [
      ['iam', 'list-groups'],
      'InvalidAction',
      'ListGroups',
      'Could not find operation ListGroups for version 2010-05-08',
    ],
    [
      ['iam', 'create-policy', '--policy-name', 'p', '--policy-document', '{'],
      'MalformedPolicyDocument',
      'CreatePolicy',
      expect.any(String),
    ],
  ])('aws %j fails as it does with AWS', async (args, code, operation, message) => {
    const failure = await root.failure(...args);
    const prefix = `An error occurred (${code}) when calling the ${operation} operation: `;
    expect(failure.slice(0, prefix.length)).toBe(prefix);
    expect(failure.slice(prefix.length)).toEqual(message);
  });

  test('a wrong secret is refused by each service under its name', async () => {
    const wrong = new AwsCli(server.url, folder, {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'x',
    });
    const [iam, kms] = await Promise.all([
      wrong.failure('iam', 'list-users'),
      wrong.failure('kms', 'list-keys'),
    ]);
    const invalid = 'The security token included in the request is invalid.';
    expect(iam).toBe(
      `An error occurred (InvalidClientTokenId) when calling the ListUsers operation: ${invalid}`,
    );
    expect(kms).toBe(
      `An error occurred (UnrecognizedClientException) when calling the ListKeys operation: ${invalid}`,
    );
  });
});
