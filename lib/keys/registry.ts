// The keys of a store: found, opened, made, changed. One registry serves all accounts and Regions of
// an engine. It decides nothing about who may: that is for the operations.

import { aliasArn, keyArn, parseKmsArn } from '../arn.js';
import { isDecryptionFailure, KmsError } from '../errors.js';
import type { Addon, KmsKeyHandle } from '../hsm/index.js';
import {
  formatKeyId,
  isKeyId,
  keyIdKinds,
  keyIdSizeBytes,
  markAsUuid,
  parseKeyId,
} from '../key_id.js';
import type { SealedChange, SealedRecord, SealedStore, StoreLock } from '../store/sealed_store.js';
import { corruptRecord } from '../store/sealed_store.js';
import { Turns } from '../store/turns.js';
import {
  aliasesPrefix,
  aliasNamePattern,
  aliasPath,
  decodeAliasRecord,
  encodeAliasRecord,
} from './alias_record.js';
import { dueChanges, isDestructionDue } from './due.js';
import { GrantLoader } from './grant_loader.js';
import type { KeyNames } from './key_cache.js';
import { KeyCache, keyCacheSizeDefault } from './key_cache.js';
import type { KeyMaterialRecord, KeyRecord, NewKey } from './key_record.js';
import {
  completeKeyRecord,
  decodeKeyRecord,
  encodeKeyRecord,
  keyPath,
  keysPrefix,
  newKeyRecord,
} from './key_record.js';
import type { KeyLocation, KeyMaterial } from './kms_key.js';
import { KmsKey } from './kms_key.js';
import type { HeldRootKey } from './root_key.js';
import { openUnder } from './root_key.js';

/** Each failed attempt means that another writer's succeeded. */
const commitAttemptsMax = 100;

/** What a registry stands on. */
export interface RegistryGround {
  readonly hsm: Addon;
  readonly rootKey: HeldRootKey;
  readonly store: SealedStore;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** How many opened keys are kept. */
  readonly cacheSize?: number | undefined;
}

/** What becomes of a key, and of the records that change with it. */
export interface KeyPlan {
  readonly record: KeyRecord;
  readonly also?: readonly SealedChange[];
  /** What else the audit trail tells of it. */
  readonly tells?: object;
}

type PlanChange = (current: KmsKey) => Promise<KeyPlan | undefined> | KeyPlan | undefined;

/** Where a page of a list begins, and how long it is. */
export interface Page {
  /** Behind this name. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** A key in a list. */
export interface ListedKey extends KeyLocation {
  readonly isGone: boolean;
}

/** What is committed together with a change of a key. */
export type Attach = (key: KeyLocation, tells: object | undefined) => readonly SealedChange[];

const attachNothing: Attach = () => [];

export class KeyRegistry {
  readonly ground: RegistryGround;
  readonly #cache: KeyCache;
  readonly #grants: GrantLoader;
  readonly #turns: Turns;
  readonly #attach: Attach;

  /** @param shared - what another registry on the same ground knows, and what goes with its changes */
  constructor(
    ground: RegistryGround,
    shared?: { cache: KeyCache; grants: GrantLoader; turns: Turns; attach: Attach },
  ) {
    this.ground = ground;
    this.#grants = shared?.grants ?? new GrantLoader(ground.store);
    this.#turns = shared?.turns ?? new Turns();
    this.#attach = shared?.attach ?? attachNothing;
    this.#cache =
      shared?.cache ??
      new KeyCache(
        ground.cacheSize ?? keyCacheSizeDefault,
        (key) => this.#release(key),
        () => ground.store.epoch(),
      );
  }

  /** The same registry, whose changes take others along into their transactions. */
  attaching(attach: Attach): KeyRegistry {
    return new KeyRegistry(this.ground, {
      cache: this.#cache,
      grants: this.#grants,
      turns: this.#turns,
      attach,
    });
  }

  /** What callers of an account and Region call keys: the way to keys that are open already. */
  names(account: string, region: string): KeyNames {
    return this.#cache.names(account, region);
  }

  /**
   * Finds the key that a request names by key id, key ARN, alias name or alias ARN.
   *
   * @throws KmsError NotFoundException
   */
  async resolve(names: KeyNames, name: string): Promise<KmsKey> {
    const generation = this.#cache.beginGeneration();
    const location = isAlias(name) ? await this.#followAlias(names, name) : locateKey(names, name);
    const key = await this.find(location);
    if (key === undefined) throw keyNotFound(location);
    names.learn(name, key, generation);
    return key;
  }

  /** Finds a key of the callers' own account and Region by its id. */
  async findById(names: KeyNames, keyId: string): Promise<KmsKey | undefined> {
    const generation = this.#cache.beginGeneration();
    const key = await this.find({ account: names.account, region: names.region, keyId });
    if (key !== undefined) names.learn(keyId, key, generation);
    return key;
  }

