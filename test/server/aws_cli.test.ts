// The real AWS CLI against the endpoint: the two commands of the user's notes as an IAM user, IAM and
// STS, and, in the long run, every operation.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../../lib/operations/table.js';
import { isSoaking } from '../soak/support/scale.js';
import { AwsCli, hasAwsCli, readsEndpointOfProfile } from './support/aws_cli.js';
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

const allow = (Action: string | string[], Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });

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

function allowPrincipal(AWS: string): string {
  const statement = { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

describe.skipIf(!hasAwsCli || !isSoaking)('every operation', () => {
  test('of KMS, through the validation of the CLI', { timeout: 120_000 }, async () => {
    const called = new Set<string>();
    const unknown = new Set<string>();
    const kms = async (command: string, ...args: readonly string[]) => {
      const name = command.replaceAll('-', '');
      const outcome = await root.run('kms', command, ...args, '--output', 'json');
      if (outcome.stderr.includes('Invalid choice')) {
        unknown.add(name);
        return undefined;
      }
      expect(outcome).toMatchObject({ status: 0, stderr: '' });
      called.add(name);
      return outcome.stdout.trim() === '' ? undefined : JSON.parse(outcome.stdout);
    };
    const { KeyMetadata } = await kms(
      'create-key',
      '--description',
      'd',
      '--tags',
      'TagKey=a,TagValue=b',
    );
    const key = ['--key-id', KeyMetadata.KeyId];
    const alias = ['--alias-name', 'alias/soak'];
    await kms('create-alias', ...alias, '--target-key-id', KeyMetadata.KeyId);
    await kms('update-alias', ...alias, '--target-key-id', KeyMetadata.KeyId);
    await kms('list-aliases', ...key);
    await kms('delete-alias', ...alias);
    await kms('describe-key', ...key);
    await kms('list-keys', '--max-items', '1');
    await kms('update-key-description', ...key, '--description', 'e');
    writeFileSync(join(folder, 'plain'), 'plain');
    const context = ['--encryption-context', 'a=b,c=d'];
    const blobOf = (name: string, text: string) => {
      writeFileSync(join(folder, name), Buffer.from(text, 'base64'));
      return ['--ciphertext-blob', `fileb://${name}`];
    };
    const { CiphertextBlob } = await kms(
      'encrypt',
      ...key,
      '--plaintext',
      'fileb://plain',
      ...context,
    );
    const blob = blobOf('blob', CiphertextBlob);
    const { Plaintext } = await kms('decrypt', ...blob, ...context);
    expect(Buffer.from(Plaintext, 'base64').toString()).toBe('plain');
    await kms(
      're-encrypt',
      ...blob,
      '--source-encryption-context',
      'a=b,c=d',
      '--destination-key-id',
      KeyMetadata.KeyId,
    );
    await kms('generate-data-key', ...key, '--key-spec', 'AES_128');
    await kms('generate-data-key-without-plaintext', ...key, '--number-of-bytes', '24');
    await kms('generate-random', '--number-of-bytes', '16');
    await kms('get-key-last-usage', ...key);
    const { Policy } = await kms('get-key-policy', ...key, '--policy-name', 'default');
    await kms('put-key-policy', ...key, '--policy-name', 'default', '--policy', Policy);
    await kms('list-key-policies', ...key);
    const grantee = ['--grantee-principal', `arn:aws:iam::${account}:root`];
    const retiring = ['--retiring-principal', `arn:aws:iam::${account}:root`];
    const constraints = ['--constraints', 'EncryptionContextSubset={a=b}'];
    const grant = [...key, ...grantee, ...retiring, '--operations', 'Decrypt', 'Encrypt'];
    const { GrantId } = await kms('create-grant', ...grant, ...constraints);
    const { GrantToken } = await kms('create-grant', ...grant, '--name', 'n');
    await kms('list-grants', ...key);
    await kms('list-retirable-grants', ...retiring);
    await kms('revoke-grant', ...key, '--grant-id', GrantId);
    await kms('retire-grant', '--grant-token', GrantToken);
    await kms('enable-key-rotation', ...key);
    await kms('get-key-rotation-status', ...key);
    await kms('disable-key-rotation', ...key);
    await kms('rotate-key-on-demand', ...key);
    await kms('list-key-rotations', ...key);
    await kms('tag-resource', ...key, '--tags', 'TagKey=c,TagValue=d');
    await kms('list-resource-tags', ...key);
    await kms('untag-resource', ...key, '--tag-keys', 'c');
    await kms('disable-key', ...key);
    await kms('enable-key', ...key);
    await kms('schedule-key-deletion', ...key, '--pending-window-in-days', '7');
    await kms('cancel-key-deletion', ...key);
    // Those that an older CLI has not heard of.
    const newer = ['getkeylastusage', 'listkeyrotations', 'rotatekeyondemand'];
    expect(newer).toEqual(expect.arrayContaining([...unknown]));
    expect([...called, ...unknown].sort()).toEqual(
      Object.keys(operations)
        .map((name) => name.toLowerCase())
        .sort(),
    );
  });

  test('of IAM on users, roles and policies', { timeout: 120_000 }, async () => {
    const iam = (command: string, ...args: readonly string[]) => root.json('iam', command, ...args);
    const user = ['--user-name', 'dora'];
    const role = ['--role-name', 'sweeper'];
    const document = ['--policy-document', allow('kms:ListKeys', '*')];
    await iam('create-user', ...user, '--path', '/a/', '--tags', 'Key=a,Value=b', 'Key=c,Value=d');
    expect((await iam('get-user', ...user)).User.Tags).toHaveLength(2);
    await iam('tag-user', ...user, '--tags', 'Key=e,Value=f');
    await iam('untag-user', ...user, '--tag-keys', 'a', 'c');
    expect((await iam('list-user-tags', ...user)).Tags).toEqual([{ Key: 'e', Value: 'f' }]);
    await iam('update-user', ...user, '--new-path', '/b/');
    expect((await iam('list-users', '--path-prefix', '/b/')).Users).toHaveLength(1);
    const { AccessKey } = await iam('create-access-key', ...user);
    const id = ['--access-key-id', AccessKey.AccessKeyId];
    await iam('update-access-key', ...user, ...id, '--status', 'Inactive');
    expect((await iam('list-access-keys', ...user)).AccessKeyMetadata[0].Status).toBe('Inactive');
    await iam('delete-access-key', ...user, ...id);
    await iam('put-user-policy', ...user, '--policy-name', 'p', ...document);
    expect((await iam('list-user-policies', ...user)).PolicyNames).toEqual(['p']);
    expect(
      (await iam('get-user-policy', ...user, '--policy-name', 'p')).PolicyDocument.Version,
    ).toBe('2012-10-17');
    await iam('delete-user-policy', ...user, '--policy-name', 'p');

    const { Policy } = await iam('create-policy', '--policy-name', 'managed', ...document);
    const policy = ['--policy-arn', Policy.Arn];
    await iam('create-policy-version', ...policy, ...document, '--set-as-default');
    expect((await iam('list-policy-versions', ...policy)).Versions).toHaveLength(2);
    await iam('get-policy-version', ...policy, '--version-id', 'v1');
    await iam('set-default-policy-version', ...policy, '--version-id', 'v1');
    await iam('delete-policy-version', ...policy, '--version-id', 'v2');
    await iam('attach-user-policy', ...user, ...policy);
    expect((await iam('list-attached-user-policies', ...user)).AttachedPolicies).toHaveLength(1);
    await iam('put-user-permissions-boundary', ...user, '--permissions-boundary', Policy.Arn);
    expect((await iam('get-policy', ...policy)).Policy).toMatchObject({
      AttachmentCount: 1,
      PermissionsBoundaryUsageCount: 1,
    });
    await iam('delete-user-permissions-boundary', ...user);
    await iam('detach-user-policy', ...user, ...policy);
    await iam('delete-user', ...user);

    const trust = allowPrincipal(account);
    await iam(
      'create-role',
      ...role,
      '--assume-role-policy-document',
      trust,
      '--max-session-duration',
      '7200',
    );
    await iam('update-role', ...role, '--description', 'sweeps');
    await iam('update-assume-role-policy', ...role, '--policy-document', trust);
    await iam('tag-role', ...role, '--tags', 'Key=a,Value=b');
    await iam('list-role-tags', ...role);
    await iam('untag-role', ...role, '--tag-keys', 'a');
    await iam('put-role-policy', ...role, '--policy-name', 'p', ...document);
    expect((await iam('list-role-policies', ...role)).PolicyNames).toEqual(['p']);
    await iam('get-role-policy', ...role, '--policy-name', 'p');
    await iam('delete-role-policy', ...role, '--policy-name', 'p');
    await iam('attach-role-policy', ...role, ...policy);
    await iam('list-attached-role-policies', ...role);
    await iam('put-role-permissions-boundary', ...role, '--permissions-boundary', Policy.Arn);
    await iam('delete-role-permissions-boundary', ...role);
    await iam('detach-role-policy', ...role, ...policy);
    expect((await iam('get-role', ...role)).Role).toMatchObject({
      Description: 'sweeps',
      MaxSessionDuration: 7200,
    });
    await iam('list-roles', '--max-items', '1');
    await iam('delete-role', ...role);
    expect((await iam('list-policies', '--scope', 'Local')).Policies).toHaveLength(1);
    await iam('delete-policy', ...policy);
  });
});
