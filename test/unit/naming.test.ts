import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { KeyMetadata } from '../../lib/types.js';
import {
  account,
  openEngine,
  refusal,
  region,
  startMs,
  type TestEngine,
} from './engine_for_tests.js';

let engine: TestEngine;
let key: KeyMetadata;
beforeEach(async () => {
  engine = await openEngine();
  key = (await engine.client().createKey()).KeyMetadata;
});

const Plaintext = new Uint8Array(Buffer.from('find all the doggos'));

/** Every way to name the key. */
async function names(): Promise<string[]> {
  const AliasName = `alias/${randomUUID()}`;
  await engine.client().createAlias({ AliasName, TargetKeyId: key.KeyId });
  return [key.KeyId, key.Arn, AliasName, `arn:aws:kms:${region}:${account}:${AliasName}`];
}

describe('CreateKey', () => {
  test('makes an enabled symmetric key and tells all about it', async () => {
    const { KeyMetadata } = await engine
      .client()
      .createKey({ Description: 'mine', KeySpec: 'SYMMETRIC_DEFAULT' });
    expect(KeyMetadata).toEqual({
      AWSAccountId: account,
      KeyId: expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
      Arn: `arn:aws:kms:${region}:${account}:key/${KeyMetadata.KeyId}`,
      CreationDate: new Date(startMs),
      Enabled: true,
      Description: 'mine',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test.each([
    [
      { KeySpec: 'RSA_2048' },
      'UnsupportedOperationException',
      'KeySpec RSA_2048 is not supported yet',
    ],
    [
      { CustomerMasterKeySpec: 'SM2' },
      'UnsupportedOperationException',
      'KeySpec SM2 is not supported yet',
    ],
    [
      { KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' },
      'ValidationException',
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    ],
    [
      { KeyUsage: 'SIGN_VERIFY' },
      'ValidationException',
      'KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT',
    ],
    [
      { Origin: 'EXTERNAL' },
      'UnsupportedOperationException',
      'Origin EXTERNAL is not supported yet',
    ],
    [{ MultiRegion: true }, 'UnsupportedOperationException', 'MultiRegion is not supported yet'],
    [
      { Description: 'x'.repeat(8193) },
      'ValidationException',
      expect.stringContaining(
        "at 'description' failed to satisfy constraint: Member must have length less",
      ),
    ],
    [{ Description: 7 }, 'SerializationException', 'NUMBER_VALUE can not be converted to a String'],
  ])('refuses %o', async (input, code, message) => {
    expect(await refusal(engine.client().createKey(input as object))).toEqual({ code, message });
  });
});

describe('CreateAlias and names', () => {
  test('each name of a key leads to it', async () => {
    for (const KeyId of await names()) {
      expect((await engine.client().describeKey({ KeyId })).KeyMetadata).toEqual(key);
      expect((await engine.client().describeKey({ KeyId })).KeyMetadata).toEqual(key);
    }
  });

  test.each([
    [
      'catrobot',
      'ValidationException',
      expect.stringContaining('Alias must start with the prefix "alias/"'),
    ],
    ['alias/aws/s3', 'NotAuthorizedException', ''],
    [
      'alias/a:b',
      'InvalidAliasNameException',
      'alias/a:b contains invalid characters for an alias',
    ],
    ['alias/', 'InvalidAliasNameException', 'alias/ contains invalid characters for an alias'],
    [
      'alias/a b',
      'ValidationException',
      expect.stringContaining('regular expression pattern: ^[a-zA-Z0-9:/_-]+$'),
    ],
    [
      `alias/${'x'.repeat(251)}`,
      'ValidationException',
      expect.stringContaining('less than or equal to 256'),
    ],
  ])('refuses the name %s', async (AliasName, code, message) => {
    const work = engine.client().createAlias({ AliasName, TargetKeyId: key.KeyId });
    expect(await refusal(work)).toEqual({ code, message });
  });

  test('takes names up to 256 characters, and alias/awesome', async () => {
    for (const AliasName of [`alias/${'x'.repeat(250)}`, 'alias/awesome', 'alias/a/b_c-D']) {
      expect(await engine.client().createAlias({ AliasName, TargetKeyId: key.Arn })).toEqual({
        $metadata: expect.anything(),
      });
      expect((await engine.client().describeKey({ KeyId: AliasName })).KeyMetadata.KeyId).toBe(
        key.KeyId,
      );
    }
  });

  test('takes no alias as its target, known or not', async () => {
    const client = engine.client();
    await client.createAlias({ AliasName: 'alias/a', TargetKeyId: key.KeyId });
    const refused = {
      code: 'InvalidArnException',
      message: 'Key Aliases are not supported for this operation.',
    };
    const create = () => client.createAlias({ AliasName: 'alias/b', TargetKeyId: 'alias/a' });
    expect(await refusal(create())).toEqual(refused);
    await client.describeKey({ KeyId: 'alias/a' });
    expect(await refusal(create())).toEqual(refused);
  });

  test('refuses a name that is taken', async () => {
    const alias = { AliasName: 'alias/a', TargetKeyId: key.KeyId };
    await engine.client().createAlias(alias);
    expect(await refusal(engine.client().createAlias(alias))).toEqual({
      code: 'AlreadyExistsException',
      message: `An alias with the name arn:aws:kms:${region}:${account}:alias/a already exists`,
    });
  });

  test('lets one of many get the name, and loses no other name', async () => {
    const wanted = ['alias/a', 'alias/a', 'alias/b', 'alias/c', 'alias/a'];
    const works = wanted.map((AliasName) =>
      engine.client().createAlias({ AliasName, TargetKeyId: key.KeyId }),
    );
    const results = await Promise.allSettled(works);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const KeyId of ['alias/a', 'alias/b', 'alias/c'])
      await engine.client().describeKey({ KeyId });
  });

  test('keeps to 50 aliases for a key', async () => {
    const create = (i: number) =>
      engine.client().createAlias({ AliasName: `alias/${i}`, TargetKeyId: key.KeyId });
    for (let i = 0; i < 50; i++) await create(i);
    expect(await refusal(create(50))).toMatchObject({ code: 'LimitExceededException' });
  });

  test('takes no alias for the target', async () => {
    for (const TargetKeyId of (await names()).slice(2)) {
      const work = engine.client().createAlias({ AliasName: 'alias/a', TargetKeyId });
      expect(await refusal(work)).toEqual({
        code: 'InvalidArnException',
        message: 'Key Aliases are not supported for this operation.',
      });
    }
  });
});

describe('a key that is not there', () => {
  const absent = '0a1b2c3d-0000-4000-8000-000000000001';
  test.each([
    [absent, `Key 'arn:aws:kms:${region}:${account}:key/${absent}' does not exist`],
    [
      `mrk-${absent.replaceAll('-', '')}`,
      `Key 'arn:aws:kms:${region}:${account}:key/mrk-${absent.replaceAll('-', '')}' does not exist`,
    ],
    ['abcd-1234-efgh-5678', "Invalid keyId 'abcd-1234-efgh-5678'"],
    ['mrk-fake', "Invalid keyId 'mrk-fake'"],
    [absent.replaceAll('-', ''), `Invalid keyId '${absent.replaceAll('-', '')}'`],
    [`arn:aws:kms:us-west-2:${account}:key/${absent}`, 'Invalid arn us-west-2'],
    ['arn:aws:kms:nonsense', 'Invalid arn arn:aws:kms:nonsense'],
    ['alias/none', `Alias arn:aws:kms:${region}:${account}:alias/none is not found.`],
    ['alias/a b', `Alias arn:aws:kms:${region}:${account}:alias/a b is not found.`],
    ['alias/', `Alias arn:aws:kms:${region}:${account}:alias/ is not found.`],
  ])('%s: NotFoundException', async (KeyId, message) => {
    const work = engine.client().encrypt({ KeyId, Plaintext });
    expect(await refusal(work)).toEqual({ code: 'NotFoundException', message });
  });

  test('is looked for again once it is there', async () => {
    expect(await refusal(engine.client().describeKey({ KeyId: 'alias/late' }))).toMatchObject({
      code: 'NotFoundException',
    });
    await engine.client().createAlias({ AliasName: 'alias/late', TargetKeyId: key.KeyId });
    await engine.client().describeKey({ KeyId: 'alias/late' });
  });
});

describe('other accounts and Regions', () => {
  const other = '444455556666';
  const denied = (action: string, where: string) => ({
    code: 'AccessDeniedException',
    message:
      `User: arn:aws:iam::${other}:root is not authorized to perform: ${action} on ${where} because the resource ` +
      'does not exist in this Region, no resource-based policies allow access, or a resource-based policy ' +
      'explicitly denies access',
  });

  test('are refused, whether the key exists or not', async () => {
    const stranger = engine.client({ account: other });
    const absent = `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-000000000001`;
    for (const KeyId of [...(await names()).filter((name) => name.startsWith('arn:')), absent]) {
      const expected = denied('kms:Encrypt', 'this resource');
      expect(await refusal(stranger.encrypt({ KeyId, Plaintext }))).toEqual(expected);
      // The second time, the key is in the cache.
      expect(await refusal(stranger.encrypt({ KeyId, Plaintext }))).toEqual(expected);
    }
    const alias = stranger.createAlias({ AliasName: 'alias/a', TargetKeyId: key.Arn });
    expect(await refusal(alias)).toEqual(denied('kms:CreateAlias', 'this resource'));
  });

  test('do not find a bare id, nor the key of a ciphertext', async () => {
    const { CiphertextBlob } = await engine.client().encrypt({ KeyId: key.KeyId, Plaintext });
    const stranger = engine.client({ account: other });
    expect(await refusal(stranger.describeKey({ KeyId: key.KeyId }))).toMatchObject({
      code: 'NotFoundException',
    });
    const expected = denied('kms:Decrypt', 'the resource associated with this ciphertext');
    expect(await refusal(stranger.decrypt({ CiphertextBlob }))).toEqual(expected);
    const elsewhere = engine.client({ region: 'us-east-1' });
    expect(await refusal(elsewhere.decrypt({ CiphertextBlob }))).toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  test('have aliases of their own', async () => {
    const stranger = engine.client({ account: other });
    const theirs = (await stranger.createKey()).KeyMetadata;
    await stranger.createAlias({ AliasName: 'alias/a', TargetKeyId: theirs.KeyId });
    await engine.client().createAlias({ AliasName: 'alias/a', TargetKeyId: key.KeyId });
    expect((await stranger.describeKey({ KeyId: 'alias/a' })).KeyMetadata.Arn).toBe(theirs.Arn);
    expect((await engine.client().describeKey({ KeyId: 'alias/a' })).KeyMetadata.Arn).toBe(key.Arn);
  });
});
