// Makes keys, and tells each once it is acknowledged, until it is refused; then tells the code of
// the refusal, and how its open Kms fares afterwards.

import { writeSync } from 'node:fs';
import { Kms } from 'keystead';

const [path, byte] = process.argv.slice(2);
const kms = await Kms.open({ path, rootKey: () => new Uint8Array(32).fill(Number(byte)) });
const client = kms.client();
const codeOf = (work) =>
  work.then(
    () => 'done',
    ({ code }) => code,
  );
let KeyId;
try {
  for (;;) {
    ({ KeyId } = (await client.createKey({})).KeyMetadata);
    writeSync(1, `${KeyId}\n`);
  }
} catch (error) {
  writeSync(1, `${error.code}\n`);
}
const works = [
  client.encrypt({ KeyId, Plaintext: Uint8Array.of(1) }),
  client.disableKey({ KeyId }),
  kms.rekey(() => new Uint8Array(32).fill(9)),
];
for (const work of works) writeSync(1, `${await codeOf(work)}\n`);
await kms.close();
