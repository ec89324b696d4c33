// Messages bound to pairs that they do not hold, as the AWS Encryption SDK's required encryption
// context makes them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DataKeyCache } from '../../lib/envelope/data_key_cache.js';
import { serializeEncryptionContext } from '../../lib/envelope/encryption_context.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import type { EncryptionContext } from '../../lib/types.js';
import { writeMessage } from '../reference/message_write.js';
import { drain } from './support/forms.js';
import { patternBytes } from './support/test_bytes.js';
import { openTestKms } from './support/test_kms.js';

const { client, keyId } = await openTestKms();
const plaintext = patternBytes(100);
const stored = { purpose: 'test' };
const unstored = { tenant: 'alice', z: 'ü' };
const bytesOf = (context: EncryptionContext) =>
  serializeEncryptionContext(context) ?? new Uint8Array();

const { CiphertextBlob, Plaintext } = await client.generateDataKey({
  KeyId: keyId,
  KeySpec: 'AES_256',
  EncryptionContext: { ...stored, ...unstored },
});
const message = writeMessage({
  suite: 0x0478,
  dataKey: Plaintext,
  plaintext,
  frameLength: 40,
  context: bytesOf(stored),
  unstored: bytesOf(unstored),
  encryptedDataKeys: [
    {
      providerId: Buffer.from('aws-kms'),
      providerInfo: Buffer.from(keyId),
      ciphertext: CiphertextBlob,
    },
  ],
});

const folder = mkdtempSync(join(tmpdir(), 'keystead-unstored-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'message');
writeFileSync(file, message);

interface Options {
  readonly unstoredEncryptionContext?: EncryptionContext;
  readonly encryptionContext?: EncryptionContext;
}
type Read = (envelope: Envelope, options: Options) => Promise<Uint8Array>;
const forms: readonly (readonly [string, Read])[] = [
  ['in memory', async (envelope, options) => (await envelope.decrypt(message, options)).plaintext],
  [
    'as a stream',
    async (envelope, options) => {
      const stream = envelope.decryptStream(options);
      stream.end(message);
      const { released, code } = await drain(stream);
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      return released;
    },
  ],
  [
    'as a range',
    async (envelope, options) => (await envelope.decryptRange(file, 0, 1000, options)).plaintext,
  ],
];

describe.each(forms)('%s', (_, read) => {
  const envelope = new Envelope({ kms: client, keyId, cache: new DataKeyCache() });

  test.each<Options>([
    { unstoredEncryptionContext: unstored },
    { unstoredEncryptionContext: { ...unstored, ...stored } },
    { unstoredEncryptionContext: unstored, encryptionContext: { ...stored, tenant: 'alice' } },
  ])('%j opens it', async (options) => {
    expect(Buffer.compare(await read(envelope, options), plaintext)).toBe(0);
  });

  test.each<readonly [Options, string]>([
    [{}, 'ERR_DECRYPTION_FAILED'],
    [{ unstoredEncryptionContext: { tenant: 'alice' } }, 'ERR_DECRYPTION_FAILED'],
    [{ unstoredEncryptionContext: { ...unstored, tenant: 'bob' } }, 'ERR_DECRYPTION_FAILED'],
    [{ unstoredEncryptionContext: { ...unstored, more: '' } }, 'ERR_DECRYPTION_FAILED'],
    [{ unstoredEncryptionContext: { ...unstored, purpose: 'other' } }, 'ERR_ENCRYPTION_CONTEXT'],
    [{ encryptionContext: unstored }, 'ERR_ENCRYPTION_CONTEXT'],
    [{ unstoredEncryptionContext: { 'aws-crypto-a': '' } }, 'ERR_INVALID_ARGUMENT'],
  ])('%j does not: %s', async (options, code) => {
    await expect(read(envelope, options)).rejects.toMatchObject({ code });
  });
});

test('all pairs are told, since all are authenticated', async () => {
  const envelope = new Envelope({ kms: client, keyId });
  const read = await envelope.decrypt(message, { unstoredEncryptionContext: unstored });
  expect(read.encryptionContext).toEqual({ ...stored, ...unstored });
});

test('a pair that a message does hold may be given, too', async () => {
  const envelope = new Envelope({ kms: client, keyId });
  const ours = await envelope.encrypt(plaintext, { encryptionContext: stored });
  const read = await envelope.decrypt(ours, { unstoredEncryptionContext: stored });
  expect(read.encryptionContext).toEqual(stored);
});
