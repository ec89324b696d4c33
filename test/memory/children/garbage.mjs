// Makes keys of every kind without disposing of them, and answers with the memory in use before,
// then and after collection (node --expose-gc).

import { addon, DataKey, nativeInfo } from '../../../dist/hsm/index.js';

const bytesInUse = () => nativeInfo().memory.bytesInUse;

async function collect() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
}

async function litter() {
  const id = new Uint8Array(16);
  const blob = new Uint8Array(144);
  const keys = [];
  for (let i = 0; i < 500; i += 1) {
    const root = addon().rootKeyFromBytes(new Uint8Array(32).fill(1), id);
    const { handle } = addon().kmsKeyCreate(root, 0, id);
    const key = DataKey.generate();
    keys.push(root, handle, addon().kmsKeyNewDataKey(handle, blob, undefined), key);
    keys.push(DataKey.adopt(key.share()), DataKey.import(new Uint8Array(32)));
  }
  const works = keys.slice(3, 30 * 6).filter((key) => key instanceof DataKey);
  await Promise.all(works.map((key) => key.encryptAsync(new Uint8Array(100_000))));
  return bytesInUse();
}

await litter();
await collect();
const before = bytesInUse();
const littered = await litter();
await collect();
console.log(JSON.stringify({ before, littered, after: bytesInUse() }));
