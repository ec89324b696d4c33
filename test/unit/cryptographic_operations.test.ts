import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { GenerateDataKeyInput, KeyMetadata } from '../../lib/types.js';
import {
  account,
  invalidCiphertext,
  openEngine,
  refusal,
  region,
  type TestEngine,
} from './engine_for_tests.js';

let engine: TestEngine;
let key: KeyMetadata;
beforeEach(async () => {
  engine = await openEngine();
  key = (await engine.client().createKey()).KeyMetadata;
});

/** As the AWS SDK gives it with every answer. */
const $metadata = { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 };
const Plaintext = new Uint8Array(Buffer.from('find all the doggos'));
const EncryptionContext = { purpose: 'battle plans', app: 'x' };

/** Every way to name the key. */
async function names(): Promise<string[]> {
  const AliasName = `alias/${randomUUID()}`;
  await engine.client().createAlias({ AliasName, TargetKeyId: key.KeyId });
  return [key.KeyId, key.Arn, AliasName, `arn:aws:kms:${region}:${account}:${AliasName}`];
}

describe('Encrypt and Decrypt', () => {
  test('give back every plaintext of 1 to 4096 bytes under its context', async () => {
    const client = engine.client();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 4096, size: 'max' }),
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 5 }),
        async (bytes, context) => {
          const { CiphertextBlob, ...rest } = await client.encrypt({
            KeyId: key.KeyId,
            Plaintext: bytes,
            EncryptionContext: context,
          });
          expect(rest).toEqual({
            KeyId: key.Arn,
            EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
            $metadata,
          });
          const output = await client.decrypt({ CiphertextBlob, EncryptionContext: context });
          expect(output).toEqual({
            $metadata,
            KeyId: key.Arn,
            Plaintext: Uint8Array.from(bytes),
            EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
            KeyMaterialId: key.CurrentKeyMaterialId,
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('take the context in any order, and empty as absent', async () => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({
      KeyId: key.KeyId,
      Plaintext,
      EncryptionContext,
    });
    const { app, purpose } = EncryptionContext;
    await client.decrypt({ CiphertextBlob, EncryptionContext: { app, purpose } });
    const bare = await client.encrypt({ KeyId: key.KeyId, Plaintext, EncryptionContext: {} });
    await client.decrypt({ CiphertextBlob: bare.CiphertextBlob });
  });

  test.each([
    undefined,
    {},
    { app: 'x' },
    { ...EncryptionContext, more: '' },
    { ...EncryptionContext, app: 'X' },
  ])('refuse the context %o', async (context) => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({
      KeyId: key.KeyId,
      Plaintext,
      EncryptionContext,
    });
    const work = client.decrypt({ CiphertextBlob, EncryptionContext: context });
    expect(await refusal(work)).toEqual(invalidCiphertext);
  });

  test('refuse every changed byte, and the rest of a blob', async () => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({ KeyId: key.KeyId, Plaintext });
    for (let i = 0; i < CiphertextBlob.length; i++) {
      const changed = CiphertextBlob.slice();
      changed[i] = (changed[i] as number) ^ 0x10;
      // Bytes 4 to 20 name the key, and byte 2 says how: another name is a key that the caller
      // cannot see.
      const isKeyId = i >= 4 && i < 20;
      const expected = isKeyId ? { code: 'AccessDeniedException' } : invalidCiphertext;
      expect(await refusal(client.decrypt({ CiphertextBlob: changed }))).toMatchObject(expected);
      const named = await refusal(client.decrypt({ CiphertextBlob: changed, KeyId: key.KeyId }));
      expect(named).toMatchObject(isKeyId ? { code: 'IncorrectKeyException' } : invalidCiphertext);
    }
    for (const end of [1, 50, 112, 113, CiphertextBlob.length - 1]) {
      const work = client.decrypt({ CiphertextBlob: CiphertextBlob.slice(0, end) });
      expect(await refusal(work)).toEqual(invalidCiphertext);
    }
  });

  test('take only the algorithm of the key', async () => {
    const client = engine.client();
    const expected = {
      code: 'InvalidKeyUsageException',
      message: 'Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
    };
    const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256';
    const encrypt = client.encrypt({ KeyId: key.KeyId, Plaintext, EncryptionAlgorithm });
    expect(await refusal(encrypt)).toEqual(expected);
    const { CiphertextBlob } = await client.encrypt({ KeyId: key.KeyId, Plaintext });
    const decrypt = client.decrypt({ CiphertextBlob, EncryptionAlgorithm, KeyId: key.KeyId });
    expect(await refusal(decrypt)).toEqual(expected);
    await client.decrypt({ CiphertextBlob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
  });

  test('need a key id for an asymmetric algorithm, whose ciphertexts name no key', async () => {
    const request = {
      CiphertextBlob: new Uint8Array(256),
      EncryptionAlgorithm: 'SM2PKE' as const,
    };
    expect(await refusal(engine.client().decrypt(request))).toEqual({
      code: 'ValidationException',
      message: 'KeyId must not be null',
    });
  });

  test('tell a plaintext of the wrong size as AWS does', async () => {
    const work = engine.client().encrypt({ KeyId: key.KeyId, Plaintext: new Uint8Array(4097) });
    expect(await refusal(work)).toEqual({
      code: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: " +
        'Member must have length less than or equal to 4096',
    });
  });
});

