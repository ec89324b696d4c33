// Counts in a key's description, and tells each number once it is acknowledged; until its standard
// input ends.

import { writeSync } from 'node:fs';
import { Kms } from 'keystead';

const [path, KeyId] = process.argv.slice(2);
const kms = await Kms.open({ path, account: '111122223333' });
const client = kms.client();
let isEnding = false;
process.stdin.on('end', () => {
  isEnding = true;
});
process.stdin.resume();
for (let n = 0; !isEnding; n++) {
  await client.updateKeyDescription({ KeyId, Description: String(n) });
  writeSync(1, `${n}\n`);
}
await kms.close();
