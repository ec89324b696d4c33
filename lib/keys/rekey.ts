// Changing the root key of a store: every record is sealed anew and all key material wrapped anew, in
// one transaction. Killed at any point, the store is wholly under the one key or wholly under the
// other.

import { KeysteadError } from '../errors.js';
import type { Addon, RootKeyHandle } from '../hsm/index.js';
import { parseKeyId } from '../key_id.js';
import { bootstrapPath, decodeBootstrap } from '../store/bootstrap.js';
import type { SealedStore } from '../store/sealed_store.js';
import { checkPath, corruptRecord } from '../store/sealed_store.js';
import type { Store, StoreChange, StoreEntry } from '../store/store.js';
import type { KeyMaterialRecord } from './key_record.js';
import { decodeKeyRecord, encodeKeyRecord, keyPathPrefix } from './key_record.js';
import type { HeldRootKey, NewLock, RootKeySource } from './root_key.js';
import { newLock, sealUnder } from './root_key.js';

/** Each failed attempt means that somebody else changed something meanwhile. */
const attemptsMax = 20;

/** The record of a path as it must read under another root key: wrapped keys in it are rewrapped. */
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
  /** Not sealed. */
  readonly ground: Store;
  readonly store: SealedStore;
  /** By the prefix of the paths whose records hold wrapped keys. */
  readonly rewraps: Readonly<Record<string, Rewrap>>;
}

/**
 * Locks the store to another root key; what is held is the new one afterwards. Processes that have
 * the store open under the old one must open it anew.
 *
 * @throws KeysteadError ERR_ROOT_KEY, ERR_STORE_CORRUPT; ERR_STORE when others never cease to write
 */
export async function rekey(target: RekeyGround, source: RootKeySource): Promise<void> {
  const { hsm, rootKey, ground, store } = target;
  const found = await ground.get(bootstrapPath);
  if (found === undefined) throw corruptRecord(bootstrapPath);
  const lock = await newLock(hsm, source, decodeBootstrap(found).storeId);
  let unused = lock.handle;
  try {
    await store.relock(async () => {
      rootKey.next = lock.handle;
      const check = await replaceLock(target, lock);
      unused = rootKey.handle;
      rootKey.handle = lock.handle;
      return check;
    });
  } finally {
    rootKey.next = undefined;
    hsm.rootKeyDispose(unused);
  }
}

/** @returns the new check record */
async function replaceLock(target: RekeyGround, lock: NewLock): Promise<Uint8Array> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const entries = await target.ground.range({ prefix: '' });
    const changes = entries.map((entry) => relock(target, lock, entry));
    const check = changes.find(({ path }) => path === checkPath)?.after;
    if (check === undefined) throw corruptRecord(checkPath);
    if (await target.ground.commit(changes)) return check;
  }
  throw new KeysteadError('ERR_STORE', 'the store is being changed all the time: try again');
}

function relock(
  { hsm, rootKey, store, rewraps }: RekeyGround,
  { bytes, handle }: NewLock,
  { path, value: before }: StoreEntry,
): StoreChange {
  if (path === bootstrapPath) return { path, before, after: bytes };
  const { value, version } = store.openRecord(path, before);
  const rewrap = Object.entries(rewraps).find(([prefix]) => path.startsWith(prefix))?.[1];
  const renewed = rewrap === undefined ? value : rewrap(hsm, rootKey.handle, handle, path, value);
  const sealed = store.under(sealUnder(hsm, { handle }));
  const after = path === checkPath ? bytes : renewed;
  return { path, before, after: sealed.sealRecord(path, version + 1n, after) };
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
