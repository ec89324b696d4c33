// Changing the root key of a store: every record is sealed anew and all key material wrapped anew, in
// one transaction. Killed at any point, the store is wholly under the one key or wholly under the
// other.

import { setImmediate } from 'node:timers/promises';
import { isDecryptionFailure } from '../errors.js';
import type { Addon, RootKeyHandle } from '../hsm/index.js';
import { parseKeyId } from '../key_id.js';
import type { SealedStore } from '../store/sealed_store.js';
import { corruptRecord } from '../store/sealed_store.js';
import type { KeyMaterialRecord } from './key_record.js';
import { decodeKeyRecord, encodeKeyRecord, keyPathPrefix } from './key_record.js';
import type { HeldRootKey, RootKeySource } from './root_key.js';
import { newLock, sealUnder } from './root_key.js';

/** The contents of a path's record under another root key: wrapped keys in it are rewrapped. */
export type Rewrap = (
  hsm: Addon,
  from: RootKeyHandle,
  to: RootKeyHandle,
  path: string,
  value: Uint8Array,
) => Uint8Array;

/** What a change of the root key works on. */
export interface RekeyGround {
  readonly hsm: Addon;
  readonly rootKey: HeldRootKey;
  readonly store: SealedStore;
  /** By the prefix of the paths whose records hold wrapped keys. */
  readonly rewraps: Readonly<Record<string, Rewrap>>;
}

/**
 * Locks the store to another root key; what is held is the new one afterwards. Processes that have
 * the store open under the old one must open it anew. This process does nothing else meanwhile.
 *
 * @throws KeysteadError ERR_ROOT_KEY, ERR_STORE_CORRUPT, ERR_STORE
 */
export async function rekey(target: RekeyGround, source: RootKeySource): Promise<void> {
  const { hsm, rootKey, store } = target;
  const { bytes: bootstrap, handle } = await newLock(hsm, source, store.storeId);
  const seal = sealUnder(hsm, { handle });
  const renew = (path: string, value: Uint8Array) => rewrap(target, handle, path, value);
  let unused = handle;
  try {
    await store.relock(async (reseal) => {
      rootKey.other = handle;
      await reseal({ seal, bootstrap, renew }, () => {
        unused = rootKey.handle;
        rootKey.handle = handle;
        rootKey.other = unused;
      });
      // What was read before is used within the same turn.
      await setImmediate();
    });
  } finally {
    rootKey.other = undefined;
    hsm.rootKeyDispose(unused);
  }
}

function rewrap(
  { hsm, rootKey, rewraps }: RekeyGround,
  to: RootKeyHandle,
  path: string,
  value: Uint8Array,
): Uint8Array {
  const one = Object.entries(rewraps).find(([prefix]) => path.startsWith(prefix))?.[1];
  try {
    return one === undefined ? value : one(hsm, rootKey.handle, to, path, value);
  } catch (cause) {
    throw isDecryptionFailure(cause) ? corruptRecord(path) : cause;
  }
}

/** Key records hold wrapped key material. */
export const keyRewraps: Readonly<Record<string, Rewrap>> = {
  [keyPathPrefix]: (hsm, from, to, path, value) => {
    const record = decodeKeyRecord(value);
    const { kind, bytes } = parseKeyId(path.slice(path.lastIndexOf('/') + 1));
    const rewrapOne = (material: KeyMaterialRecord): KeyMaterialRecord => {
      const id = new Uint8Array(Buffer.from(material.keyMaterialId, 'hex'));
      const wrapped = new Uint8Array(Buffer.from(material.wrapped, 'base64'));
      const rewrapped = hsm.kmsKeyRewrap(from, to, kind, bytes, id, wrapped);
      return { ...material, wrapped: Buffer.from(rewrapped).toString('base64') };
    };
    return encodeKeyRecord({ ...record, keyMaterials: record.keyMaterials.map(rewrapOne) });
  },
};
