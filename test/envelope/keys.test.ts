// Which requests an Envelope makes of its KMS, and what it makes of the answers.

import { describe, expect, test } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
import type { EnvelopeOptions } from '../../lib/envelope/envelope_options.js';
import { KmsError } from '../../lib/errors.js';
import { parseMessageHeader } from '../../lib/hsm/index.js';
import { countingKms } from './support/counting_kms.js';
import { patternBytes } from './support/test_bytes.js';
import { newKey, openTestKms } from './support/test_kms.js';

const { kms, client, keyId } = await openTestKms();
const second = await newKey(client);
const third = await newKey(client);
await client.createAlias({ AliasName: 'alias/first', TargetKeyId: keyId });
const plaintext = patternBytes(100);
const encryptionContext = { tenant: 'alice' };
const failed = { code: 'ERR_DECRYPTION_FAILED' };

const over = (options: Partial<EnvelopeOptions> = {}) =>
  new Envelope({ kms: client, keyId, ...options });
const message = await over({ wrappingKeyIds: [second] }).encrypt(plaintext, { encryptionContext });

describe('over a remote KMS', () => {
  test('encrypting is one GenerateDataKey, and an Encrypt for each further key', async () => {
    const counting = countingKms(client);
    const grantTokens = [] as string[];
    const envelope = over({ kms: counting.kms, wrappingKeyIds: [second, third], grantTokens });
    await envelope.encrypt(plaintext, { encryptionContext });
    expect(counting.requests).toEqual([
      { KeyId: keyId, NumberOfBytes: 32, EncryptionContext: encryptionContext, GrantTokens: [] },
      {
        KeyId: second,
        Plaintext: expect.anything(),
        EncryptionContext: encryptionContext,
        GrantTokens: [],
      },
      {
        KeyId: third,
        Plaintext: expect.anything(),
        EncryptionContext: encryptionContext,
        GrantTokens: [],
      },
    ]);
  });

  test('decrypting names the key; every plaintext data key is wiped', async () => {
    const counting = countingKms(client);
    const envelope = over({ kms: counting.kms, wrappingKeyIds: [second] });
    await envelope.decrypt(await envelope.encrypt(plaintext));
    expect(counting.requests.at(-1)).toEqual({
      KeyId: keyId,
      CiphertextBlob: expect.anything(),
      EncryptionContext: {},
    });
    expect(counting.plaintexts).toHaveLength(3);
    for (const bytes of counting.plaintexts)
      expect(Buffer.from(bytes).equals(Buffer.alloc(32))).toBe(true);
  });

  test.each([
    ['no plaintext', { Plaintext: undefined }],
    ['a plaintext of another size', { Plaintext: new Uint8Array(31) }],
    ['a plaintext that is text', { Plaintext: 'x'.repeat(32) }],
    ['no ciphertext', { CiphertextBlob: undefined }],
    ['no key id', { KeyId: undefined }],
    ['an alias for a key id', { KeyId: keyId.replace(/key.*/, 'alias/a') }],
    ['a bare key id', { KeyId: keyId.slice(-36) }],
  ])('an answer with %s is refused', async (_, answer) => {
    const counting = countingKms(client);
    counting.answer = answer;
    const work = over({ kms: counting.kms }).encrypt(plaintext);
    await expect(work).rejects.toMatchObject({ code: 'ERR_KMS_ANSWER' });
    const reading = over({ kms: counting.kms }).decrypt(message);
    const isFine = 'CiphertextBlob' in answer;
    if (!isFine) await expect(reading).rejects.toMatchObject(failed);
  });

  test('an answer of another key does not count: the next key is asked', async () => {
    const counting = countingKms(client);
    counting.answer = { KeyId: second };
    const both = over({ kms: counting.kms, wrappingKeyIds: [second] });
    expect((await both.decrypt(message)).keyId).toBe(second);
    expect(counting.calls.decrypt).toBe(2);
    await expect(over({ kms: counting.kms }).decrypt(message)).rejects.toMatchObject(failed);
  });

  test('a failed wrap leaves no data key behind', async () => {
    const counting = countingKms(client);
    const missing = keyId.replace(/.{12}$/, '000000000000');
    const envelope = over({ kms: counting.kms, wrappingKeyIds: [missing] });
    await expect(envelope.encrypt(plaintext)).rejects.toMatchObject({ code: 'NotFoundException' });
    for (const bytes of counting.plaintexts) expect(bytes.every((byte) => byte === 0)).toBe(true);
  });
});

