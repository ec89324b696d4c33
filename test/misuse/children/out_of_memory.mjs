// Runs out of address space, and answers with what each form of encryption and decryption makes of
// it.

import { setTimeout } from 'node:timers/promises';
import {
  DataKey,
  decryptMessage,
  decryptMessageAsync,
  MessageWriter,
} from '../../../dist/hsm/index.js';

const chunkBytes = 64 * 1024 * 1024;
const key = DataKey.generate();
const plaintext = new Uint8Array(chunkBytes);
const box = key.encrypt(plaintext);
const one = Uint8Array.of(1);
const encryptedDataKeys = [{ providerId: 'test', providerInfo: one, ciphertext: one }];
const writer = new MessageWriter({ dataKey: key, encryptedDataKeys });
const message = writer.encrypt(plaintext);
const hoard = [];

function codeOf(error) {
  return error.code ?? String(error);
}

async function outcome(call) {
  try {
    await call();
    return 'nothing';
  } catch (error) {
    return codeOf(error);
  }
}

// Leaves less than the size of one result.
try {
  for (;;) hoard.push(new Uint8Array(chunkBytes / 2));
} catch {}

const results = {
  encrypt: await outcome(() => key.encrypt(plaintext)),
  decrypt: await outcome(() => key.decrypt(box)),
  encryptAsync: await outcome(() => key.encryptAsync(plaintext)),
  decryptAsync: await outcome(() => key.decryptAsync(box)),
  encryptMessage: await outcome(() => writer.encrypt(plaintext)),
  decryptMessage: await outcome(() => decryptMessage(key, message)),
  encryptMessageAsync: await outcome(() => writer.encryptAsync(plaintext).done),
  decryptMessageAsync: await outcome(() => decryptMessageAsync(key, message).done),
  encryptPieces: await outcome(() => writer.encryptor().update(plaintext)),
  aad: await outcome(() => key.encryptAsync(new Uint8Array(70_000), plaintext)),
};
hoard.length = 0;
let afterwards;
// V8 gives the memory of arrays back on a thread of its own, when it comes to it.
for (let attempt = 0; attempt < 100 && afterwards !== 'nothing'; attempt++) {
  globalThis.gc();
  await setTimeout(20);
  afterwards = await outcome(async () => {
    key.decrypt(await key.encryptAsync(plaintext));
    await decryptMessageAsync(key, await writer.encryptAsync(plaintext).done).done;
  });
}
console.log(JSON.stringify({ results, afterwards }));
