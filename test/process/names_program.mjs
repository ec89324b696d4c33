// Serves a parent on one store: for each alias name on standard input it makes a key with that
// alias and answers with the key's id.

import { createInterface } from 'node:readline';
import { Kms } from 'keystead';

const kms = await Kms.open({ path: process.argv[2] });
const client = kms.client();
console.log('open');
for await (const AliasName of createInterface({ input: process.stdin })) {
  const { KeyMetadata } = await client.createKey();
  await client.createAlias({ AliasName, TargetKeyId: KeyMetadata.KeyId });
  console.log(KeyMetadata.KeyId);
}
await kms.close();
