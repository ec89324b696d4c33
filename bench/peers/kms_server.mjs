// A Keystead server with a key, in as many processes as it is told. Prints where it is and with what to
// sign.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kms, serve } from 'keystead';

const workers = Number(process.argv[2]);
const path = mkdtempSync(join(tmpdir(), 'keystead-bench-'));
process.on('exit', () => rmSync(path, { recursive: true, force: true }));

const kms = await Kms.open({ path });
const { AccessKey } = await kms.iam.createAccessKey({});
const client = kms.client();
const { KeyMetadata } = await client.createKey();
const EncryptionContext = { tenant: 'alice' };
const { CiphertextBlob } = await client.generateDataKey({
  KeyId: KeyMetadata.KeyId,
  KeySpec: 'AES_256',
  EncryptionContext,
});
const server = await serve(kms, { port: 0, metricsPort: false, workers });
console.log(
  JSON.stringify({
    url: server.url,
    keyId: KeyMetadata.KeyId,
    ciphertextBlob: Buffer.from(CiphertextBlob).toString('base64'),
    encryptionContext: EncryptionContext,
    accessKeyId: AccessKey.AccessKeyId,
    secretAccessKey: AccessKey.SecretAccessKey,
  }),
);
process.on('SIGTERM', async () => {
  await server.close({ graceMs: 1000 });
  await kms.close();
  process.exit();
});
