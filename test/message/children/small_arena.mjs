// Messages in a process whose secure memory is full: an answer of JSON.

import {
  configureSecureMemory,
  DataKey,
  decryptMessage,
  decryptMessageAsync,
  MessageDataKey,
  MessageWriter,
  SigningKey,
} from '../../../dist/hsm/index.js';

configureSecureMemory({ maxBytes: 1024 * 1024 });
const one = Uint8Array.of(1);
const encryptedDataKeys = [{ providerId: 'test', providerInfo: one, ciphertext: one }];
const dataKey = DataKey.generate();
const writer = new MessageWriter({ dataKey, encryptedDataKeys });
const plaintext = new Uint8Array(5_000_000).fill(7);
const message = writer.encrypt(plaintext);

const keys = [];
try {
  for (;;) keys.push(DataKey.generate());
} catch {}
// What is left for OpenSSL.
const signingKeys = [];
try {
  for (;;) signingKeys.push(SigningKey.generate());
} catch {}

async function outcome(call) {
  try {
    await call();
    return 'done';
  } catch ({ code }) {
    return code;
  }
}

async function all() {
  return {
    signingKey: await outcome(() => SigningKey.generate()),
    importKey: await outcome(() => MessageDataKey.import(new Uint8Array(32))),
    encrypt: await outcome(() => writer.encrypt(plaintext)),
    decrypt: await outcome(() => decryptMessage(dataKey, message)),
    encryptor: await outcome(() => writer.encryptor()),
    encryptAsync: await outcome(() => writer.encryptAsync(plaintext, 3).done),
    decryptAsync: await outcome(() => decryptMessageAsync(dataKey, message, { threads: 3 }).done),
  };
}

const full = await all();
for (const key of [...keys, ...signingKeys]) key.dispose();
const emptied = await all();
const opened = decryptMessage(dataKey, await writer.encryptAsync(plaintext, 3).done);
console.log(JSON.stringify({ full, emptied, works: Buffer.compare(opened, plaintext) === 0 }));
