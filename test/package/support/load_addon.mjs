// `load_addon.mjs PACKAGE_FOLDER` uses the addon without the library around it, on a C library that is too old for a
// dependency.

import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const { DataKey, nativeInfo } = await import(
  pathToFileURL(path.join(folder, 'dist', 'hsm', 'index.js')).href
);
const key = DataKey.generate();
const plaintext = Buffer.from('find all the doggos');
assert.deepEqual(Buffer.from(key.decrypt(key.encrypt(plaintext))), plaintext);
assert.throws(() => key.decrypt(Buffer.alloc(60)), { code: 'ERR_DECRYPTION_FAILED' });
key.dispose();
const { glibcVersionRuntime } = process.report.getReport().header;
console.log(JSON.stringify({ openssl: nativeInfo().openssl, glibc: glibcVersionRuntime }));
