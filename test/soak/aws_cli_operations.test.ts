// The real AWS CLI against the endpoint, through every operation. Long runs only: each command starts an
// interpreter of its own.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../../lib/operations/table.js';
import { AwsCli, hasAwsCli } from '../server/support/aws_cli.js';
import { allow, allowPrincipal } from '../server/support/policies.js';
import {
  account,
  makeAccessKey,
  startServer,
  type TestServer,
} from '../server/support/test_server.js';
import { isSoaking } from './support/scale.js';

let server: TestServer;
let folder: string;
let root: AwsCli;
beforeAll(async () => {
  server = await startServer({}, { strictPrincipals: true });
  folder = mkdtempSync(join(tmpdir(), 'keystead-aws-'));
  root = new AwsCli(server.url, folder, await makeAccessKey(server));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

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
