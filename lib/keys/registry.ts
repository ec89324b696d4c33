// The keys and aliases of a store: found, opened, made, changed. One registry serves all accounts
// and Regions of an engine. It decides nothing about who may: that is for the operations.

import { aliasArn, keyArn, parseKmsArn } from '../arn.js';
import { isDecryptionFailure, KmsError } from '../errors.js';
import type { Addon, KmsKeyHandle, RootKeyHandle } from '../hsm/index.js';
import { formatKeyId, isKeyId, keyIdKinds, keyIdSizeBytes, markAsUuid } from '../key_id.js';
import type { SealedStore } from '../store/sealed_store.js';
import { corruptRecord } from '../store/sealed_store.js';
import { aliasPath, decodeAliasRecord, encodeAliasRecord } from './alias_record.js';
import type { KeyNames } from './key_cache.js';
import { KeyCache, keyCacheSizeDefault } from './key_cache.js';
import { encodeKeyRecord, keyPath, newKeyRecord } from './key_record.js';
import type { KeyLocation, KeyMaterial } from './kms_key.js';
import { KmsKey } from './kms_key.js';

/** AWS's quota (KMS resource quotas). */
export const aliasesPerKeyMax = 50;
/** Each failed attempt means that another writer's succeeded. */
const commitAttemptsMax = 100;

/** Every alias name that can exist, its `alias/` included: 256 characters at most. */
export const aliasNamePattern = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;

/** What a registry stands on. */
export interface RegistryGround {
  readonly hsm: Addon;
  readonly rootKey: RootKeyHandle;
  readonly store: SealedStore;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** How many opened keys are kept. */
  readonly cacheSize?: number | undefined;
}

export class KeyRegistry {
  readonly #ground: RegistryGround;
  readonly #cache: KeyCache;

