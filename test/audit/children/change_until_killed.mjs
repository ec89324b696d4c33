// Makes keys, several at a time, and tells of each that was acknowledged, until it is killed.

import { Kms } from 'keystead';

const kms = await Kms.open({ path: process.argv[2], audit: true });
const client = kms.client();
const make = async () => {
  for (;;) {
    const { KeyMetadata } = await client.createKey();
    process.stdout.write(`${KeyMetadata.Arn}\n`);
  }
};
await Promise.all([make(), make(), make(), make()]);
