// Both ways with the AWS Encryption SDK for JavaScript: it opens what we write, we open what it
// writes, over our KMS client.

import { AlgorithmSuiteIdentifier } from '@aws-crypto/client-node';
import { describe, expect, test } from 'vitest';
import { Envelope } from '../../lib/envelope/envelope.js';
import type { EnvelopeOptions } from '../../lib/envelope/envelope_options.js';
import { oldSdk, sdk, sdkKeyring } from './support/client_node.js';
import { countingKms } from './support/counting_kms.js';
import { forms } from './support/forms.js';
import { patternBytes } from './support/test_bytes.js';
import { newKey, openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const keyring = sdkKeyring(client, keyId);

const suites = [
  [0x0478, AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY],
  [0x0578, AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY_ECDSA_P384],
] as const;

const envelope = (options: Partial<EnvelopeOptions> = {}) =>
  new Envelope({ kms: client, keyId, ...options });

const contexts: readonly (readonly [string, Record<string, string>])[] = [
  ['none', {}],
  ['ASCII', { tenant: 'alice', Purpose: 'test', b: '', a: 'x'.repeat(300) }],
  // Code units sort U+1F511 (D83D DD11) below U+FF5E, UTF-8 bytes above.
  [
    'beyond the BMP',
    { '\u{1f511}': 'key', '\uff5e': 'wave', é: 'ü', z: '\u{10ffff}', '\ue000': '' },
  ],
  ['names of object members', { __proto__x: '1', constructor: '2', toString: '3' }],
  ['a byte order mark', { '\ufeffa': '\ufeffb' }],
];

describe.each(suites)('suite %i', (suite, suiteId) => {
  test.each(contexts)('a context with %s', async (_, encryptionContext) => {
    const plaintext = patternBytes(1000);
    const ours = await envelope({ suite }).encrypt(plaintext, { encryptionContext });
    const theirs = await sdk.decrypt(keyring, ours);
    expect(theirs.plaintext).toEqual(plaintext);
    const { 'aws-crypto-public-key': publicKey, ...others } =
      theirs.messageHeader.encryptionContext;
    expect(others).toEqual(encryptionContext);
    expect(publicKey !== undefined).toBe(suite === 0x0578);
    const { result } = await sdk.encrypt(keyring, plaintext, { encryptionContext, suiteId });
    const read = await envelope().decrypt(result, { encryptionContext });
    expect(read).toEqual({
      plaintext: Uint8Array.from(plaintext),
      encryptionContext,
      keyId,
      suite,
    });
  });

  test.each([1, 2, 15, 16, 17, 1000, 4096, 65_536])('frames of %i bytes', async (frameLength) => {
    const multiples = frameLength < 100 ? [0, 1, 2, 7] : [0, 1, 2];
    const sizes = multiples.flatMap((n) => [-1, 0, 1].map((d) => n * frameLength + d));
    const ours = envelope({ suite, frameLength });
    for (const size of new Set(sizes.filter((size) => size >= 0))) {
      const plaintext = patternBytes(size);
      const message = await ours.encrypt(plaintext);
      expect((await sdk.decrypt(keyring, message)).plaintext.equals(plaintext)).toBe(true);
      const { result } = await sdk.encrypt(keyring, plaintext, { frameLength, suiteId });
      const { plaintext: read } = await ours.decrypt(result);
      expect(Buffer.compare(read, plaintext)).toBe(0);
    }
  });
});

test('every form reads what the SDK writes', async () => {
  const plaintext = patternBytes(10_000);
  const { result } = await sdk.encrypt(keyring, plaintext, {
    frameLength: 4096,
    suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
  });
  for (const [, form] of forms) {
    const { released, code } = await form(envelope(), result);
    expect(code).toBeUndefined();
    expect(released.equals(plaintext)).toBe(true);
  }
});

describe('suites without key commitment', () => {
  const old = Object.entries(AlgorithmSuiteIdentifier).filter(
    ([name, id]) => typeof id === 'number' && !name.includes('COMMIT'),
  );

  test.each(old)('%s is read, when the policy allows it, and only then', async (_, id) => {
    const suiteId = id as AlgorithmSuiteIdentifier;
    const plaintext = patternBytes(300);
    const encryptionContext = { Tenant: 'alice' };
    const { result } = await oldSdk.encrypt(keyring, plaintext, {
      suiteId,
      encryptionContext,
      frameLength: 128,
    });
    const strict = envelope().decrypt(result);
    await expect(strict).rejects.toMatchObject({ code: 'ERR_NOT_COMMITTING' });
    for (const kms of [client, countingKms(client).kms]) {
      const allowing = envelope({ kms, commitmentPolicy: 'REQUIRE_ENCRYPT_ALLOW_DECRYPT' });
      const read = await allowing.decrypt(result);
      expect(read).toEqual({
        plaintext: Uint8Array.from(plaintext),
        encryptionContext,
        keyId,
        suite: suiteId,
      });
    }
  });

  test.each(old)('%s takes a data key of its own size only', async (_, id) => {
    const { result } = await oldSdk.encrypt(keyring, patternBytes(3), {
      suiteId: id as AlgorithmSuiteIdentifier,
    });
    const counting = countingKms(client);
    counting.answer = { Plaintext: new Uint8Array(17) };
    const allowing = envelope({
      kms: counting.kms,
      commitmentPolicy: 'REQUIRE_ENCRYPT_ALLOW_DECRYPT',
    });
    await expect(allowing.decrypt(result)).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
  });
});

test('several keys wrap: the SDK and we open with each alone', async () => {
  const further = [await newKey(client), await newKey(client)];
  const plaintext = patternBytes(50);
  const ours = await envelope({ wrappingKeyIds: further }).encrypt(plaintext);
  const all = sdkKeyring(client, keyId, further);
  const { result: theirs } = await sdk.encrypt(all, plaintext);
  for (const one of [keyId, ...further]) {
    expect((await sdk.decrypt(sdkKeyring(client, one), ours)).plaintext).toEqual(plaintext);
    const alone = new Envelope({ kms: client, decryptKeyIds: [one] });
    for (const message of [ours, theirs]) {
      const read = await alone.decrypt(message);
      expect(Buffer.compare(read.plaintext, plaintext)).toBe(0);
      expect(read.keyId).toBe(one);
    }
  }
});
