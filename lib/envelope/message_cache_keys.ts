// Under which keys a cache has the data keys of messages.

import type { MessageHeader } from '../hsm/index.js';
import { cacheKey } from './cache_key.js';
import type { MessageContext } from './message_context.js';

/** The key of the message before: many in a row have the same data key. */
interface LatestKey {
  readonly dataKeyBytes: number;
  readonly fields: Uint8Array;
  readonly key: string;
}

export class MessageCacheKeys {
  readonly #encryption = new WeakMap<MessageContext, string>();
  readonly #partition: string;
  #latest: LatestKey | undefined;

  /** @param partition - who shares data keys */
  constructor(partition: string) {
    this.#partition = partition;
  }

  forEncryption(context: MessageContext): string {
    const known = this.#encryption.get(context);
    if (known !== undefined) return known;
    const key = cacheKey('encrypt', this.#partition, context.bytes);
    this.#encryption.set(context, key);
    return key;
  }

  /** @param unstored - pairs that the message is bound to but does not hold, serialized */
  forDecryption({ dataKeyBytes, dataKeyFields }: MessageHeader, unstored?: Uint8Array): string {
    const latest = this.#latest;
    if (
      unstored === undefined &&
      latest?.dataKeyBytes === dataKeyBytes &&
      Buffer.compare(latest.fields, dataKeyFields) === 0
    ) {
      return latest.key;
    }
    const key = cacheKey('decrypt', this.#partition, `${dataKeyBytes}`, dataKeyFields, unstored);
    if (unstored === undefined) {
      this.#latest = { dataKeyBytes, fields: Uint8Array.from(dataKeyFields), key };
    }
    return key;
  }
}
