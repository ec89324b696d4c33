// `encrypt_file.mjs SOURCE TARGET`: prints `done`, or the error.

import { DataKey, MessageWriter } from '../../../dist/hsm/index.js';

const [source, target] = process.argv.slice(2);
const bytes = Uint8Array.of(1);
const writer = new MessageWriter({
  dataKey: DataKey.generate(),
  encryptedDataKeys: [{ providerId: 'test', providerInfo: bytes, ciphertext: bytes }],
});
try {
  await writer.encryptFile(source, target, { threads: 2 }).done;
  console.log('done');
} catch (error) {
  console.log(`${error.code} ${error.message}`);
}