  /** The key as it is stored now. A key whose waiting period is over is none. */
  async find(location: KeyLocation): Promise<KmsKey | undefined> {
    const key = await this.findEvenDue(location);
    const isGone = key !== undefined && isDestructionDue(key.record, this.ground.nowMs());
    return isGone ? undefined : key;
  }

  /** The key as it is stored now, also one that is due for destruction. */
  async findEvenDue(location: KeyLocation): Promise<KmsKey | undefined> {
    const generation = this.#cache.beginGeneration();
    const path = keyPath(location.account, location.region, location.keyId);
    const known = this.#cache.peek(path);
    if (known?.generation === generation) return known;
    const sealed = await this.ground.store.getUnlessSame(path, known?.sealed);
    if (sealed === undefined) {
      this.#cache.drop(path);
      return undefined;
    }
    const key =
      known !== undefined && sealed === known.sealed
        ? known
        : await this.#load(location, sealed, known);
    const kept = this.#cache.add(key);
    if (kept === key) kept.generation = generation;
    return kept;
  }

  /**
   * The HSM's handle of a material of the key; opens it at first use. @throws KeysteadError
   * ERR_STORE_CORRUPT
   */
  handle(key: KmsKey, material: KeyMaterial): KmsKeyHandle {
    return material.handle ?? this.#open(key, material);
  }

  /** The handle of the material that new ciphertexts are made with. */
  currentHandle(key: KmsKey): KmsKeyHandle {
    const { currentMaterial } = key;
    return currentMaterial.handle ?? this.#open(key, currentMaterial);
  }

  /**
   * Makes a key, its material inside the HSM.
   *
   * @returns undefined when an alias that was to name the key exists already
   */
  async createKey({ account, region }: KeyNames, newKey: NewKey): Promise<KmsKey | undefined> {
    const { hsm, store } = this.ground;
    const keyIdBytes = markAsUuid(hsm.randomNonce(keyIdSizeBytes));
    const location = { account, region, keyId: formatKeyId(keyIdKinds.uuid, keyIdBytes) };
    for (;;) {
      const { lock } = store;
      const written = await store.commit(await this.#firstChanges(location, newKey), lock);
      if (written?.[0] !== undefined) return this.#cache.add(new KmsKey(location, written[0]));
      if (store.lock === lock) return undefined;
    }
  }

  /** Makes a further version of a key's material. */
  newMaterial(keyIdKind: number, keyIdBytes: Uint8Array, createdAtMs: number): KeyMaterialRecord {
    const { hsm, rootKey } = this.ground;
    const made = hsm.kmsKeyCreate(rootKey.handle, keyIdKind, keyIdBytes);
    hsm.kmsKeyDispose(made.handle);
    return {
      keyMaterialId: Buffer.from(made.keyMaterialId).toString('hex'),
      wrapped: Buffer.from(made.wrappedKeyMaterial).toString('base64'),
      createdAtMs,
    };
  }

  /** What makes a key. */
  async #firstChanges(location: KeyLocation, newKey: NewKey): Promise<SealedChange[]> {
    const { store, nowMs } = this.ground;
    const { account, region, keyId } = location;
    const { kind, bytes } = parseKeyId(keyId);
    const createdAtMs = nowMs();
    const record = newKeyRecord(newKey, this.newMaterial(kind, bytes, createdAtMs));
    const alias = { targetKeyId: keyId, createdAtMs, updatedAtMs: createdAtMs };
    const after = encodeKeyRecord(record);
    return [
      { path: keyPath(account, region, keyId), before: undefined, after },
      ...record.aliasNames.map((name) => ({
        path: aliasPath(account, region, name),
        before: undefined,
        after: encodeAliasRecord(alias),
      })),
      ...(await dueChanges(store, location, undefined, record)),
      ...this.#attach(location, undefined),
    ];
  }

  /**
   * Changes a key by compare-and-swap.
   *
   * @param plan - says what shall become of the key as it is stored now, as often as others were
   * faster; undefined: nothing is to be done. Throws when the change is not allowed.
   * @returns the key as it is stored then
   * @throws KmsError NotFoundException when the key is gone
   */
  async change(key: KmsKey, plan: PlanChange): Promise<KmsKey> {
    // Within the process they take turns: of many at once, all but one would have to try again.
    return this.#turns.take(key.path, () => this.#change(key, plan));
  }

  async #change(key: KmsKey, plan: PlanChange): Promise<KmsKey> {
    for (let attempt = 0; attempt < commitAttemptsMax; attempt++) {
      const { lock } = this.ground.store;
      const current = await this.find(key);
      if (current === undefined) throw keyNotFound(key);
      const planned = await plan(current);
      if (planned === undefined) return current;
      const changed = await this.#commit(current, planned, lock);
      if (changed !== undefined) return changed;
    }
    throw new KmsError('KMSInternalException', 'the key is being changed by others all the time');
  }

