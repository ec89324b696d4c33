// The opened keys of one process, bounded: by path, and by what requests and ciphertext blobs call
// them. A key that has to make room loses its HSM handles.

import type { KeyIdKind } from '../key_id.js';
import type { KmsKey } from './kms_key.js';

/** How many opened keys a process keeps by default. */
export const keyCacheSizeDefault = 1024;
/**
 * Names (ids, ARNs, aliases) per kept key, on average, before the names are forgotten and learnt
 * again.
 */
const namesPerKey = 4;

/** The names that callers of one account and Region use for keys. */
export class KeyNames {
  readonly account: string;
  readonly region: string;
  readonly byName = new Map<string, KmsKey>();
  /**
   * By the first 6 bytes of the key id, as a number: ids are random, and a hit is compared whole.
   */
  readonly byIdPrefix = new Map<number, KmsKey>();

  constructor(account: string, region: string) {
    this.account = account;
    this.region = region;
  }

  /** The key that the name meant when it was last resolved, unless the cache let go of it. */
  find(name: string): KmsKey | undefined {
    return usable(this.byName.get(name));
  }

  /** The key with the 16-byte id at the offset, when it is in the cache. */
  findById(kind: KeyIdKind, bytes: Uint8Array, offset: number): KmsKey | undefined {
    const key = usable(this.byIdPrefix.get(idPrefix(bytes, offset)));
    return key?.hasId(kind, bytes, offset) === true ? key : undefined;
  }
}

/** Holds opened keys and forgets those that were not used for longest, roughly (second chance). */
export class KeyCache {
  readonly #byPath = new Map<string, KmsKey>();
  readonly #names = new Map<string, KeyNames>();
  readonly #sizeMax: number;
  readonly #release: (key: KmsKey) => void;

  /** @param release - disposes of the handles of a key that leaves the cache */
  constructor(sizeMax: number, release: (key: KmsKey) => void) {
    this.#sizeMax = sizeMax;
    this.#release = release;
  }

  get(path: string): KmsKey | undefined {
    return usable(this.#byPath.get(path));
  }

  /**
   * Takes the key in, in place of an older version of it.
   *
   * @returns the key that is in the cache now: the one that was there when it is as new, since
   * reads overtake one another
   */
  add(key: KmsKey): KmsKey {
    const known = this.#byPath.get(key.path);
    if (known !== undefined && known.sealed.version >= key.sealed.version) return known;
    if (known !== undefined) this.#remove(known);
    if (this.#byPath.size >= this.#sizeMax) this.#makeRoom();
    this.#byPath.set(key.path, key);
    return key;
  }

  /** The names used by callers of an account and Region. */
  names(account: string, region: string): KeyNames {
    const scope = `${account}/${region}`;
    const known = this.#names.get(scope);
    if (known !== undefined) return known;
    const names = new KeyNames(account, region);
    this.#names.set(scope, names);
    return names;
  }

  /** Remembers what the callers call the key. */
  learn(names: KeyNames, name: string, key: KmsKey): void {
    if (names.byName.size >= this.#sizeMax * namesPerKey) names.byName.clear();
    names.byName.set(name, key);
    if (key.account !== names.account || key.region !== names.region) return;
    if (names.byIdPrefix.size >= this.#sizeMax * namesPerKey) names.byIdPrefix.clear();
    names.byIdPrefix.set(idPrefix(key.keyIdBytes, 0), key);
  }

  clear(): void {
    for (const key of this.#byPath.values()) this.#remove(key);
    for (const names of this.#names.values()) {
      names.byName.clear();
      names.byIdPrefix.clear();
    }
  }

  /**
   * A Map iterates in the order of insertion: the first key that nobody used since the last round
   * goes.
   */
  #makeRoom(): void {
    for (const key of this.#byPath.values()) {
      if (!key.recentlyUsed) {
        this.#remove(key);
        return;
      }
      key.recentlyUsed = false;
      this.#byPath.delete(key.path);
      this.#byPath.set(key.path, key);
    }
  }

  #remove(key: KmsKey): void {
    key.cached = false;
    this.#byPath.delete(key.path);
    this.#release(key);
  }
}

function usable(key: KmsKey | undefined): KmsKey | undefined {
  if (key === undefined || !key.cached) return undefined;
  key.recentlyUsed = true;
  return key;
}

function idPrefix(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const middle = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  const low = ((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number);
  return (high * 0x10000 + middle) * 0x10000 + low;
}
