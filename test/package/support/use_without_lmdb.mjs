// `use_without_lmdb.mjs PACKAGE_FOLDER STORE_FOLDER` uses the package on a C library that is too old
// for lmdb's binary: what needs no store in a folder works, and what does is refused.

import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, store] = process.argv.slice(2);
const { DataKey, Kms, nativeInfo } = await import(
  pathToFileURL(path.join(folder, 'dist', 'index.js')).href
);
const plaintext = Buffer.from('find all the doggos');
const key = DataKey.generate();
assert.deepEqual(Buffer.from(key.decrypt(key.encrypt(plaintext))), plaintext);
assert.throws(() => key.decrypt(Buffer.alloc(60)), { code: 'ERR_DECRYPTION_FAILED' });
key.dispose();

const kms = await Kms.open({ store: 'memory' });
const client = kms.client();
const { KeyMetadata } = await client.createKey();
const { CiphertextBlob } = await client.encrypt({ KeyId: KeyMetadata.KeyId, Plaintext: plaintext });
const { Plaintext } = await client.decrypt({ CiphertextBlob });
assert.deepEqual(Buffer.from(Plaintext), plaintext);
await kms.close();
await assert.rejects(Kms.open({ path: store }), { code: 'ERR_UNSUPPORTED_PLATFORM' });

const { glibcVersionRuntime } = process.report.getReport().header;
console.log(JSON.stringify({ openssl: nativeInfo().openssl, glibc: glibcVersionRuntime }));
