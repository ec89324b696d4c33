// The notes' example with `aws` replaced by `keystead`, and what goes wrong around it.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keystead, run } from './keystead.js';

const plans = 'find all the doggos, distract them with the yumz\n';
const folder = mkdtempSync(join(tmpdir(), 'keystead-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

let keyId: string;
beforeAll(() => {
  expect(keystead(folder, 'init').status).toBe(0);
  const made = keystead(
    folder,
    ...['kms', 'create-key', '--output', 'text', '--query', 'KeyMetadata.KeyId'],
  );
  keyId = made.stdout.trim();
  const alias = ['--alias-name', 'alias/catrobot', '--target-key-id', keyId];
  expect(keystead(folder, 'kms', 'create-alias', ...alias)).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  writeFileSync(join(folder, 'battleplans.txt'), plans);
});

test('encrypts and decrypts the plans', () => {
  const encrypted = keystead(
    folder,
    ...['kms', 'encrypt', '--key-id', 'alias/catrobot', '--plaintext', 'fileb://battleplans.txt'],
    ...['--output', 'text', '--query', 'CiphertextBlob'],
  );
  expect(encrypted).toMatchObject({ status: 0, stderr: '' });
  writeFileSync(join(folder, 'not_battleplans.enc'), Buffer.from(encrypted.stdout, 'base64'));
  const decrypted = keystead(
    folder,
    ...['kms', 'decrypt', '--ciphertext-blob', 'fileb://not_battleplans.enc'],
    ...['--output', 'text', '--query', 'Plaintext'],
  );
  expect(Buffer.from(decrypted.stdout, 'base64').toString()).toBe(plans);
});

test('acts as a user, refused and then allowed', () => {
  const alice = 'arn:aws:iam::000000000000:user/alice';
  expect(keystead(folder, 'iam', 'create-user', '--user-name', 'alice').status).toBe(0);
  const encrypt = [
    'kms',
    'encrypt',
    '--key-id',
    keyId,
    '--plaintext',
    'aGk=',
    '--principal',
    alice,
  ];
  const refused = keystead(folder, ...encrypt);
  expect(refused).toMatchObject({ status: 254, stdout: '' });
  expect(refused.stderr).toBe(
    `keystead: AccessDeniedException: User: ${alice} is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:us-east-1:000000000000:key/${keyId} because no identity-based policy allows the kms:Encrypt action\n`,
  );
  const question = ['--principal', alice, '--action', 'kms:Encrypt', '--key-id', keyId];
  const explained = keystead(folder, 'explain', ...question, '--query', 'reason');
  expect(explained).toMatchObject({ status: 1, stdout: '"no identity policy allows"\n' });
  const policy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
  };
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
  const put = [
    '--user-name',
    'alice',
    '--policy-name',
    'p',
    '--policy-document',
    'file://policy.json',
  ];
  expect(keystead(folder, 'iam', 'put-user-policy', ...put).status).toBe(0);
  expect(keystead(folder, ...encrypt).status).toBe(0);
  expect(keystead(folder, 'explain', ...question).status).toBe(0);
});

describe('failures', () => {
  test('are one sentence with the code, or JSON, and an exit status', () => {
    const none = ['kms', 'describe-key', '--key-id', 'alias/none'];
    expect(keystead(folder, ...none)).toMatchObject({
      status: 254,
      stderr:
        'keystead: NotFoundException: Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.\n',
    });
    const asJson = keystead(folder, ...none, '--json');
    expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { code: 'NotFoundException' } });
  });

  test.each([
    [['kms', 'encrypt', '--key-id', 'x'], 252, 'ParamValidation'],
    [['kms', 'frobnicate'], 252, 'unknown command'],
    [['kms', 'encrypt', '--frobnicate'], 252, 'unknown option'],
    [['kms', 'list-keys', '--output', 'xml'], 252, 'Allowed choices'],
    [['kms', 'list-keys', '--path', 'none'], 253, 'NoStore'],
    [['kms', 'list-keys', '--root-key-file', 'none'], 253, 'ERR_ROOT_KEY'],
    [['kms', 'list-keys', '--passphrase-file', 'none'], 253, 'PassphraseFile'],
    [['init'], 253, 'StoreExists'],
    [['rekey'], 252, 'ParamValidation'],
    [['kms', 'list-keys', '--principal', 'x'], 255, 'ERR_INVALID_ARGUMENT'],
  ])('%j', (args, status, said) => {
    const ran = keystead(folder, ...args);
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain(said);
    expect(ran.stderr).not.toContain('    at ');
    expect(ran.stdout).toBe('');
  });
});

test('backs up, changes the root key, does what is due, and verifies what it did', () => {
  expect(keystead(folder, 'backup', 'copy').status).toBe(0);
  expect(readdirSync(join(folder, 'copy'))).toEqual(['keystead.lmdb']);
  expect(keystead(folder, 'backup', 'copy').status).toBe(253);
  expect(JSON.parse(keystead(folder, 'run-due').stdout)).toEqual({
    KeysDestroyed: 0,
    KeysRotated: 0,
  });
  const rekeyed = run(folder, ['rekey', '--new-passphrase-file', '-'], 'correct horse\n');
  expect(rekeyed.status).toBe(0);
  expect(keystead(folder, 'kms', 'list-keys').status).toBe(253);
  writeFileSync(join(folder, 'passphrase'), 'correct horse\n');
  const verified = keystead(
    folder,
    ...['audit', 'verify', '--passphrase-file', 'passphrase', '--query', 'ok'],
  );
  expect(verified).toEqual({ status: 0, stdout: 'true\n', stderr: '' });
  const [trail = ''] = readdirSync(join(folder, 'store', 'audit')).sort();
  const file = join(folder, 'store', 'audit', trail);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"chain"', '"Chain"'));
  const tampered = keystead(
    folder,
    ...['audit', 'verify', '--passphrase-file', 'passphrase', '--query', 'findings[].kind'],
  );
  expect(tampered).toMatchObject({ status: 1 });
  expect(JSON.parse(tampered.stdout)).toEqual(['broken chain']);
});
