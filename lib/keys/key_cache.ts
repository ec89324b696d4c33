// The opened keys of one process, bounded: by path, and by what requests and ciphertext blobs call
// them. A key that has to make room loses its HSM handles.
//
// What is kept is true as long as nobody commits, in this process or another: the store's epoch
// tells. When it has moved, a new generation begins: all names are forgotten, and each key is
// compared with its record before it is used again.

import type { KeyIdKind } from '../key_id.js';
import type { KmsKey } from './kms_key.js';

/** How many opened keys a process keeps by default. */
export const keyCacheSizeDefault = 1024;
/** How many grants the opened keys may have together, before keys have to make room for others. */
const grantsMax = 100_000;
/**
 * Names (ids, ARNs, aliases) per kept key, on average, before the names are forgotten and learnt
 * again.
 */
const namesPerKey = 4;

/** The names that callers of one account and Region use for keys. */
export class KeyNames {
  readonly account: string;
  readonly region: string;
  readonly #cache: KeyCache;
  readonly #sizeMax: number;
  #generation = -1;
  readonly #byName = new Map<string, KmsKey>();
  /**
   * By the first 6 bytes of the key id, as a number: ids are random, and a hit is compared whole.
   */
  readonly #byIdPrefix = new Map<number, KmsKey>();

  constructor(account: string, region: string, cache: KeyCache, sizeMax: number) {
    this.account = account;
    this.region = region;
    this.#cache = cache;
    this.#sizeMax = sizeMax;
  }

  /** The key that the name means, when it is known without asking the store. */
  find(name: string): KmsKey | undefined {
    this.#refresh();
    return usable(this.#byName.get(name));
  }

  /** The key with the 16-byte id at the offset, when it is known without asking the store. */
  findById(kind: KeyIdKind, bytes: Uint8Array, offset: number): KmsKey | undefined {
    this.#refresh();
    const key = usable(this.#byIdPrefix.get(idPrefix(bytes, offset)));
    return key?.hasId(kind, bytes, offset) === true ? key : undefined;
  }

  /**
   * Remembers what the callers call the key.
   *
   * @param generation - which was current before the name was looked up
   */
  learn(name: string, key: KmsKey, generation: number): void {
    if (this.#refresh() !== generation || key.generation !== generation) return;
    // Time alone ends the life of such a key: it is looked at each time.
    if (key.record.deletionAtMs !== undefined) return;
    if (this.#byName.size >= this.#sizeMax) this.#byName.clear();
    this.#byName.set(name, key);
    if (key.account !== this.account || key.region !== this.region) return;
    if (this.#byIdPrefix.size >= this.#sizeMax) this.#byIdPrefix.clear();
    this.#byIdPrefix.set(idPrefix(key.keyIdBytes, 0), key);
  }

  /** Forgets the names of an earlier generation. */
  #refresh(): number {
    const generation = this.#cache.beginGeneration();
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#byName.clear();
      this.#byIdPrefix.clear();
    }
    return generation;
  }
}

/** Holds opened keys and forgets those that were not used for longest, roughly (second chance). */
export class KeyCache {
  readonly #byPath = new Map<string, KmsKey>();
  #grantCount = 0;
  /** By account and Region. */
  readonly #names = new Map<string, Map<string, KeyNames>>();
  readonly #sizeMax: number;
  readonly #release: (key: KmsKey) => void;
  readonly #epoch: () => number;
  #namesCount = 0;
  #seenEpoch = -1;
  #generation = 0;

  /**
   * @param release - disposes of the handles of a key that leaves the cache
   * @param epoch - of the store: odd while nothing may be kept
   */
  constructor(sizeMax: number, release: (key: KmsKey) => void, epoch: () => number) {
    this.#sizeMax = sizeMax;
    this.#release = release;
    this.#epoch = epoch;
  }

  /**
   * Begins a new generation when somebody committed since the last one began.
   *
   * @returns the generation: what is read from the store from now on belongs to it
   */
  beginGeneration(): number {
    const epoch = this.#epoch();
    if (epoch !== this.#seenEpoch || epoch % 2 !== 0) {
      this.#seenEpoch = epoch;
      this.#generation += 1;
    }
    return this.#generation;
  }

  /** The key as it was last read; it may be of an earlier generation. */
  peek(path: string): KmsKey | undefined {
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
    while (this.#byPath.size > 0 && !this.#hasRoomFor(key)) this.#makeRoom();
    this.#byPath.set(key.path, key);
    this.#grantCount += key.record.grantCount;
    key.cached = true;
    return key;
  }

  /** Lets go of a key that is no more. */
  drop(path: string): void {
    const key = this.#byPath.get(path);
    if (key !== undefined) this.#remove(key);
  }

  /** The names used by callers of an account and Region. */
  names(account: string, region: string): KeyNames {
    const known = this.#names.get(account)?.get(region);
    if (known !== undefined) return known;
    const names = new KeyNames(account, region, this, this.#sizeMax * namesPerKey);
    if (this.#namesCount >= this.#sizeMax) this.#forgetNames();
    const regions = this.#names.get(account) ?? new Map<string, KeyNames>();
    this.#names.set(account, regions.set(region, names));
    this.#namesCount += 1;
    return names;
  }

  clear(): void {
    for (const key of this.#byPath.values()) this.#remove(key);
  }

  #forgetNames(): void {
    this.#names.clear();
    this.#namesCount = 0;
  }

  #hasRoomFor({ record: { grantCount } }: KmsKey): boolean {
    return this.#byPath.size < this.#sizeMax && this.#grantCount + grantCount <= grantsMax;
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
    this.#grantCount -= key.record.grantCount;
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
