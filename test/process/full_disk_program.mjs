// Makes keys until the store's file cannot grow, tells how that failed, and goes on: a failed write
// must end neither the process nor the store.

import { Kms } from 'keystead';

const keysMax = 10_000;

const kms = await Kms.open({ path: process.argv[2] });
const client = kms.client();
let last;
try {
  for (let i = 0; i < keysMax; i++) {
    last = (await client.createKey({ Description: 'x'.repeat(4000) })).KeyMetadata.KeyId;
  }
} catch (error) {
  console.log(error.code);
  console.log(error.message);
}
// Rejections that nobody handled end the process within this time.
await new Promise((resolve) => setTimeout(resolve, 100));
await client.encrypt({ KeyId: last, Plaintext: Uint8Array.of(1) });
await kms.close();
const again = await Kms.open({ path: process.argv[2] });
await again.client().encrypt({ KeyId: last, Plaintext: Uint8Array.of(1) });
await again.close();
console.log('closed');
