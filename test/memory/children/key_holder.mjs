// Holds and uses keys on command, one line of standard input each, and answers with a line of JSON.
// Key bytes leave by one write from the exported buffer, which is wiped at once; secrets come in
// through a buffer that V8 does not move.

import { createCipheriv } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import {
  addon,
  DataKey,
  decryptMessage,
  decryptMessageAsync,
  MessageDecryptor,
  MessageWriter,
  nativeInfo,
  parseMessageHeader,
} from '../../../dist/hsm/index.js';

const secretsOut = 3;
const secretsIn = 4;
const nonceBytes = 24;
const smallBytes = 1000;
const largeBytes = 1024 * 1024;
const asyncBytes = 9 * 1024 * 1024;
// Typed arrays of 64 bytes or less live on V8's heap, which moves them.
const offHeapBytes = 256;

const hold = { key: undefined, dispose: [], planted: undefined, cipher: undefined };

function giveAway(bytes) {
  writeSync(secretsOut, bytes);
  bytes.fill(0);
}

function takeIn(size) {
  const bytes = Buffer.allocUnsafeSlow(offHeapBytes);
  const got = readSync(secretsIn, bytes, 0, size, null);
  if (got !== size) throw new Error(`expected ${size} bytes, got ${got}`);
  return bytes.subarray(0, size);
}

function hex(bytes) {
  return Buffer.from(bytes).toString('hex');
}

function keep(key) {
  hold.key = key;
  hold.dispose.push(() => key.dispose());
}

function encryptAndDecrypt(key, size) {
  const box = key.encrypt(new Uint8Array(size).fill(7));
  if (key.decrypt(box).length !== size) throw new Error('decryption failed');
  return hex(box.subarray(0, nonceBytes));
}

function generate() {
  keep(DataKey.generate());
  giveAway(hold.key.exportPlaintext());
  return { nonces: [encryptAndDecrypt(hold.key, smallBytes)] };
}

function importKey() {
  keep(DataKey.import(takeIn(32), { wipe: true }));
  return { nonces: [encryptAndDecrypt(hold.key, smallBytes)] };
}

async function use() {
  const nonces = [smallBytes, largeBytes].map((size) => encryptAndDecrypt(hold.key, size));
  const box = await hold.key.encryptAsync(new Uint8Array(asyncBytes));
  await hold.key.decryptAsync(box);
  nonces.push(hex(box.subarray(0, nonceBytes)));
  box[box.length - 1] ^= 1;
  await hold.key.decryptAsync(box).catch(() => {});
  nonces.push(await useInWorker(true), await useInWorker(false));
  return { nonces, messageIds: await useInMessages() };
}

/** Messages in memory, on threads and in pieces, there and back, and refused. */
async function useInMessages() {
  const one = Uint8Array.of(1);
  const encryptedDataKeys = [{ providerId: 'test', providerInfo: one, ciphertext: one }];
  const writer = new MessageWriter({ dataKey: hold.key, encryptedDataKeys });
  const encryptor = writer.encryptor();
  const pieces = [encryptor.header, encryptor.update(new Uint8Array(largeBytes - 1))];
  pieces.push(encryptor.finish());
  const messages = [
    ...[smallBytes, largeBytes].map((size) => writer.encrypt(new Uint8Array(size))),
    await writer.encryptAsync(new Uint8Array(asyncBytes), 2).done,
    Buffer.concat(pieces),
  ];
  writer.dispose();
  for (const message of messages) await decryptInEveryForm(message);
  return messages.map((message) => hex(parseMessageHeader(message).messageId));
}

async function decryptInEveryForm(message) {
  decryptMessage(hold.key, message);
  await decryptMessageAsync(hold.key, message, { threads: 2 }).done;
  const header = parseMessageHeader(message);
  const decryptor = new MessageDecryptor(hold.key, header);
  await decryptor.update(message.subarray(header.lengthBytes));
  decryptor.finish();
  message[message.length - 1] ^= 1;
  await decryptMessageAsync(hold.key, message).done.catch(() => {});
}

