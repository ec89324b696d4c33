// An engine in memory whose store the test can reach: to put a key into a state that no operation
// leads to yet, and to damage records.

import { accountRootArn } from '../../lib/arn.js';
import { addon } from '../../lib/hsm/index.js';
import {
  decodeKeyRecord,
  encodeKeyRecord,
  type KeyRecord,
  keyPath,
} from '../../lib/keys/key_record.js';
import { KeyRegistry } from '../../lib/keys/registry.js';
import { unlockStore } from '../../lib/keys/root_key.js';
import { KmsClient } from '../../lib/kms_client.js';
import { MemoryStore } from '../../lib/store/memory.js';

export const account = '111122223333';
export const region = 'eu-central-1';
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export async function openEngine(cacheSize?: number) {
  const hsm = addon();
  const ground = new MemoryStore();
  const { store, rootKey } = await unlockStore(hsm, ground, () => hsm.randomKeyBytes(32));
  const newRegistry = () => new KeyRegistry({ hsm, rootKey, store, nowMs: () => nowMs, cacheSize });
  let registry = newRegistry();

  function client(scope: { account?: string; region?: string } = {}): KmsClient {
    const names = registry.names(scope.account ?? account, scope.region ?? region);
    const principal = { account: names.account, arn: accountRootArn(names.account) };
    return new KmsClient({ engine: { hsm, registry }, principal, names, assertOpen: () => {} });
  }

  /** Changes a key's record as another process would, and forgets what is cached. */
  async function change(keyId: string, changes: Partial<KeyRecord>): Promise<void> {
    const path = keyPath(account, region, keyId);
    const before = await store.get(path);
    if (before === undefined) throw new Error(`no key ${keyId}`);
    const after = encodeKeyRecord({ ...decodeKeyRecord(before.value), ...changes });
    if ((await store.commit([{ path, before, after }])) === undefined)
      throw new Error('not changed');
    registry = newRegistry();
  }

  return { hsm, ground, store, rootKey, registry, client, change };
}

export type TestEngine = Awaited<ReturnType<typeof openEngine>>;

/** What a rejected operation tells. */
export function refusal(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  return work.then(
    () => {
      throw new Error('was accepted');
    },
    ({ code, message }) => ({ code, message }),
  );
}

/** What every failure of a decryption looks like. */
export const invalidCiphertext = { code: 'InvalidCiphertextException', message: '' };
