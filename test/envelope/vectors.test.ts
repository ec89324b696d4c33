// The published vectors of the message format, in every form in which a message can be decrypted.

import crypto from 'node:crypto';
import { expect } from 'vitest';
import { serializeEncryptionContext } from '../../lib/envelope/encryption_context.js';
import { Envelope } from '../../lib/envelope/envelope.js';
import type { AwsKms } from '../../lib/envelope/remote_kms.js';
import { parseMessageHeader } from '../../lib/hsm/index.js';
import { itWithVectors } from '../vectors/support/vector_files.js';
import { forms, signedForms } from './support/forms.js';
import { staticKeyring } from './support/static_keyring.js';
import { patternBytes } from './support/test_bytes.js';

const commitmentPolicy = 'REQUIRE_ENCRYPT_ALLOW_DECRYPT';
const noKms: AwsKms = {
  generateDataKey: () => Promise.reject(new Error('asked for a data key')),
  encrypt: () => Promise.reject(new Error('asked to encrypt')),
  decrypt: () => Promise.reject(new Error('asked to decrypt')),
};
const openedBy = (dataKey: Uint8Array) =>
  new Envelope({ kms: noKms, commitmentPolicy }, staticKeyring(dataKey));

/** Forms that refuse signed messages, and what each says. */
const signedRefusal = 'ERR_SIGNED_MESSAGE';

async function expectPlaintext(
  envelope: Envelope,
  message: Uint8Array,
  plaintext: Uint8Array,
): Promise<void> {
  const header = parseMessageHeader(message);
  for (const [name, form] of forms) {
    const isRefused = header?.isSigned === true && !signedForms.has(name);
    const { released, code } = await form(envelope, message);
    expect([name, code]).toEqual([name, isRefused ? signedRefusal : undefined]);
    expect(released.equals(isRefused ? new Uint8Array() : plaintext)).toBe(true);
  }
}

interface SdkVectors {
  readonly kms: { readonly keyArn: string; readonly testKey: string };
  readonly tests: readonly {
    readonly name: string;
    readonly suite: string;
    readonly keyring: 'raw-aes' | 'kms';
    readonly plaintextLength: number;
    readonly encryptionContext: Record<string, string>;
    readonly dataKey: string;
    readonly message: string;
  }[];
}

itWithVectors(['esdk/client-node-5.0.2/vectors.json'], async (text) => {
  const { kms, tests } = JSON.parse(text) as SdkVectors;
  const throughKms = new Envelope({
    kms: testKms(kms.keyArn, Buffer.from(kms.testKey, 'hex')),
    keyId: kms.keyArn,
  });
  for (const { suite, keyring, plaintextLength, encryptionContext, dataKey, ...test } of tests) {
    const message = Buffer.from(test.message, 'base64');
    const plaintext = patternBytes(plaintextLength);
    const envelope = keyring === 'kms' ? throughKms : openedBy(Buffer.from(dataKey, 'hex'));
    await expectPlaintext(envelope, message, plaintext);
    const { plaintext: read, keyId: _, ...info } = await envelope.decrypt(message);
    expect(Buffer.compare(read, plaintext)).toBe(0);
    expect(info).toEqual({ encryptionContext, suite: Number.parseInt(suite, 16) });
  }
  expect(tests.filter(({ keyring }) => keyring === 'kms').length).toBeGreaterThan(0);
});

/** The KMS of the vectors: a blob is an IV, AES-256-GCM over the context, and a tag. */
function testKms(keyArn: string, key: Uint8Array): AwsKms {
  return {
    ...noKms,
    async decrypt({ CiphertextBlob, EncryptionContext, KeyId }) {
      const decipher = crypto.createDecipheriv('aes-256-gcm', key, CiphertextBlob.subarray(0, 12));
      decipher.setAAD(serializeEncryptionContext(EncryptionContext) ?? new Uint8Array());
      decipher.setAuthTag(CiphertextBlob.subarray(-16));
      const Plaintext = decipher.update(CiphertextBlob.subarray(12, -16));
      decipher.final();
      return { Plaintext, KeyId: KeyId === keyArn ? keyArn : undefined };
    },
  };
}

interface CommitmentVectors {
  readonly tests: readonly {
    readonly ciphertext: string;
    readonly 'decrypted-dek': string;
    readonly 'encryption-context': Record<string, string>;
    readonly 'plaintext-frames': readonly string[] | null;
    readonly status: boolean;
    readonly comment: string;
  }[];
}

itWithVectors(['esdk/commitment-test-vectors.json'], async (text) => {
  const { tests } = JSON.parse(text) as CommitmentVectors;
  for (const test of tests) {
    const message = Buffer.from(test.ciphertext, 'base64');
    const envelope = openedBy(Buffer.from(test['decrypted-dek'], 'base64'));
    if (test.status) {
      await expectPlaintext(
        envelope,
        message,
        Buffer.from((test['plaintext-frames'] ?? []).join(''), 'utf8'),
      );
      const { 'aws-crypto-public-key': _, ...pairs } = test['encryption-context'];
      expect((await envelope.decrypt(message)).encryptionContext).toEqual(pairs);
      continue;
    }
    const isSigned = parseMessageHeader(message)?.isSigned === true;
    for (const [name, form] of forms) {
      const isRefused = isSigned && !signedForms.has(name);
      const { released, code } = await form(envelope, message);
      expect([test.comment, code]).toEqual([
        test.comment,
        isRefused ? signedRefusal : 'ERR_DECRYPTION_FAILED',
      ]);
      expect(released).toHaveLength(0);
    }
  }
  expect(tests.filter(({ status }) => !status)).toHaveLength(5);
});
