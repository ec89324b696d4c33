// Engines: an opened store with its root key and its keys. Opens of one folder in a process share
// one engine, which closes with the last of them. A folder that was deleted and made anew is another
// one.

import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDate } from 'node:util/types';
import { auditRewraps } from './audit/audit_key.js';
import { KeysteadError } from './errors.js';
import type { Addon } from './hsm/index.js';
import { addon } from './hsm/index.js';
import { iamRewraps } from './iam/iam_rewraps.js';
import { Identities } from './iam/identities.js';
import { StoreCredentials } from './iam/store_credentials.js';
import type { RegistryGround } from './keys/registry.js';
import { KeyRegistry } from './keys/registry.js';
import { keyRewraps, rekey } from './keys/rekey.js';
import type { HeldRootKey, RootKeySource } from './keys/root_key.js';
import { unlockStore } from './keys/root_key.js';
import { UsageTracker } from './keys/usage.js';
import type { CheckedOpenOptions } from './kms_options.js';
import type { Engine } from './operations/operation.js';
import { fileIdentity } from './store/file_identity.js';
import { makeFolders } from './store/folder.js';
import { type LmdbShared, LmdbStore } from './store/lmdb.js';
import { MemoryStore } from './store/memory.js';
import type { Store } from './store/store.js';
import type { StoreEpoch } from './store/store_epoch.js';
import type { StoreGate } from './store/store_gate.js';
import { Turns } from './store/turns.js';
import { Upkeep } from './upkeep.js';

/** The name of the database in a store's folder. */
export const databaseFile = 'keystead.lmdb';
const epochFile = 'keystead.epoch';
const rootKeyFile = 'root.key';
const rootKeySizeBytes = 32;

/** The users, roles and access keys of an opened store. */
export interface IamParts {
  readonly identities: Identities;
  readonly credentials: StoreCredentials;
}

/** An engine on loan: `release` gives it back, once. */
export interface EngineLease {
  readonly engine: Engine;
  readonly iam: IamParts;
  readonly upkeep: Upkeep;
  /** Not sealed: what backups copy. */
  readonly store: Store;
  /** See {@link rekey}. */
  rekey(source: RootKeySource): Promise<void>;
  release(): Promise<void>;
}

interface OpenEngine {
  readonly engine: Engine;
  readonly iam: IamParts;
  readonly upkeep: Upkeep;
  readonly store: Store;
  readonly rootKey: HeldRootKey;
  readonly clock: (() => Date) | undefined;
  leases: number;
}

/** By the real path of the folder. */
const openEngines = new Map<string, OpenEngine>();
/** Opens and closes of one folder take turns. */
const turns = new Turns();

/**
 * @throws KeysteadError ERR_ROOT_KEY, ERR_STORE, ERR_STORE_CORRUPT; ERR_INVALID_ARGUMENT for a
 * second clock
 */
export async function leaseEngine(options: CheckedOpenOptions): Promise<EngineLease> {
  const hsm = addon();
  hsm.start();
  const { path, clock } = options;
  if (path === undefined) {
    const open = await openEngine(
      hsm,
      new MemoryStore(),
      options.rootKey ?? randomRootKey(hsm),
      clock,
    );
    return toLease(open, () => closeEngine(hsm, open));
  }
  const folder = await makeFolder(path);
  const source = options.rootKey ?? { keyFile: join(folder, rootKeyFile) };
  const open = await turns.take(folder, () => shareEngine(hsm, folder, source, clock));
  return toLease(open, () => turns.take(folder, () => releaseEngine(hsm, folder, open)));
}

function toLease(open: OpenEngine, release: () => Promise<void>): EngineLease {
  const { engine, iam, upkeep, store, rootKey } = open;
  const { hsm, registry } = engine;
  const target = {
    hsm,
    rootKey,
    store: registry.ground.store,
    rewraps: { ...keyRewraps, ...iamRewraps, ...auditRewraps },
  };
  return { engine, iam, upkeep, store, rekey: (source) => rekey(target, source), release };
}

function randomRootKey(hsm: Addon): RootKeySource {
  return () => hsm.randomKeyBytes(rootKeySizeBytes);
}