describe('the choice of the key for Decrypt', () => {
  test('is the blob’s key, named or not', async () => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({ KeyId: key.KeyId, Plaintext });
    for (const KeyId of [undefined, ...(await names())]) {
      expect((await client.decrypt({ CiphertextBlob, KeyId })).KeyId).toBe(key.Arn);
      const { encryptedDataKey } = await client.newDataKey({ keyId: key.KeyId });
      expect((await client.openDataKey({ encryptedDataKey, keyId: KeyId })).keyId).toBe(key.Arn);
    }
  });

  test('is refused when another key is named', async () => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({ KeyId: key.KeyId, Plaintext });
    const KeyId = (await client.createKey()).KeyMetadata.KeyId;
    const expected = {
      code: 'IncorrectKeyException',
      message: 'The key ID in the request does not identify a CMK that can perform this operation.',
    };
    expect(await refusal(client.decrypt({ CiphertextBlob, KeyId }))).toEqual(expected);
    const { encryptedDataKey } = await client.newDataKey({ keyId: key.KeyId });
    expect(await refusal(client.openDataKey({ encryptedDataKey, keyId: KeyId }))).toEqual(expected);
  });

  test('finds the key of a blob in a store that was just opened', async () => {
    const { CiphertextBlob } = await engine.client().encrypt({ KeyId: key.KeyId, Plaintext });
    await engine.change(key.KeyId, {});
    expect((await engine.client().decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
  });

  test('finds older key material, and refuses material that is not the key’s', async () => {
    const client = engine.client();
    const { CiphertextBlob } = await client.encrypt({ KeyId: key.KeyId, Plaintext });
    const other = (await client.createKey()).KeyMetadata;
    const { keyMaterials } = await record(key.KeyId);
    const newer = await record(other.KeyId);
    await engine.change(key.KeyId, { keyMaterials: [...keyMaterials, ...newer.keyMaterials] });
    expect((await engine.client().decrypt({ CiphertextBlob })).KeyMaterialId).toBe(
      key.CurrentKeyMaterialId,
    );
    // The newer material was wrapped for another key id: the store was put together by somebody.
    expect(await refusal(engine.client().encrypt({ KeyId: key.KeyId, Plaintext }))).toMatchObject({
      code: 'ERR_STORE_CORRUPT',
      message: expect.stringContaining(`key/${account}/${region}/${key.KeyId}`),
    });
    await engine.change(key.KeyId, { keyMaterials: newer.keyMaterials });
    expect(await refusal(engine.client().decrypt({ CiphertextBlob }))).toEqual(invalidCiphertext);
  });

  async function record(keyId: string) {
    const { decodeKeyRecord } = await import('../../lib/keys/key_record.js');
    const sealed = await engine.store.get(`key/${account}/${region}/${keyId}`);
    return decodeKeyRecord(sealed?.value as Uint8Array);
  }
});

