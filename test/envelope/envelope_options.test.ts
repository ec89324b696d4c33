// What an Envelope takes, and what it refuses.

import { describe, expect, test } from 'vitest';
import { DataKeyCache } from '../../lib/envelope/data_key_cache.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import { checkEnvelopeOptions } from '../../lib/envelope/envelope_options.js';
import { openTestKms } from './support/test_kms.js';

const { client: kms, keyId } = await openTestKms();
const invalid = { code: 'ERR_INVALID_ARGUMENT' };
const bytes = new Uint8Array(3);

test('the defaults', () => {
  expect(checkEnvelopeOptions({ kms })).toEqual({
    kms,
    keyId: undefined,
    wrappingKeyIds: [],
    decryptKeyIds: [],
    discovery: undefined,
    grantTokens: undefined,
    commitmentPolicy: 'REQUIRE_ENCRYPT_REQUIRE_DECRYPT',
    limits: { maxEncryptedDataKeys: 32, maxFrameLengthBytes: 64 * 1024 * 1024 },
    frameLength: 65_536,
    isSigning: false,
    cache: undefined,
  });
  expect(checkEnvelopeOptions({ kms, maxFrameLength: 100 }).frameLength).toBe(100);
});

describe('an Envelope is refused', () => {
  test.each([
    ['no options', undefined],
    ['no kms', { keyId }],
    ['a kms that is none', { kms: { encrypt() {}, decrypt() {} } }],
    ['a kms that is null', { kms: null }],
    ['an unknown option', { kms, key: keyId }],
    ['an empty key id', { kms, keyId: '' }],
    ['a key id that is no string', { kms, keyId: 1 }],
    ['wrapping keys without a generator', { kms, wrappingKeyIds: [keyId] }],
    ['wrapping keys that are no array', { kms, keyId, wrappingKeyIds: keyId }],
    ['a wrapping key that is empty', { kms, keyId, wrappingKeyIds: [''] }],
    ['a decrypt key that is no string', { kms, decryptKeyIds: [1] }],
    ['grant tokens that are no strings', { kms, grantTokens: [1] }],
    ['an unknown policy', { kms, commitmentPolicy: 'FORBID_ENCRYPT_ALLOW_DECRYPT' }],
    ['no encrypted data key allowed', { kms, maxEncryptedDataKeys: 0 }],
    ['too many encrypted data keys', { kms, maxEncryptedDataKeys: 65_536 }],
    ['more keys than allowed', { kms, keyId, wrappingKeyIds: [keyId], maxEncryptedDataKeys: 1 }],
    ['a frame of nothing', { kms, frameLength: 0 }],
    ['a frame length that is no integer', { kms, frameLength: 1.5 }],
    ['a frame longer than what is read', { kms, frameLength: 101, maxFrameLength: 100 }],
    ['a frame limit out of range', { kms, maxFrameLength: 2 ** 32 }],
    ['a suite that is only read', { kms, suite: 0x0178 }],
    ['a cache that is none', { kms, cache: new Map() }],
    ['a discovery that finds nothing', { kms, discovery: { accounts: [] } }],
  ])('for %s', (_, options) => {
    expect(() => new Envelope(options as never)).toThrow(expect.objectContaining(invalid));
  });
});

const envelope = new Envelope({ kms, keyId, cache: new DataKeyCache() });

describe('a call is refused', () => {
  const badOptions: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['an array', []],
    ['an unknown name', { context: {} }],
    ['a context that is none', { encryptionContext: 'a' }],
    ['a reserved pair', { encryptionContext: { 'aws-crypto-x': '' } }],
    ['a progress that is no function', { onProgress: true }],
    ['a signal that is none', { signal: {} }],
  ];
  const methods: readonly (readonly [string, (options: never) => unknown])[] = [
    ['encrypt', (options) => envelope.encrypt(bytes, options)],
    ['decrypt', (options) => envelope.decrypt(bytes, options)],
    ['encryptFile', (options) => envelope.encryptFile('/nowhere/a', '/nowhere/b', options)],
    ['decryptFile', (options) => envelope.decryptFile('/nowhere/a', '/nowhere/b', options)],
    ['decryptRange', (options) => envelope.decryptRange('/nowhere/a', 0, 1, options)],
    ['encryptStream', async (options) => envelope.encryptStream(options)],
    ['decryptStream', async (options) => envelope.decryptStream(options)],
    ['encryptWebStream', async (options) => envelope.encryptWebStream(options)],
    ['decryptWebStream', async (options) => envelope.decryptWebStream(options)],
  ];

  describe.each(methods)('of %s', (_, call) => {
    test.each(badOptions)('with %s', async (_, options) => {
      await expect(call(options as never)).rejects.toMatchObject(invalid);
    });
  });

  test.each([
    ['a string to encrypt', () => envelope.encrypt('text' as never)],
    ['a DataView to decrypt', () => envelope.decrypt(new DataView(new ArrayBuffer(3)) as never)],
    ['no thread', () => envelope.encrypt(bytes, { threads: 0 })],
    ['too many threads', () => envelope.encrypt(bytes, { threads: 65 })],
    ['a source that is no path', () => envelope.encryptFile(1 as never, 'b')],
    ['an empty target', () => envelope.decryptFile('a', '')],
    ['a flag that is no boolean', () => envelope.encryptFile('a', 'b', { sync: 1 as never })],
    ['a flag that is no boolean', () => envelope.decryptFile('a', 'b', { overwrite: '' as never })],
    ['a range that ends before it starts', () => envelope.decryptRange('a', 2, 1)],
    ['a range that starts before the file', () => envelope.decryptRange('a', -1, 1)],
    ['a range of fractions', () => envelope.decryptRange('a', 0, 1.5)],
    ['a range to infinity', () => envelope.decryptRange('a', 0, Number.POSITIVE_INFINITY)],
    ['a size that is none', async () => envelope.encryptStream({ plaintextSize: -1 })],
    [
      'a permission that is no boolean',
      async () => envelope.decryptStream({ allowUnverifiedRelease: 1 as never }),
    ],
    [
      'a listener that is no function',
      async () => envelope.decryptWebStream({ onMessage: 1 as never }),
    ],
  ])('with %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject(invalid);
  });

  test('to encrypt without a key to encrypt under', async () => {
    const reader = new Envelope({ kms, decryptKeyIds: [keyId] });
    await expect(reader.encrypt(bytes)).rejects.toMatchObject(invalid);
  });
});
