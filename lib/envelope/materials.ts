// What a message is encrypted or decrypted with, and what a cache must ask before it serves it
// again.

import {
  type DataKey,
  type EncryptedDataKey,
  type MessageDataKey,
  MessageWriter,
  type SigningKey,
} from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';
import type { PastUse } from './past_use.js';

/** Holds a data key until it is disposed of. */
export interface Materials {
  readonly dataKey: DataKey | MessageDataKey;
  readonly uses: readonly PastUse[];
  dispose(): void;
}

/** A data key to encrypt with, in all its encrypted forms. */
export class EncryptionMaterials implements Materials {
  readonly dataKey: DataKey;
  readonly encryptedDataKeys: readonly EncryptedDataKey[];
  readonly uses: readonly PastUse[];
  readonly #context: Uint8Array | undefined;
  /** By frame length: making one costs more than a short message. */
  readonly #writers = new Map<number, MessageWriter>();

  /** @param context - the serialized encryption context to which the encrypted forms are bound */
  constructor(
    dataKey: DataKey,
    encryptedDataKeys: readonly EncryptedDataKey[],
    context: Uint8Array | undefined,
    uses: readonly PastUse[],
  ) {
    this.dataKey = dataKey;
    this.encryptedDataKeys = encryptedDataKeys;
    this.uses = uses;
    this.#context = context;
  }

  /**
   * Writes messages under the data key: any number, since each derives a key of its own.
   *
   * @param signingKey - whose public key the context names; for materials of one message
   */
  writer(frameLengthBytes: number, signingKey?: SigningKey): MessageWriter {
    const known = this.#writers.get(frameLengthBytes);
    if (known !== undefined) return known;
    const { dataKey, encryptedDataKeys } = this;
    const writer = new MessageWriter({
      dataKey,
      encryptedDataKeys,
      encryptionContext: this.#context,
      frameLengthBytes,
      signingKey,
    });
    this.#writers.set(frameLengthBytes, writer);
    return writer;
  }

  dispose(): void {
    for (const writer of this.#writers.values()) writer.dispose();
    this.dataKey.dispose();
  }
}

/** The data key that a message was encrypted with. */
export class DecryptionMaterials implements Materials {
  readonly dataKey: DataKey | MessageDataKey;
  /** The ARN of the KMS key that opened it. */
  readonly keyArn: string;
  /** The pairs that it is bound to. */
  readonly encryptionContext: EncryptionContext;
  readonly uses: readonly PastUse[];

  constructor(
    dataKey: DataKey | MessageDataKey,
    keyArn: string,
    encryptionContext: EncryptionContext,
    uses: readonly PastUse[],
  ) {
    this.dataKey = dataKey;
    this.keyArn = keyArn;
    this.encryptionContext = encryptionContext;
    this.uses = uses;
  }

  dispose(): void {
    this.dataKey.dispose();
  }
}

/** Materials on loan: `release` gives them back, once. */
export interface Lease<M> {
  readonly materials: M;
  release(): void;
}

/** Of materials that nobody else has. */
export function soleLease<M extends Materials>(materials: M): Lease<M> {
  return { materials, release: () => materials.dispose() };
}
