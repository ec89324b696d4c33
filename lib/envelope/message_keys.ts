// Where the keys of a message come from: fresh from the KMS, or out of a cache.

import { type MessageHeader, type MessageWriter, SigningKey } from '../hsm/index.js';
import type { DataKeyCache } from './data_key_cache.js';
import type { Keyring } from './keyring.js';
import {
  type DecryptionMaterials,
  type EncryptionMaterials,
  type Lease,
  soleLease,
} from './materials.js';
import { MessageCacheKeys } from './message_cache_keys.js';
import { type BoundContext, type MessageContext, withPublicKey } from './message_context.js';

export interface MessageKeysOptions {
  readonly keyring: Keyring;
  readonly cache: DataKeyCache | undefined;
  /** Who shares data keys in the cache: equal only for one KMS client and the same key names. */
  readonly partition: string;
  readonly frameLengthBytes: number;
  readonly isSigning: boolean;
}

/** Only what is encrypted uses up a data key. */
const decryptionCost = { messages: 0, bytes: 0 };

/** A writer on loan. */
export interface WriterLease {
  readonly writer: MessageWriter;
  readonly isSigning: boolean;
  release(): void;
}

export class MessageKeys {
  readonly #options: MessageKeysOptions;
  readonly #cacheKeys: MessageCacheKeys;

  constructor(options: MessageKeysOptions) {
    this.#options = options;
    this.#cacheKeys = new MessageCacheKeys(options.partition);
  }

  /**
   * At once when a cache has a key that may be used.
   *
   * @param sizeBytes - of the plaintext; undefined: a key that serves one message only
   */
  forEncryption(
    context: MessageContext,
    sizeBytes: number | undefined,
  ): WriterLease | Promise<WriterLease> {
    if (this.#options.isSigning) return this.#forSigning(context);
    const lease = this.#encryptionMaterials(context, sizeBytes);
    return lease instanceof Promise
      ? lease.then((made) => this.#writerOf(made))
      : this.#writerOf(lease);
  }

  /** The key of a message that a cache has, if it may be used. At once, unless the KMS must wait. */
  reuseForDecryption(
    header: MessageHeader,
  ): Lease<DecryptionMaterials> | undefined | Promise<Lease<DecryptionMaterials> | undefined> {
    const { cache } = this.#options;
    return cache?.reuse<DecryptionMaterials>({
      key: this.#cacheKeys.forDecryption(header),
      cost: decryptionCost,
    });
  }

  async forDecryption(
    header: MessageHeader,
    { pairs, unstored }: BoundContext,
  ): Promise<Lease<DecryptionMaterials>> {
    const { keyring, cache } = this.#options;
    const make = (): Promise<DecryptionMaterials> => keyring.openMaterials(header, pairs);
    if (cache === undefined) return make().then(soleLease);
    return cache.lease<DecryptionMaterials>({
      key: this.#cacheKeys.forDecryption(header, unstored),
      cost: decryptionCost,
      make,
    });
  }

  /** The context names the signature's key, which is each message's own: no cache can help. */
  async #forSigning(context: MessageContext): Promise<WriterLease> {
    const signingKey = SigningKey.generate();
    try {
      const signed = withPublicKey(context, signingKey.publicKey);
      return this.#writerOf(await this.#encryptionMaterials(signed, undefined), signingKey);
    } finally {
      signingKey.dispose();
    }
  }

  #encryptionMaterials(
    context: MessageContext,
    sizeBytes: number | undefined,
  ): Lease<EncryptionMaterials> | Promise<Lease<EncryptionMaterials>> {
    const { keyring, cache } = this.#options;
    const make = (): Promise<EncryptionMaterials> => keyring.newMaterials(context);
    if (cache === undefined || sizeBytes === undefined) return make().then(soleLease);
    return cache.lease<EncryptionMaterials>({
      key: this.#cacheKeys.forEncryption(context),
      cost: { messages: 1, bytes: sizeBytes },
      make,
    });
  }

  #writerOf(
    { materials, release }: Lease<EncryptionMaterials>,
    signingKey?: SigningKey,
  ): WriterLease {
    const { frameLengthBytes, isSigning } = this.#options;
    try {
      return { writer: materials.writer(frameLengthBytes, signingKey), isSigning, release };
    } catch (error) {
      release();
      throw error;
    }
  }
}
