// The root key of a store: where it comes from, and how a store is locked to it. Each form is read
// once, at open, into the HSM core's memory. Nothing is ever overwritten or made anew: a store
// without its root key stays closed.

import { isDecryptionFailure, KeysteadError } from '../errors.js';
import type { Addon, RootKeyHandle } from '../hsm/index.js';
import type { Bootstrap, PassphraseParameters } from '../store/bootstrap.js';
import { decodeBootstrap, defaultPassphraseCost, encodeBootstrap } from '../store/bootstrap.js';
import type { RecordSeal, SealedRecord } from '../store/sealed_store.js';
import { bootstrapPath, checkPath, corruptRecord, SealedStore } from '../store/sealed_store.js';
import type { Store } from '../store/store.js';

/**
 * Where the root key comes from: a file of 32 bytes (made at the first open of a new store), a
 * passphrase, or a function that gives 32 bytes, which are wiped after use.
 */
export type RootKeySource =
  | { readonly keyFile: string }
  | { readonly passphrase: string }
  | (() => Promise<Uint8Array> | Uint8Array);

/** The root key of an open store: another one after a {@link rekey}. */
export interface HeldRootKey {
  handle: RootKeyHandle;
  /**
   * During a {@link rekey}: at first the one that the store is being locked to, since others read
   * what is under it before this process has its answer; then, for a moment, the one before.
   */
  other?: RootKeyHandle | undefined;
}

/** A store and the root key that opens it. */
export interface UnlockedStore {
  readonly store: SealedStore;
  readonly rootKey: HeldRootKey;
}

const storeIdSizeBytes = 16;
const saltSizeBytes = 16;
const rootKeySizeBytes = 32;

/**
 * Unlocks the store, or, when it is empty, locks it to the root key.
 *
 * @throws KeysteadError ERR_ROOT_KEY when the root key is missing or not the store's;
 * ERR_STORE_CORRUPT
 */
export async function unlockStore(
  hsm: Addon,
  store: Store,
  source: RootKeySource,
): Promise<UnlockedStore> {
  const found = await readBootstrap(store);
  if (found !== undefined) return unlockExisting(hsm, store, source, found);
  const made = await createStore(hsm, store, source);
  if (made !== undefined) return made;
  // Another process was faster: the store is that one's, and must open under this root key too.
  const winner = await store.get(bootstrapPath);
  if (winner === undefined) throw corruptRecord(bootstrapPath);
  return unlockExisting(hsm, store, source, winner);
}

async function readBootstrap(store: Store): Promise<Uint8Array | undefined> {
  const bootstrap = await store.get(bootstrapPath);
  if (bootstrap !== undefined) return bootstrap;
  if ((await store.range({ prefix: '', limit: 1 })).length === 0) return undefined;
  // Another process may have made the store between the two reads; records without a bootstrap
  // record are damage.
  const late = await store.get(bootstrapPath);
  if (late === undefined) throw corruptRecord(bootstrapPath);
  return late;
}

async function unlockExisting(
  hsm: Addon,
  store: Store,
  source: RootKeySource,
  bytes: Uint8Array,
): Promise<UnlockedStore> {
  const bootstrap = decodeBootstrap(bytes);
  const rootKey = { handle: await readRootKey(hsm, source, bootstrap) };
  try {
    const sealed = sealedStore(hsm, store, rootKey, bootstrap);
    await verifyCheck(sealed, bytes);
    return { store: sealed, rootKey };
  } catch (error) {
    hsm.rootKeyDispose(rootKey.handle);
    throw error;
  }
}

/** @returns undefined when another process made the store meanwhile */
async function createStore(
  hsm: Addon,
  store: Store,
  source: RootKeySource,
): Promise<UnlockedStore | undefined> {
  const { bootstrap, bytes, handle } = await newLock(hsm, source);
  const rootKey = { handle };
  const sealed = sealedStore(hsm, store, rootKey, bootstrap);
  const check = sealed.sealRecord(checkPath, 1n, bytes);
  const made = await store.commit([
    { path: bootstrapPath, before: undefined, after: bytes },
    { path: checkPath, before: undefined, after: check },
  ]);
  if (made) {
    sealed.lockedBy(check);
    return { store: sealed, rootKey };
  }
  hsm.rootKeyDispose(rootKey.handle);
  return undefined;
}

/** What locks a store to a root key. */
export interface NewLock {
  readonly bootstrap: Bootstrap;
  /** Its record. */
  readonly bytes: Uint8Array;
  readonly handle: RootKeyHandle;
}

/**
 * Makes what locks a store to a root key. A key file that is not there is made first: a crash before
 * the store is locked to it leaves a key without a store, which the next one uses.
 *
 * @param storeId - of the store; undefined makes a new one
 */
