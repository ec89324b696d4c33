// An engine in memory whose store the test can reach: to put a key into a state that no operation
// leads to yet, and to damage records.

import { defaultKeyPolicy } from '../../lib/authorization/index.js';
import { makeCaller } from '../../lib/caller.js';
import { checkClientOptions, type KmsClientOptions } from '../../lib/client_options.js';
import { makeEngine } from '../../lib/engine.js';
import { addon } from '../../lib/hsm/index.js';
import {
  decodeKeyRecord,
  encodeKeyRecord,
  type KeyRecord,
  keyPath,
  type NewKey,
} from '../../lib/keys/key_record.js';
import type { KmsKey } from '../../lib/keys/kms_key.js';
import { unlockStore } from '../../lib/keys/root_key.js';
import { KmsClient } from '../../lib/kms_client.js';
import { MemoryStore } from '../../lib/store/memory.js';

export const account = '111122223333';
export const region = 'eu-central-1';
export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A customer's key as the registry makes it. */
export const newKey: NewKey = {
  description: '',
  keyManager: 'CUSTOMER',
  policy: defaultKeyPolicy(account),
  policyBindings: {},
  tags: [],
};

export async function openEngine(cacheSize?: number) {
  const hsm = addon();
  const ground = new MemoryStore();
  const { store, rootKey } = await unlockStore(hsm, ground, () => hsm.randomKeyBytes(32));
  const clock = { nowMs: startMs };
  const { engine, iam, upkeep } = makeEngine({
    hsm,
    rootKey,
    store,
    nowMs: () => clock.nowMs,
    cacheSize,
  });
  const { registry } = engine;

  function client(options: KmsClientOptions = {}, strictPrincipals = false): KmsClient {
    const checked = checkClientOptions(options, { account, region });
    const callerGround = { engine, iam, strictPrincipals, assertOpen: () => {} };
    return new KmsClient(makeCaller(callerGround, checked));
  }

  /** Changes a key's record as another process would. */
  async function change(keyId: string, changes: Partial<KeyRecord>): Promise<void> {
    const path = keyPath(account, region, keyId);
    const before = await store.get(path);
    if (before === undefined) throw new Error(`no key ${keyId}`);
    const after = encodeKeyRecord({ ...decodeKeyRecord(before.value), ...changes } as KeyRecord);
    if ((await store.commit([{ path, before, after }])) === undefined)
      throw new Error('not changed');
  }

  /** Makes a key without an operation. */
  async function createKey(): Promise<KmsKey> {
    const key = await registry.createKey(registry.names(account, region), newKey);
    if (key === undefined) throw new Error('no key');
    return key;
  }

  return {
    hsm,
    ground,
    store,
    rootKey,
    registry,
    upkeep,
    engine,
    iam,
    clock,
    client,
    change,
    createKey,
  };
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
