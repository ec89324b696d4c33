// Where the keys of a message come from: fresh from the KMS, or out of a cache.

import { type MessageHeader, type MessageWriter, SigningKey } from '../hsm/index.js';
import { cacheKey, type DataKeyCache } from './data_key_cache.js';
import type { Keyring } from './keyring.js';
import {
  type DecryptionMaterials,
  type EncryptionMaterials,
  type Lease,
  soleLease,
} from './materials.js';
import { type BoundContext, type MessageContext, withPublicKey } from './message_context.js';

export interface MessageKeysOptions {
  readonly keyring: Keyring;
  readonly cache: DataKeyCache | undefined;
  /** Who shares data keys in the cache: equal only for one KMS client and the same key names. */
  readonly partition: string;
  readonly frameLengthBytes: number;
  readonly isSigning: boolean;
}

/** A writer on loan. */
export interface WriterLease {
  readonly writer: MessageWriter;
  readonly isSigning: boolean;
  release(): void;
}

export class MessageKeys {
  readonly #options: MessageKeysOptions;

  constructor(options: MessageKeysOptions) {
    this.#options = options;
  }

  /** @param sizeBytes - of the plaintext; undefined: a key that serves one message only */
  async forEncryption(
    context: MessageContext,
    sizeBytes: number | undefined,
  ): Promise<WriterLease> {
    const { isSigning, frameLengthBytes } = this.#options;
    const signingKey = isSigning ? SigningKey.generate() : undefined;
    try {
      const { materials, release } = await (signingKey === undefined
        ? this.#encryptionMaterials(context, sizeBytes)
        : // The context names the signature's key, which is each message's own: no cache can help.
          this.#encryptionMaterials(withPublicKey(context, signingKey.publicKey), undefined));
      try {
        return { writer: materials.writer(frameLengthBytes, signingKey), isSigning, release };
      } catch (error) {
        release();
        throw error;
      }
    } finally {
      signingKey?.dispose();
    }
  }

  forDecryption(
    header: MessageHeader,
    { pairs, unstored }: BoundContext,
  ): Promise<Lease<DecryptionMaterials>> {
    const { keyring, cache, partition } = this.#options;
    const make = (): Promise<DecryptionMaterials> => keyring.openMaterials(header, pairs);
    if (cache === undefined) return make().then(soleLease);
    const { serializedEncryptedDataKeys, encryptionContext: bytes, dataKeyBytes } = header;
    return cache.lease<DecryptionMaterials>({
      key: cacheKey(
        'decrypt',
        partition,
        `${dataKeyBytes}`,
        serializedEncryptedDataKeys,
        bytes,
        unstored,
      ),
      cost: { messages: 0, bytes: 0 },
      make,
      allowsAgain: ({ uses }) => keyring.allowsAgain(uses),
    });
  }

  #encryptionMaterials(
    context: MessageContext,
    sizeBytes: number | undefined,
  ): Promise<Lease<EncryptionMaterials>> {
    const { keyring, cache, partition } = this.#options;
    const make = (): Promise<EncryptionMaterials> => keyring.newMaterials(context);
    if (cache === undefined || sizeBytes === undefined) return make().then(soleLease);
    return cache.lease<EncryptionMaterials>({
      key: cacheKey('encrypt', partition, context.bytes),
      cost: { messages: 1, bytes: sizeBytes },
      make,
      allowsAgain: ({ uses }) => keyring.allowsAgain(uses),
    });
  }
}