describe('what may decrypt', () => {
  test.each([
    ['the generator, by ARN', { keyId }],
    ['the generator, by alias', { keyId: 'alias/first' }],
    ['the generator, by alias ARN', { keyId: keyId.replace(/key.*/, 'alias/first') }],
    ['the generator, by id', { keyId: keyId.slice(-36) }],
    ['a wrapping key', { keyId: third, wrappingKeyIds: [second] }],
    ['a key that only decrypts', { keyId: undefined, decryptKeyIds: [third, second] }],
    ['any key', { keyId: undefined, discovery: true }],
    ['any key of an account', { keyId: undefined, discovery: { accounts: ['000000000000'] } }],
    ['any key, though another encrypts', { keyId: third, discovery: true }],
  ])('is %s', async (_, options) => {
    expect(Buffer.compare((await over(options).decrypt(message)).plaintext, plaintext)).toBe(0);
  });

  test.each([
    ['no key at all', { keyId: undefined }],
    ['another key', { keyId: third }],
    ['any key of another account', { keyId: undefined, discovery: { accounts: ['111122223333'] } }],
  ])('is not %s: the KMS is not even asked', async (_, options) => {
    const counting = countingKms(client);
    const work = over({ ...options, kms: counting.kms }).decrypt(message);
    await expect(work).rejects.toMatchObject(failed);
    expect(counting.calls.decrypt).toBe(0);
  });

  test('is not what an alias names now, when it names another key than then', async () => {
    await client.createAlias({ AliasName: 'alias/moves', TargetKeyId: keyId });
    const envelope = over({ keyId: 'alias/moves' });
    const old = await envelope.encrypt(plaintext);
    await envelope.decrypt(old);
    await client.updateAlias({ AliasName: 'alias/moves', TargetKeyId: third });
    await expect(envelope.decrypt(old)).rejects.toMatchObject(failed);
    const knowing = over({ keyId: 'alias/moves', decryptKeyIds: [keyId] });
    expect((await knowing.decrypt(old)).keyId).toBe(keyId);
  });

  test('is no key beside more encrypted data keys than are allowed', async () => {
    const strict = over({ maxEncryptedDataKeys: 1 });
    await expect(strict.decrypt(message)).rejects.toMatchObject({ code: 'ERR_MESSAGE_LIMIT' });
    await over({ maxEncryptedDataKeys: 2 }).decrypt(message);
  });
});

describe('one key that says no', () => {
  const both = { keyId, wrappingKeyIds: [second] };

  test('is not the end while another says yes', async () => {
    await client.disableKey({ KeyId: keyId });
    expect((await over(both).decrypt(message)).keyId).toBe(second);
    const work = over().decrypt(message);
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      ...failed,
      message: 'no encrypted data key of the message could be opened',
    });
    expect(error).not.toHaveProperty('cause');
    await client.enableKey({ KeyId: keyId });
  });

  test('for lack of permission is not the end either, and is not told', async () => {
    const bob = kms.client({ principal: 'arn:aws:iam::000000000000:user/bob' });
    await expect(over({ ...both, kms: bob }).decrypt(message)).rejects.toMatchObject(failed);
    await client.createGrant({
      KeyId: second,
      GranteePrincipal: 'arn:aws:iam::000000000000:user/bob',
      Operations: ['Decrypt'],
    });
    expect((await over({ ...both, kms: bob }).decrypt(message)).keyId).toBe(second);
  });

  test.each([
    'AccessDeniedException',
    'DisabledException',
    'IncorrectKeyException',
    'InvalidCiphertextException',
    'InvalidKeyUsageException',
    'KMSInvalidStateException',
    'NotFoundException',
    'ValidationException',
  ] as const)('by %s is no news for the caller', async (name) => {
    const counting = countingKms(client);
    counting.failure = new KmsError(name, 'because');
    const work = over({ ...both, kms: counting.kms }).decrypt(message);
    await expect(work).rejects.toMatchObject(failed);
    expect(counting.calls.decrypt).toBe(2);
  });

  test.each([
    ['throttling', new KmsError('ThrottlingException', 'slow down')],
    ['a fault of the service', new KmsError('KMSInternalException', 'oh')],
    ['the network', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['what is no error', 'text'],
  ])('because of %s is told as it is: it may be tried again', async (_, failure) => {
    const counting = countingKms(client);
    counting.failure = failure;
    const work = over({ ...both, kms: counting.kms }).decrypt(message);
    await expect(work).rejects.toBe(failure);
    await expect(over({ kms: counting.kms }).encrypt(plaintext)).rejects.toBe(failure);
  });
});

