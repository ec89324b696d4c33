// Changes the root key of a store between two, so many times or for ever, and says each time that it
// begins and that it is done.

import { writeSync } from 'node:fs';
import { Kms } from 'keystead';

const [path, fromByte, toByte, turns = Number.POSITIVE_INFINITY] = process.argv.slice(2);
const [from, to] = [fromByte, toByte].map((byte) => () => new Uint8Array(32).fill(Number(byte)));

const kms = await Kms.open({ path, rootKey: from });
for (let turn = 0; turn < Number(turns); turn++) {
  writeSync(1, 'begin\n');
  await kms.rekey(turn % 2 === 0 ? to : from);
  writeSync(1, 'done\n');
}
await kms.close();