  /**
   * A page of the keys of an account and Region, in the order of their ids; those whose waiting
   * period is over are marked as gone.
   */
  async list(account: string, region: string, { after, limit }: Page): Promise<ListedKey[]> {
    const prefix = keysPrefix(account, region);
    const records = await this.ground.store.range({ prefix, ...from(prefix, after), limit });
    const nowMs = this.ground.nowMs();
    return records.map(({ path, value }) => ({
      account,
      region,
      keyId: path.slice(prefix.length),
      isGone: isDestructionDue(decodeKeyRecord(value), nowMs),
    }));
  }

  /** A page of the aliases of an account and Region, in the order of their names. */
  async listAliases(account: string, region: string, { after, limit }: Page) {
    const prefix = aliasesPrefix(account, region);
    const records = await this.ground.store.range({ prefix, ...from(prefix, after), limit });
    return records.map(({ path, value }) => ({
      aliasName: `alias/${path.slice(prefix.length)}`,
      alias: decodeAliasRecord(value),
    }));
  }

  /** Disposes of all handles. */
  close(): void {
    this.#cache.clear();
  }

  async #commit(
    current: KmsKey,
    { record, also = [], tells }: KeyPlan,
    lock: StoreLock | undefined,
  ): Promise<KmsKey | undefined> {
    const { store } = this.ground;
    const written = await store.commit(
      [
        { path: current.path, before: current.sealed, after: encodeKeyRecord(record) },
        ...(await dueChanges(store, current, current.record, record)),
        ...also,
        ...this.#attach(current, tells),
      ],
      lock,
    );
    if (written?.[0] === undefined) return undefined;
    return this.#cache.add(await this.#load(current, written[0], current));
  }

  async #load(
    location: KeyLocation,
    sealed: SealedRecord,
    known: KmsKey | undefined,
  ): Promise<KmsKey> {
    const record = completeKeyRecord(decodeKeyRecord(sealed.value), location.account);
    const grants = await this.#grants.load(location, record, known?.grants);
    return new KmsKey(location, sealed, grants);
  }

  async #followAlias(names: KeyNames, name: string): Promise<KeyLocation> {
    const { account, region, resource } = locate(names, name);
    const alias = aliasNamePattern.test(resource)
      ? await this.ground.store.get(aliasPath(account, region, resource))
      : undefined;
    if (alias === undefined) throw aliasNotFound(aliasArn(account, region, resource));
    return { account, region, keyId: decodeAliasRecord(alias.value).targetKeyId };
  }

  #open(key: KmsKey, material: KeyMaterial): KmsKeyHandle {
    const { hsm, rootKey } = this.ground;
    const { keyMaterialIdBytes, wrapped } = material;
    try {
      material.handle = openUnder(rootKey, (handle) =>
        hsm.kmsKeyOpen(handle, key.keyIdKind, key.keyIdBytes, keyMaterialIdBytes, wrapped),
      );
      // The key may have left the cache on its way here: its handle is used at once, and not kept.
      if (!key.cached) queueMicrotask(() => this.#release(key));
      return material.handle;
    } catch (cause) {
      throw isDecryptionFailure(cause) ? corruptRecord(key.path) : cause;
    }
  }

  #release(key: KmsKey): void {
    for (const material of key.materials) {
      if (material.handle !== undefined) this.ground.hsm.kmsKeyDispose(material.handle);
      material.handle = undefined;
    }
  }
}

/** True for an alias name and for an alias ARN. */
export function isAlias(name: string): boolean {
  return name.startsWith('alias/') || parseKmsArn(name)?.resource.startsWith('alias/') === true;
}

export function keyNotFound({ account, region, keyId }: KeyLocation): KmsError {
  return new KmsError(
    'NotFoundException',
    `Key '${keyArn(account, region, keyId)}' does not exist`,
  );
}

export function aliasNotFound(arn: string): KmsError {
  return new KmsError('NotFoundException', `Alias ${arn} is not found.`);
}

function from(prefix: string, after: string | undefined): { after?: string } {
  return after === undefined ? {} : { after: `${prefix}${after}` };
}

/** Where the key with a key id or key ARN is. @throws KmsError NotFoundException */
export function locateKey(names: KeyNames, name: string): KeyLocation {
  const { account, region, resource } = locate(names, name);
  if (!isKeyId(resource)) throw new KmsError('NotFoundException', `Invalid keyId '${resource}'`);
  return { account, region, keyId: resource };
}

/**
 * A bare name belongs to the caller's account and Region; an ARN says which account, and must say
 * the same Region.
 */
export function locate(
  { account, region }: KeyNames,
  name: string,
): { account: string; region: string; resource: string } {
  if (!name.startsWith('arn:')) return { account, region, resource: name };
  const arn = parseKmsArn(name);
  if (arn === undefined) throw new KmsError('NotFoundException', `Invalid arn ${name}`);
  if (arn.region !== region) throw new KmsError('NotFoundException', `Invalid arn ${arn.region}`);
  return arn;
}
