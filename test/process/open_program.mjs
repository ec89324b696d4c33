// Waits for a line on standard input, opens the store, makes a key with an alias of its own, and
// tells the key's ARN.

import { once } from 'node:events';
import { Kms } from 'keystead';

const [path, aliasName] = process.argv.slice(2);
await once(process.stdin, 'data');
const kms = await Kms.open({ path });
const client = kms.client();
const { KeyMetadata } = await client.createKey();
await client.createAlias({ AliasName: aliasName, TargetKeyId: KeyMetadata.KeyId });
console.log(KeyMetadata.Arn);
await kms.close();
process.stdin.destroy();