describe('data keys', () => {
  test.each<[Partial<GenerateDataKeyInput>, number]>([
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
    [{ NumberOfBytes: 1 }, 1],
    [{ NumberOfBytes: 1024 }, 1024],
  ])('of GenerateDataKey %o have %i bytes', async (size, bytes) => {
    const client = engine.client();
    const input = { KeyId: key.KeyId, EncryptionContext, ...size };
    const output = await client.generateDataKey(input);
    expect(Object.keys(output).sort()).toEqual([
      '$metadata',
      'CiphertextBlob',
      'KeyId',
      'KeyMaterialId',
      'Plaintext',
    ]);
    expect(output).toMatchObject({ KeyId: key.Arn, KeyMaterialId: key.CurrentKeyMaterialId });
    expect(output.Plaintext).toHaveLength(bytes);
    expect(output.Plaintext.buffer.byteLength).toBe(bytes);
    const opened = await client.decrypt({
      CiphertextBlob: output.CiphertextBlob,
      EncryptionContext,
    });
    expect(opened.Plaintext).toEqual(output.Plaintext);
    const without = await client.generateDataKeyWithoutPlaintext(input);
    expect(Object.keys(without).sort()).toEqual([
      '$metadata',
      'CiphertextBlob',
      'KeyId',
      'KeyMaterialId',
    ]);
    expect(
      (await client.decrypt({ CiphertextBlob: without.CiphertextBlob, EncryptionContext }))
        .Plaintext,
    ).toHaveLength(bytes);
  });

  test.each<Partial<GenerateDataKeyInput>>([{}, { KeySpec: 'AES_256', NumberOfBytes: 32 }])(
    'need one size: %o',
    async (size) => {
      const expected = {
        code: 'ValidationException',
        message: 'Please specify either number of bytes or key spec.',
      };
      const input = { KeyId: key.KeyId, ...size };
      expect(await refusal(engine.client().generateDataKey(input))).toEqual(expected);
      expect(await refusal(engine.client().generateDataKeyWithoutPlaintext(input))).toEqual(
        expected,
      );
    },
  );

  test('stay inside with newDataKey and openDataKey', async () => {
    const client = engine.client();
    const encryptionContext = EncryptionContext;
    const made = await client.newDataKey({ keyId: key.KeyId, encryptionContext });
    expect(made).toMatchObject({ keyId: key.Arn, keyMaterialId: key.CurrentKeyMaterialId });
    expect(made.encryptedDataKey).toHaveLength(144);
    const box = made.dataKey.encrypt(Plaintext);
    made.dataKey.dispose();
    const { encryptedDataKey } = made;
    const opened = await client.openDataKey({ encryptedDataKey, encryptionContext });
    expect(opened).toMatchObject({ keyId: key.Arn, keyMaterialId: key.CurrentKeyMaterialId });
    expect(opened.dataKey.decrypt(box)).toEqual(Plaintext);
    const wrong = client.openDataKey({ encryptedDataKey, encryptionContext: { app: 'y' } });
    expect(await refusal(wrong)).toEqual(invalidCiphertext);
  });

  test('of GenerateDataKey open inside too, if they have 32 bytes', async () => {
    const client = engine.client();
    const output = await client.generateDataKey({ KeyId: key.KeyId, KeySpec: 'AES_256' });
    const { dataKey } = await client.openDataKey({ encryptedDataKey: output.CiphertextBlob });
    expect(dataKey.exportPlaintext()).toEqual(output.Plaintext);
    const short = await client.generateDataKey({ KeyId: key.KeyId, KeySpec: 'AES_128' });
    const work = client.openDataKey({ encryptedDataKey: short.CiphertextBlob });
    expect(await refusal(work)).toEqual(invalidCiphertext);
  });
});