async function makeFolder(path: string): Promise<string> {
  try {
    await makeFolders(resolve(path));
    return await realpath(path);
  } catch (cause) {
    throw new KeysteadError(
      'ERR_STORE',
      `the store's folder cannot be used: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/**
 * Who joins an open engine shows the store's root key all the same. An engine whose folder was made
 * anew, or whose store another process locked to another root key, is left to those who have it.
 */
async function shareEngine(
  hsm: Addon,
  folder: string,
  source: RootKeySource,
  clock: (() => Date) | undefined,
): Promise<OpenEngine> {
  const known = openEngines.get(folder);
  if (known?.store.isInPlace() === true) {
    const isCurrent = await showRootKey(hsm, known, source);
    if (isCurrent && clock !== undefined && clock !== known.clock) throw secondClock();
    if (isCurrent) known.leases += 1;
    if (isCurrent) return known;
  }
  const open = await openEngine(hsm, await openFolder(hsm, folder), source, clock);
  openEngines.set(folder, open);
  return open;
}

/**
 * @returns whether the engine holds the store's root key too
 * @throws KeysteadError ERR_ROOT_KEY when the source does not give it
 */
async function showRootKey(
  hsm: Addon,
  { store, engine }: OpenEngine,
  source: RootKeySource,
): Promise<boolean> {
  const shown = await unlockStore(hsm, store, source);
  hsm.rootKeyDispose(shown.rootKey.handle);
  return engine.registry.ground.store.hasLockOf(shown.store);
}

/** The store in a folder that exists. @throws KeysteadError ERR_STORE, ERR_STORE_CORRUPT */
export function openFolder(hsm: Addon, folder: string): Promise<LmdbStore> {
  const share = () => openShared(hsm, join(folder, epochFile));
  return LmdbStore.open(join(folder, databaseFile), share);
}

/** What all who open a database share, in one file beside it. @throws KeysteadError ERR_STORE */
export function openShared(hsm: Addon, file: string): LmdbShared {
  const epoch = openEpoch(hsm, file);
  try {
    return { epoch, gate: openGate(hsm, file) };
  } catch (error) {
    epoch.close();
    throw error;
  }
}

/** The epoch in a file, which all who open it share. @throws KeysteadError ERR_STORE */
export function openEpoch(hsm: Addon, file: string): StoreEpoch {
  const handle = hsm.epochFileOpen(file);
  const identity = fileIdentity(file);
  return {
    read: () => hsm.epochFileRead(handle),
    raise: () => hsm.epochFileRaise(handle),
    settle: (raised) => void hsm.epochFileSettle(handle, raised),
    isInPlace: () => fileIdentity(file) === identity,
    close: () => hsm.epochFileClose(handle),
  };
}

/** The gate on a file that is there. @throws KeysteadError ERR_STORE */
function openGate(hsm: Addon, file: string): StoreGate {
  const handle = hsm.fileLockOpen(file);
  return {
    tryTake: () => hsm.fileLockTryTake(handle),
    release: () => hsm.fileLockRelease(handle),
    holdAtEnd: () => hsm.fileLockHoldAtEnd(handle),
    close: () => hsm.fileLockClose(handle),
  };
}

async function openEngine(
  hsm: Addon,
  store: Store,
  source: RootKeySource,
  clock: (() => Date) | undefined,
): Promise<OpenEngine> {
  try {
    const { store: sealed, rootKey } = await unlockStore(hsm, store, source);
    const nowMs = clock === undefined ? Date.now : () => readClock(clock);
    const { engine, iam, upkeep } = makeEngine({ hsm, rootKey, store: sealed, nowMs });
    return { engine, iam, upkeep, store, rootKey, clock, leases: 1 };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What stands on an unlocked store. */
export function makeEngine(ground: RegistryGround): {
  engine: Engine;
  iam: IamParts;
  upkeep: Upkeep;
} {
  const registry = new KeyRegistry(ground);
  const usage = new UsageTracker(ground.store);
  const upkeep = new Upkeep(registry, usage);
  const identities = new Identities(ground);
  const engine = {
    hsm: ground.hsm,
    registry,
    usage,
    findUniqueIds: (arns: readonly string[]) => identities.findUniqueIds(arns),
    wakeDueJobs: () => upkeep.wake(),
  };
  return { engine, iam: { identities, credentials: new StoreCredentials(identities) }, upkeep };
}

function readClock(clock: () => Date): number {
  const time: unknown = clock();
  if (isDate(time) && !Number.isNaN(time.getTime())) return time.getTime();
  throw new KeysteadError('ERR_INVALID_ARGUMENT', '`clock` must give a valid Date');
}

async function releaseEngine(hsm: Addon, folder: string, open: OpenEngine): Promise<void> {
  open.leases -= 1;
  if (open.leases > 0) return;
  if (openEngines.get(folder) === open) openEngines.delete(folder);
  await closeEngine(hsm, open);
}

/**
 * The store waits for its commits first; whoever still waits for an answer then finds keys closed,
 * not half open.
 */
async function closeEngine(
  hsm: Addon,
  { engine, iam, upkeep, store, rootKey }: OpenEngine,
): Promise<void> {
  await upkeep.stop();
  try {
    await store.close();
  } finally {
    engine.registry.close();
    iam.credentials.close();
    hsm.rootKeyDispose(rootKey.handle);
  }
}

function secondClock(): KeysteadError {
  return new KeysteadError(
    'ERR_INVALID_ARGUMENT',
    'the store is open in this process with another `clock`',
  );
}
