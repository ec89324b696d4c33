// Changes the root key of a store for ever, between two, and says each time that it begins and that
// it is done.

import { writeSync } from 'node:fs';
import { Kms } from 'keystead';

const [path, ...bytes] = process.argv.slice(2);
const [from, to] = bytes.map((byte) => () => new Uint8Array(32).fill(Number(byte)));

const kms = await Kms.open({ path, rootKey: from });
for (let turn = 0; ; turn++) {
  writeSync(1, 'begin\n');
  await kms.rekey(turn % 2 === 0 ? to : from);
  writeSync(1, 'done\n');
}
