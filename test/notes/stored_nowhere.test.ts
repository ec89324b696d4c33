// "Neither the original DEK nor the encrypted DEK is stored inside KMS/HSM": the bytes of the store
// are searched for them.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Kms } from '../../lib/kms.js';
import { account, region } from './notes.js';

/** Everything in a folder, as bytes. */
function bytesUnder(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))));
}

/** The bytes as they are, and as texts that a careless store or log might hold. */
function spellings(bytes: Uint8Array): readonly Buffer[] {
  const plain = Buffer.from(bytes);
  return [plain, Buffer.from(plain.toString('base64')), Buffer.from(plain.toString('hex'))];
}

test('data keys are stored nowhere, neither open nor encrypted', async () => {
  const path = mkdtempSync(join(tmpdir(), 'keystead-notes-'));
  try {
    const kms = await Kms.open({ path, account, region, audit: true });
    const client = kms.client();
    const { KeyMetadata } = await client.createKey({
      Description: 'a mark that is not sealed away',
    });
    const KeyId = KeyMetadata.KeyId;
    const secrets: Uint8Array[] = [];
    for (let i = 0; i < 20; i++) {
      const made = await client.generateDataKey({
        KeyId,
        KeySpec: 'AES_256',
        EncryptionContext: { i: `${i}` },
      });
      const without = await client.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: 'AES_128' });
      const opened = await client.decrypt({ CiphertextBlob: without.CiphertextBlob as Uint8Array });
      const handle = await client.newDataKey({ keyId: KeyId });
      secrets.push(made.Plaintext as Uint8Array, made.CiphertextBlob as Uint8Array);
      secrets.push(opened.Plaintext as Uint8Array, without.CiphertextBlob as Uint8Array);
      secrets.push(handle.dataKey.exportPlaintext(), handle.encryptedDataKey);
      handle.dataKey.dispose();
    }
    await kms.close();
    const bytes = bytesUnder(path);
    for (const secret of secrets)
      for (const spelling of spellings(secret)) {
        // A part would be as bad as the whole.
        for (let at = 0; at + 16 <= spelling.length; at += 16)
          if (!isOfBlobHead(at, secret, spelling))
            expect(bytes.includes(spelling.subarray(at, at + 16))).toBe(false);
      }
    // The search finds what is there.
    const rootKey = readFileSync(join(path, 'root.key'));
    expect(bytes.includes(rootKey.subarray(0, 16))).toBe(true);
    expect(secrets).toHaveLength(120);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
});

/** A blob begins with the ids of its key and material, which are no secrets: docs/format.md. */
function isOfBlobHead(at: number, secret: Uint8Array, spelling: Buffer): boolean {
  const headBytes = 36;
  return secret.length > 32 && at < (headBytes * spelling.length) / secret.length;
}
