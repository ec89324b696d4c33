// `file_in_work.mjs WAY MILLISECONDS SOURCE TARGET MESSAGE PLAINTEXT`: encrypts SOURCE to TARGET,
// decrypts MESSAGE (under the key of ones) to PLAINTEXT, says `started`, and ends meanwhile.

import { DataKey, MessageFile, MessageWriter } from '../../../dist/hsm/index.js';

const [way, delay, source, target, message, plaintext] = process.argv.slice(2);
const bytes = Uint8Array.of(1);
const dataKey = DataKey.import(new Uint8Array(32).fill(1));
const encryptedDataKeys = [{ providerId: 'test', providerInfo: bytes, ciphertext: bytes }];
const writer = new MessageWriter({ dataKey, encryptedDataKeys });
const file = await MessageFile.open(message);
const options = { threads: 2 };
const works = [
  writer.encryptFile(source, target, options).done,
  file.decryptTo(dataKey, plaintext, options).done,
];

const ways = {
  exit: () => process.exit(7),
  exitAfterDispose() {
    writer.dispose();
    dataKey.dispose();
    file.close();
    process.exit(7);
  },
  exitCode() {
    process.exitCode = 7;
    return Promise.all(works);
  },
  throw() {
    throw new Error('on purpose');
  },
  kill: () => process.kill(process.pid, 'SIGKILL'),
};
console.log('started');
setTimeout(ways[way], Number(delay));