export async function newLock(
  hsm: Addon,
  source: RootKeySource,
  storeId: Uint8Array = hsm.randomNonce(storeIdSizeBytes),
): Promise<NewLock> {
  if ('keyFile' in source) hsm.rootKeyCreateFile(source.keyFile);
  const bootstrap = newBootstrap(hsm, source, storeId);
  const handle = await readRootKey(hsm, source, bootstrap);
  return { bootstrap, bytes: encodeBootstrap(bootstrap), handle };
}

function newBootstrap(hsm: Addon, source: RootKeySource, storeId: Uint8Array): Bootstrap {
  if (!('passphrase' in source)) return { storeId, passphrase: undefined };
  return {
    storeId,
    passphrase: { salt: hsm.randomNonce(saltSizeBytes), ...defaultPassphraseCost },
  };
}

async function readRootKey(
  hsm: Addon,
  source: RootKeySource,
  { storeId, passphrase }: Bootstrap,
): Promise<RootKeyHandle> {
  if ('passphrase' in source !== (passphrase !== undefined))
    throw otherKind(passphrase !== undefined);
  if (typeof source === 'function')
    return hsm.rootKeyFromBytes(requireRootKeyBytes(await source()), storeId);
  if ('keyFile' in source) return hsm.rootKeyFromFile(source.keyFile, storeId);
  const { salt, memoryKiB, passes, lanes } = passphrase as PassphraseParameters;
  return hsm.rootKeyFromPassphrase(
    encodePassphrase(source.passphrase),
    salt,
    memoryKiB,
    passes,
    lanes,
    storeId,
  );
}

function requireRootKeyBytes(bytes: unknown): Uint8Array {
  if (!(bytes instanceof Uint8Array) || bytes.length !== rootKeySizeBytes) {
    throw new KeysteadError(
      'ERR_ROOT_KEY',
      'the rootKey function must give a Uint8Array of 32 bytes',
    );
  }
  return bytes;
}

/**
 * NIST SP 800-63B-4 §3.1.1.2: normalized, so that a passphrase typed on another system is the same
 * one.
 */
function encodePassphrase(passphrase: string): Uint8Array {
  const normalized = passphrase.normalize('NFKC');
  // An ArrayBuffer of its own: Buffer's pool and V8's heap would keep copies that nobody wipes.
  const bytes = new Uint8Array(new ArrayBuffer(Buffer.byteLength(normalized)));
  new TextEncoder().encodeInto(normalized, bytes);
  return bytes;
}

function sealedStore(
  hsm: Addon,
  store: Store,
  rootKey: HeldRootKey,
  { storeId }: Bootstrap,
): SealedStore {
  return new SealedStore(store, sealUnder(hsm, rootKey), storeId);
}

/** The seal under a root key, whichever is held at the moment. */
export function sealUnder(hsm: Addon, rootKey: HeldRootKey): RecordSeal {
  return {
    seal: (plaintext, aad) => hsm.rootKeySeal(rootKey.handle, plaintext, aad),
    unseal: (box, aad) => openUnder(rootKey, (handle) => hsm.rootKeyUnseal(handle, box, aad)),
  };
}

/**
 * Opens what was sealed or wrapped under the root key; during a {@link rekey}, under either of the
 * two.
 */
export function openUnder<T>(
  { handle, other }: HeldRootKey,
  open: (rootKey: RootKeyHandle) => T,
): T {
  try {
    return open(handle);
  } catch (error) {
    if (other === undefined || !isDecryptionFailure(error)) throw error;
    return open(other);
  }
}

async function verifyCheck(sealed: SealedStore, bootstrap: Uint8Array): Promise<void> {
  const check = await readCheck(sealed);
  if (check === undefined) throw corruptRecord(checkPath);
  if (Buffer.compare(check.value, bootstrap) !== 0) throw corruptRecord(bootstrapPath);
  sealed.lockedBy(check.sealed);
}

async function readCheck(sealed: SealedStore): Promise<SealedRecord | undefined> {
  try {
    return await sealed.get(checkPath);
  } catch (cause) {
    // The seal cannot tell a wrong root key from damage to this one record: the wrong key is what
    // happens to people.
    if (!(cause instanceof KeysteadError) || cause.code !== 'ERR_STORE_CORRUPT') throw cause;
    throw new KeysteadError('ERR_ROOT_KEY', "the root key is not this store's", { cause });
  }
}

function otherKind(storeHasPassphrase: boolean): KeysteadError {
  const kind = storeHasPassphrase ? 'a passphrase' : 'a root key of 32 bytes, not a passphrase';
  return new KeysteadError('ERR_ROOT_KEY', `the store was locked with ${kind}`);
}
