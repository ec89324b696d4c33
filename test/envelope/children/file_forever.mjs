// Encrypts or decrypts one file over and over, and tells each time that it begins, in a write that
// has left the process: whoever kills the process knows that it was at work.

import { rmSync, writeSync } from 'node:fs';
import { Envelope, Kms } from 'keystead';

const [store, keyId, work, source, target] = process.argv.slice(2);
const kms = await Kms.open({ path: store });
const envelope = new Envelope({ kms: kms.client(), keyId, discovery: true });
for (;;) {
  rmSync(target, { force: true });
  writeSync(1, 'begins\n');
  await envelope[work](source, target, { threads: 2 });
}
