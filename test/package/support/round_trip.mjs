// What a user's first program does, on a store on disk. Prints what it ran on.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Kms, nativeInfo } from 'keystead';

const plaintext = Buffer.from('find all the doggos, distract them with the yumz');
const encryptionContext = { app: 'catrobot' };
const store = path.join(import.meta.dirname, 'keys');

async function write(kms) {
  const client = kms.client();
  const { KeyMetadata } = await client.createKey({});
  await client.createAlias({ AliasName: 'alias/catrobot', TargetKeyId: KeyMetadata.KeyId });
  const request = { KeyId: 'alias/catrobot', Plaintext: plaintext };
  const { CiphertextBlob } = await client.encrypt(request);
  const made = await client.newDataKey({ keyId: 'alias/catrobot', encryptionContext });
  const box = made.dataKey.encrypt(plaintext);
  made.dataKey.dispose();
  return { CiphertextBlob, box, encryptedDataKey: made.encryptedDataKey };
}

async function read(kms, { CiphertextBlob, box, encryptedDataKey }) {
  const client = kms.client();
  const decrypted = await client.decrypt({ CiphertextBlob });
  assert.deepEqual(Buffer.from(decrypted.Plaintext), plaintext);
  const { dataKey } = await client.openDataKey({ encryptedDataKey, encryptionContext });
  assert.deepEqual(Buffer.from(dataKey.decrypt(box)), plaintext);
  dataKey.dispose();
}

async function withStore(task) {
  const kms = await Kms.open({ path: store });
  try {
    return await task(kms);
  } finally {
    await kms.close();
  }
}

const written = await withStore(write);
await withStore((kms) => read(kms, written));

const packageFolder = path.join(import.meta.dirname, 'node_modules', 'keystead');
const binary = createRequire(import.meta.url)('node-gyp-build').path(packageFolder);
console.log(
  JSON.stringify({
    node: process.versions.node,
    openssl: nativeInfo().openssl,
    binary: path.relative(packageFolder, binary),
    glibc: process.report.getReport().header.glibcVersionRuntime,
  }),
);