describe('the encryption context', () => {
  test('must hold what the caller expects', async () => {
    const counting = countingKms(client);
    const envelope = over({ kms: counting.kms });
    const wrong = envelope.decrypt(message, { encryptionContext: { tenant: 'bob' } });
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_ENCRYPTION_CONTEXT' });
    expect(counting.calls.decrypt).toBe(0);
    const right = await envelope.decrypt(message, { encryptionContext });
    expect(right.encryptionContext).toEqual(encryptionContext);
  });

  test('that is not UTF-8 is refused, and the KMS is not asked', async () => {
    const counting = countingKms(client);
    const changed = Buffer.from(message);
    changed[changed.indexOf('alice')] = 0xff;
    const work = over({ kms: counting.kms }).decrypt(changed);
    await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_MESSAGE' });
    expect(counting.calls.decrypt).toBe(0);
  });

  test('is told without the pairs of the format', async () => {
    const signed = await over({ suite: 0x0578 }).encrypt(plaintext, { encryptionContext });
    const header = parseMessageHeader(signed);
    expect(Buffer.from(header?.encryptionContext ?? []).includes('aws-crypto-public-key')).toBe(
      true,
    );
    expect((await over().decrypt(signed)).encryptionContext).toEqual(encryptionContext);
  });
});

test('a message that changes while the KMS is asked is refused', async () => {
  const changing = Buffer.from(await over().encrypt(plaintext));
  const work = over().decrypt(changing);
  changing[10] = (changing[10] as number) ^ 1;
  await expect(work).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
});

describe('in process', () => {
  test('no plaintext is asked for, also not under several keys', async () => {
    const { newDataKey, openDataKey, wrapDataKey, openMessageDataKey, prepareDataKeyUse } =
      Object.getPrototypeOf(client) as typeof client;
    const refuse = () => Promise.reject(new Error('a plaintext was asked for'));
    const inside = {
      newDataKey: newDataKey.bind(client),
      openDataKey: openDataKey.bind(client),
      wrapDataKey: wrapDataKey.bind(client),
      openMessageDataKey: openMessageDataKey.bind(client),
      prepareDataKeyUse: prepareDataKeyUse.bind(client),
      generateDataKey: refuse,
      encrypt: refuse,
      decrypt: refuse,
    };
    const envelope = over({ kms: inside, wrappingKeyIds: [second] });
    const sealed = await envelope.encrypt(plaintext);
    for (const keys of [{}, { keyId: second }]) {
      const { plaintext: read } = await over({ ...keys, kms: inside }).decrypt(sealed);
      expect(Buffer.compare(read, plaintext)).toBe(0);
    }
  });

  test('a further key needs the permission of Encrypt', async () => {
    const carol = kms.client({ principal: 'arn:aws:iam::000000000000:user/carol' });
    const grant = (KeyId: string, operation: 'GenerateDataKey' | 'Encrypt') =>
      client.createGrant({
        KeyId,
        GranteePrincipal: 'arn:aws:iam::000000000000:user/carol',
        Operations: [operation],
      });
    const envelope = over({ kms: carol, wrappingKeyIds: [second] });
    await grant(keyId, 'GenerateDataKey');
    await grant(second, 'GenerateDataKey');
    const denied = { code: 'AccessDeniedException' };
    await expect(envelope.encrypt(plaintext)).rejects.toMatchObject(denied);
    await grant(second, 'Encrypt');
    await over().decrypt(await envelope.encrypt(plaintext));
  });
});
