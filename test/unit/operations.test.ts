import { beforeEach, describe, expect, test } from 'vitest';
import type { KeyMetadata, KeyState } from '../../lib/types.js';
import { invalidCiphertext, openEngine, refusal, type TestEngine } from './engine_for_tests.js';

let engine: TestEngine;
let key: KeyMetadata;
beforeEach(async () => {
  engine = await openEngine();
  key = (await engine.client().createKey()).KeyMetadata;
});

const Plaintext = new Uint8Array(Buffer.from('find all the doggos'));
const EncryptionContext = { purpose: 'battle plans', app: 'x' };

describe('key states', () => {
  const states: [KeyState, string, string][] = [
    ['Disabled', 'DisabledException', 'is disabled.'],
    ['PendingDeletion', 'KMSInvalidStateException', 'is pending deletion.'],
  ];

  test.each(states)('%s forbids cryptographic operations', async (keyState, code, reason) => {
    const { CiphertextBlob } = await engine.client().encrypt({ KeyId: key.KeyId, Plaintext });
    const { encryptedDataKey } = await engine.client().newDataKey({ keyId: key.KeyId });
    await engine.change(key.KeyId, { keyState });
    const client = engine.client();
    const KeyId = key.KeyId;
    const works = [
      client.encrypt({ KeyId, Plaintext, EncryptionAlgorithm: 'SM2PKE' }),
      client.decrypt({ CiphertextBlob }),
      client.generateDataKey({ KeyId, KeySpec: 'AES_256' }),
      client.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: 'AES_256' }),
      client.newDataKey({ keyId: KeyId }),
      client.openDataKey({ encryptedDataKey }),
    ];
    for (const work of works) {
      expect(await refusal(work)).toEqual({ code, message: `${key.Arn} ${reason}` });
    }
    expect((await client.describeKey({ KeyId })).KeyMetadata).toMatchObject({
      KeyState: keyState,
      Enabled: false,
    });
  });

  test('PendingDeletion forbids new aliases, Disabled does not', async () => {
    await engine.change(key.KeyId, { keyState: 'Disabled' });
    await engine.client().createAlias({ AliasName: 'alias/a', TargetKeyId: key.KeyId });
    await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
    const alias = { AliasName: 'alias/b', TargetKeyId: key.KeyId };
    expect(await refusal(engine.client().createAlias(alias))).toMatchObject({
      code: 'KMSInvalidStateException',
    });
  });

  test('are looked at again where an alias is written', async () => {
    const client = engine.client();
    await client.describeKey({ KeyId: key.KeyId });
    await engine.change(key.KeyId, { keyState: 'PendingDeletion' });
    const alias = { AliasName: 'alias/b', TargetKeyId: key.KeyId };
    expect(await refusal(client.createAlias(alias))).toMatchObject({
      code: 'KMSInvalidStateException',
    });
  });
});

describe('DryRun', () => {
  const expected = {
    code: 'DryRunOperationException',
    message: 'The request would have succeeded, but the DryRun option is set.',
  };

  test('says what would have been, without doing it', async () => {
    const client = engine.client();
    const KeyId = key.KeyId;
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext });
    const works = [
      client.encrypt({ KeyId, Plaintext, DryRun: true }),
      client.decrypt({ CiphertextBlob, DryRun: true }),
      client.generateDataKey({ KeyId, KeySpec: 'AES_256', DryRun: true }),
      client.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: 'AES_256', DryRun: true }),
    ];
    for (const work of works) expect(await refusal(work)).toEqual(expected);
    await client.encrypt({ KeyId, Plaintext, DryRun: false });
  });

  test('fails as the request would fail', async () => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({ KeyId: key.KeyId, Plaintext });
    const work = client.decrypt({ CiphertextBlob, EncryptionContext, DryRun: true });
    expect(await refusal(work)).toEqual(invalidCiphertext);
  });
});

describe('the order of checks', () => {
  test('is syntax, key, permission, state, algorithm, cryptography', async () => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({ KeyId: key.KeyId, Plaintext });
    const damaged = CiphertextBlob.slice(0, -1);
    const absent = '0a1b2c3d-0000-4000-8000-000000000001';
    const EncryptionAlgorithm = 'RSAES_OAEP_SHA_1';
    const code = async (input: object) =>
      (await refusal(engine.client().decrypt(input as never))).code;
    const syntax = { CiphertextBlob: damaged, KeyId: absent, EncryptionAlgorithm: 'x' };
    expect(await code(syntax)).toBe('ValidationException');
    expect(await code({ ...syntax, EncryptionAlgorithm })).toBe('NotFoundException');
    const context = { a: '\uD800' };
    const badContext = { CiphertextBlob: damaged, KeyId: absent, EncryptionContext: context };
    expect(await code(badContext)).toBe('ValidationException');
    expect(await code({ CiphertextBlob: damaged, KeyId: key.KeyId, EncryptionAlgorithm })).toBe(
      'InvalidKeyUsageException',
    );
    expect(await code({ CiphertextBlob: damaged, KeyId: key.KeyId })).toBe(
      'InvalidCiphertextException',
    );
    await engine.change(key.KeyId, { keyState: 'Disabled' });
    expect(await code({ CiphertextBlob: damaged, KeyId: key.KeyId, EncryptionAlgorithm })).toBe(
      'DisabledException',
    );
  });
});

describe('an operation by name', () => {
  test('is run', async () => {
    const output = await engine.client().call('DescribeKey', { KeyId: key.KeyId });
    expect(output).toEqual({ KeyMetadata: key, $metadata: expect.anything() });
  });

  test.each(['Sign', 'GenerateMac', 'NewDataKey', 'toString', '__proto__', ''])(
    'that is not served is refused: %s',
    async (name) => {
      expect(await refusal(engine.client().call(name, {}))).toEqual({
        code: 'UnsupportedOperationException',
        message: `${name} is not supported yet`,
      });
    },
  );
});

test('nothing of a data key stands in the store', async () => {
  const client = engine.client();
  const { CiphertextBlob, Plaintext: dataKey } = await client.generateDataKey({
    KeyId: key.KeyId,
    KeySpec: 'AES_256',
  });
  for (const { value } of await engine.ground.range({ prefix: '' })) {
    expect(Buffer.from(value).includes(Buffer.from(dataKey))).toBe(false);
    expect(Buffer.from(value).includes(Buffer.from(CiphertextBlob.subarray(96)))).toBe(false);
  }
});
