// The key that the lines of a store's audit trail are authenticated with: made once inside the HSM
// core, stored wrapped.

import { isDecryptionFailure } from '../errors.js';
import type { Addon, AuditKeyHandle } from '../hsm/index.js';
import { decodeRecord, encodeRecord } from '../keys/key_record.js';
import type { Rewrap } from '../keys/rekey.js';
import type { HeldRootKey } from '../keys/root_key.js';
import { openUnder } from '../keys/root_key.js';
import type { SealedStore } from '../store/sealed_store.js';
import { corruptRecord } from '../store/sealed_store.js';
import type { AuditMac } from './chain.js';

const recordFormat = 1;
const auditKeyPath = 'audit/key';

interface AuditKeyRecord {
  readonly format: typeof recordFormat;
  /** Wrapped under the root key, Base64. */
  readonly wrapped: string;
}

/** An opened audit key. */
export interface AuditKey {
  readonly mac: AuditMac;
  dispose(): void;
}

/** Opens the store's audit key; makes it at first use. @throws KeysteadError ERR_STORE_CORRUPT */
export async function openAuditKey(
  hsm: Addon,
  rootKey: HeldRootKey,
  store: SealedStore,
): Promise<AuditKey> {
  const wrapped = (await readWrapped(store)) ?? (await makeWrapped(hsm, rootKey, store));
  const handle = open(hsm, rootKey, wrapped);
  return {
    mac: (bytes) => hsm.auditKeyMac(handle, bytes),
    dispose: () => hsm.auditKeyDispose(handle),
  };
}

/** What a change of the root key does to the record. */
export const auditRewraps: Readonly<Record<string, Rewrap>> = {
  [auditKeyPath]: (hsm, from, to, _, value) => {
    const { wrapped } = decodeRecord<AuditKeyRecord>(value, recordFormat);
    return encode(hsm.auditKeyRewrap(from, to, new Uint8Array(Buffer.from(wrapped, 'base64'))));
  },
};

async function readWrapped(store: SealedStore): Promise<Uint8Array | undefined> {
  const sealed = await store.get(auditKeyPath);
  if (sealed === undefined) return undefined;
  const { wrapped } = decodeRecord<AuditKeyRecord>(sealed.value, recordFormat);
  return new Uint8Array(Buffer.from(wrapped, 'base64'));
}

async function makeWrapped(
  hsm: Addon,
  rootKey: HeldRootKey,
  store: SealedStore,
): Promise<Uint8Array> {
  const { lock } = store;
  const made = hsm.auditKeyCreate(rootKey.handle);
  const change = { path: auditKeyPath, before: undefined, after: encode(made) };
  if ((await store.commit([change], lock)) !== undefined) return made;
  if (store.lock !== lock) return makeWrapped(hsm, rootKey, store);
  // Another process was faster.
  const theirs = await readWrapped(store);
  if (theirs === undefined) throw corruptRecord(auditKeyPath);
  return theirs;
}

function open(hsm: Addon, rootKey: HeldRootKey, wrapped: Uint8Array): AuditKeyHandle {
  try {
    return openUnder(rootKey, (handle) => hsm.auditKeyOpen(handle, wrapped));
  } catch (cause) {
    throw isDecryptionFailure(cause) ? corruptRecord(auditKeyPath) : cause;
  }
}

function encode(wrapped: Uint8Array): Uint8Array {
  const text = Buffer.from(wrapped).toString('base64');
  const record: AuditKeyRecord = { format: recordFormat, wrapped: text };
  return encodeRecord(record);
}
