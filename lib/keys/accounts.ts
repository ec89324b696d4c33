// The accounts of a store, for the few who know a key's id and not whose it is.

import { keyPathPrefix } from './key_record.js';
import type { KmsKey } from './kms_key.js';
import type { KeyRegistry } from './registry.js';

/**
 * Finds a key of a Region by its id alone. It costs a look at each account: whoever means a key of
 * another account should name it by its ARN.
 */
export async function findInAnyAccount(
  registry: KeyRegistry,
  region: string,
  keyId: string,
): Promise<KmsKey | undefined> {
  for await (const account of accountsOf(registry)) {
    const key = await registry.find({ account, region, keyId });
    if (key !== undefined) return key;
  }
  return undefined;
}

/** The accounts that have keys. */
async function* accountsOf({ ground }: KeyRegistry): AsyncGenerator<string, void, undefined> {
  let after = keyPathPrefix;
  for (;;) {
    const [first] = await ground.store.range({ prefix: keyPathPrefix, after, limit: 1 });
    if (first === undefined) return;
    const account = first.path.slice(keyPathPrefix.length).split('/', 1)[0] as string;
    yield account;
    // Behind all Regions of the account.
    after = `${keyPathPrefix}${account}/~`;
  }
}