function useInWorker(dispose) {
  const workerData = { token: hold.key.share(), dispose };
  const worker = new Worker(new URL('key_user.mjs', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    let nonce;
    worker.on('message', (message) => {
      nonce = message;
      if (!dispose) worker.terminate();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve(nonce));
  });
}

function openKmsKey(rootKeyFile) {
  const storeId = new Uint8Array(16).fill(1);
  const keyId = new Uint8Array(16).fill(2);
  addon().rootKeyCreateFile(rootKeyFile);
  const root = addon().rootKeyFromFile(rootKeyFile, storeId);
  const created = addon().kmsKeyCreate(root, 0, keyId);
  const { keyMaterialId, wrappedKeyMaterial } = created;
  const opened = addon().kmsKeyOpen(root, 0, keyId, keyMaterialId, wrappedKeyMaterial);
  hold.dispose.push(() => addon().rootKeyDispose(root));
  hold.dispose.push(() => addon().kmsKeyDispose(created.handle));
  hold.dispose.push(() => addon().kmsKeyDispose(opened));
  const sealed = addon().rootKeySeal(root, new Uint8Array(100), storeId);
  addon().rootKeyUnseal(root, sealed, storeId);
  return { created, opened, sealed };
}

function kms(rootKeyFile) {
  const { created, opened, sealed } = openKmsKey(rootKeyFile);
  const blob = new Uint8Array(144);
  const handle = addon().kmsKeyNewDataKey(created.handle, blob, undefined);
  const again = addon().kmsKeyOpenDataKey(opened, blob, undefined);
  hold.dispose.push(
    () => addon().dataKeyDispose(handle),
    () => addon().dataKeyDispose(again),
  );
  const outBlob = new Uint8Array(144);
  giveAway(addon().kmsKeyGenerateDataKey(created.handle, 32, outBlob, undefined));
  giveAway(addon().kmsKeyDecrypt(opened, outBlob, undefined));
  const many = useInBatches(created.handle, opened, outBlob);
  return {
    keyMaterialId: hex(created.keyMaterialId),
    wrappedKeyMaterial: hex(created.wrappedKeyMaterial),
    blobs: [blob, outBlob, ...many].map(hex),
    sealedNonce: hex(sealed.subarray(0, nonceBytes)),
  };
}

function useInBatches(key, opened, blob) {
  const made = new Uint8Array(2 * 144);
  const blobs = [made.subarray(0, 144), made.subarray(144)];
  const handles = [
    ...addon().kmsKeyNewDataKeys(key, made, undefined),
    ...addon().kmsKeyOpenDataKeys(opened, blobs, undefined),
  ];
  hold.dispose.push(...handles.map((handle) => () => addon().dataKeyDispose(handle)));
  const moved = addon().kmsKeyReEncrypt(key, blob, undefined, opened, undefined);
  return [...blobs, moved, ...addon().kmsKeyReEncrypts(key, blobs, undefined, opened, undefined)];
}

function passphrase(size) {
  const salt = new Uint8Array(16).fill(3);
  const root = addon().rootKeyFromPassphrase(takeIn(Number(size)), salt, 8192, 2, 1, salt);
  hold.dispose.push(() => addon().rootKeyDispose(root));
  return {};
}

// In ordinary memory: the key, and its round keys in the context of a cipher of Node's own OpenSSL.
function plant() {
  const bytes = hold.key.exportPlaintext();
  hold.planted = Buffer.allocUnsafeSlow(offHeapBytes);
  hold.planted.set(bytes, 100);
  hold.cipher = createCipheriv('aes-256-gcm', bytes, new Uint8Array(12));
  hold.cipher.update(new Uint8Array(smallBytes));
  bytes.fill(0);
  return {};
}

function dispose() {
  for (const release of hold.dispose.splice(0)) release();
  return {};
}

// While the registers may still hold what the last call worked with.
function abort(size) {
  const out = new Uint8Array(Number(size));
  const box = hold.key.encrypt(out);
  const answer = `${JSON.stringify({ nonces: [hex(box.subarray(0, nonceBytes))] })}\n`;
  hold.key.decryptInto(box, out);
  writeSync(1, answer);
  process.abort();
}

const commands = {
  abort,
  generate,
  import: importKey,
  use,
  kms,
  passphrase,
  plant,
  dispose,
  memory: () => nativeInfo().memory,
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, argument] = line.split(' ');
  process.stdout.write(`${JSON.stringify(await commands[name](argument))}\n`);
}
