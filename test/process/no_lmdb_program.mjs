// What works where lmdb's binary does not load: `no_lmdb_program.mjs FOLDER`. The loader answers as
// it does on an older C library.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addon } from '../../dist/hsm/index.js';
import { DataKey, Kms, nativeInfo } from '../../dist/index.js';

const load = process.dlopen;
process.dlopen = (module, file, ...flags) => {
  if (/lmdb/.test(file)) {
    const message = "version `GLIBC_2.34' not found\nand more lines";
    throw Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' });
  }
  return load(module, file, ...flags);
};

const kms = await Kms.open({ store: 'memory' });
const { KeyMetadata } = await kms.client().createKey();
const key = DataKey.generate();
const text = key.decrypt(key.encrypt(new Uint8Array(3)));

// It is loaded before the gate is asked for, so nobody waits for the loading.
const folder = process.argv[2];
const gate = join(folder, 'keystead.epoch');
mkdirSync(folder);
writeFileSync(gate, '', { mode: 0o600 });
const lock = addon().fileLockOpen(gate);
addon().fileLockTryTake(lock);
const refusal = await Kms.open({ path: folder }).catch((error) => error);
await kms.close();
addon().fileLockClose(lock);
console.log(
  JSON.stringify({
    state: KeyMetadata.KeyState,
    size: text.length,
    openssl: nativeInfo().openssl,
    refusal: { code: refusal.code, message: refusal.message },
  }),
);