  constructor(ground: RegistryGround) {
    this.#ground = ground;
    this.#cache = new KeyCache(ground.cacheSize ?? keyCacheSizeDefault, (key) =>
      this.#release(key),
    );
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
    const location = isAlias(name) ? await this.#followAlias(names, name) : locateKey(names, name);
    const key = await this.#load(location);
    if (key === undefined) throw keyNotFound(location);
    this.#cache.learn(names, name, key);
    return key;
  }

  /** Finds a key of the callers' own account and Region by its id. */
  async findById(names: KeyNames, keyId: string): Promise<KmsKey | undefined> {
    const key = await this.#load({ account: names.account, region: names.region, keyId });
    if (key !== undefined) this.#cache.learn(names, keyId, key);
    return key;
  }

  /**
   * The HSM's handle of a material of the key; opens it at first use. @throws KeysteadError
   * ERR_STORE_CORRUPT
   */
  handle(key: KmsKey, material: KeyMaterial): KmsKeyHandle {
    return material.handle ?? this.#open(key, material);
  }

  /** Makes a key, its material inside the HSM. */
  async createKey({ account, region }: KeyNames, description: string): Promise<KmsKey> {
    const { hsm, rootKey, store, nowMs } = this.#ground;
    const keyIdBytes = markAsUuid(hsm.randomNonce(keyIdSizeBytes));
    const keyId = formatKeyId(keyIdKinds.uuid, keyIdBytes);
    const made = hsm.kmsKeyCreate(rootKey, keyIdKinds.uuid, keyIdBytes);
    const record = newKeyRecord(description, {
      keyMaterialId: Buffer.from(made.keyMaterialId).toString('hex'),
      wrapped: Buffer.from(made.wrappedKeyMaterial).toString('base64'),
      createdAtMs: nowMs(),
    });
    hsm.kmsKeyDispose(made.handle);
    const after = encodeKeyRecord(record);
    const written = await store.commit([
      { path: keyPath(account, region, keyId), before: undefined, after },
    ]);
    if (written?.[0] === undefined)
      throw new KmsError('KMSInternalException', 'the new key id is taken');
    return this.#keep(new KmsKey({ account, region, keyId }, written[0]));
  }

  /**
   * Makes an alias of the key.
   *
   * @param check - called with the key as it is stored now; throws when its state forbids
   * @throws KmsError AlreadyExistsException, LimitExceededException, NotFoundException
   */
  async createAlias(key: KmsKey, aliasName: string, check: (key: KmsKey) => void): Promise<void> {
    for (let attempt = 0; attempt < commitAttemptsMax; attempt++) {
      if (await this.#tryCreateAlias(key, aliasName, check)) return;
    }
    throw new KmsError('KMSInternalException', 'the key is being changed by others all the time');
  }

  /** Disposes of all handles. */
  close(): void {
    this.#cache.clear();
  }

  async #tryCreateAlias(
    key: KmsKey,
    aliasName: string,
    check: (key: KmsKey) => void,
  ): Promise<boolean> {
    const { account, region, keyId } = key;
    const { store, nowMs } = this.#ground;
    const path = aliasPath(account, region, aliasName);
    if ((await store.get(path)) !== undefined)
      throw aliasExists(aliasArn(account, region, aliasName));
    const current = await this.#read(key);
    if (current === undefined) throw keyNotFound(key);
    check(current);
    if (current.record.aliasNames.length >= aliasesPerKeyMax) throw tooManyAliases(current.arn);
    const record = { ...current.record, aliasNames: [...current.record.aliasNames, aliasName] };
    const written = await store.commit([
      { path: current.path, before: current.sealed, after: encodeKeyRecord(record) },
      { path, before: undefined, after: encodeAliasRecord(keyId, nowMs()) },
    ]);
    if (written?.[0] === undefined) return false;
    this.#keep(new KmsKey(key, written[0]));
    return true;
  }

  async #followAlias(names: KeyNames, name: string): Promise<KeyLocation> {
    const { account, region, resource } = locate(names, name);
    const alias = aliasNamePattern.test(resource)
      ? await this.#ground.store.get(aliasPath(account, region, resource))
      : undefined;
    if (alias === undefined) throw aliasNotFound(aliasArn(account, region, resource));
    return { account, region, keyId: decodeAliasRecord(alias.value).targetKeyId };
  }

  async #load(location: KeyLocation): Promise<KmsKey | undefined> {
    const known = this.#cache.get(keyPath(location.account, location.region, location.keyId));
    if (known !== undefined) return known;
    const key = await this.#read(location);
    return key === undefined ? undefined : this.#keep(key);
  }

  async #read({ account, region, keyId }: KeyLocation): Promise<KmsKey | undefined> {
    const sealed = await this.#ground.store.get(keyPath(account, region, keyId));
    return sealed === undefined ? undefined : new KmsKey({ account, region, keyId }, sealed);
  }

  #keep(key: KmsKey): KmsKey {
    return this.#cache.add(key);
  }

  #open(key: KmsKey, material: KeyMaterial): KmsKeyHandle {
    const { hsm, rootKey } = this.#ground;
    const { keyMaterialIdBytes, wrapped } = material;
    try {
      material.handle = hsm.kmsKeyOpen(
        rootKey,
        key.keyIdKind,
        key.keyIdBytes,
        keyMaterialIdBytes,
        wrapped,
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
      if (material.handle !== undefined) this.#ground.hsm.kmsKeyDispose(material.handle);
      material.handle = undefined;
    }
  }
}

/** True for an alias name and for an alias ARN. */
export function isAlias(name: string): boolean {
  return name.startsWith('alias/') || parseKmsArn(name)?.resource.startsWith('alias/') === true;
}

function locateKey(names: KeyNames, name: string): KeyLocation {
  const { account, region, resource } = locate(names, name);
  if (!isKeyId(resource)) throw new KmsError('NotFoundException', `Invalid keyId '${resource}'`);
  return { account, region, keyId: resource };
}

/**
 * A bare name belongs to the caller's account and Region; an ARN says which account, and must say
 * the same Region.
 */
function locate(
  { account, region }: KeyNames,
  name: string,
): { account: string; region: string; resource: string } {
  if (!name.startsWith('arn:')) return { account, region, resource: name };
  const arn = parseKmsArn(name);
  if (arn === undefined) throw new KmsError('NotFoundException', `Invalid arn ${name}`);
  if (arn.region !== region) throw new KmsError('NotFoundException', `Invalid arn ${arn.region}`);
  return arn;
}

function keyNotFound({ account, region, keyId }: KeyLocation): KmsError {
  return new KmsError(
    'NotFoundException',
    `Key '${keyArn(account, region, keyId)}' does not exist`,
  );
}

function aliasNotFound(arn: string): KmsError {
  return new KmsError('NotFoundException', `Alias ${arn} is not found.`);
}

function aliasExists(arn: string): KmsError {
  return new KmsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
}

function tooManyAliases(arn: string): KmsError {
  return new KmsError('LimitExceededException', `${arn} has ${aliasesPerKeyMax} aliases already`);
}
