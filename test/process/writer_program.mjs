// Makes keys with aliases for ever, and tells each once it is acknowledged, in a write that has
// left the process when it returns: whoever kills the process knows what must be there.

import { writeSync } from 'node:fs';
import { Kms } from 'keystead';

const [path, prefix] = process.argv.slice(2);
const client = (await Kms.open({ path })).client();
writeSync(1, 'open\n');
for (let i = 0; ; i++) {
  const { KeyMetadata } = await client.createKey();
  writeSync(1, `${KeyMetadata.KeyId}\n`);
  const AliasName = `alias/${prefix}-${i}`;
  await client.createAlias({ AliasName, TargetKeyId: KeyMetadata.KeyId });
  writeSync(1, `${AliasName}\n`);
}
