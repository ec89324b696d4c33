// A plaintext in pieces becomes a message in pieces, in order and in bounded memory. The key is
// asked for when the first bytes come.

import { KeysteadError } from '../errors.js';
import type { MessageEncryptor } from '../hsm/index.js';
import type { MessageContext } from './message_context.js';
import type { MessageKeys } from './message_keys.js';
import type { MessagePipe } from './message_pipe.js';

export class EncryptionPipe implements MessagePipe {
  readonly #keys: MessageKeys;
  readonly #context: MessageContext;
  readonly #sizeBytes: number | undefined;
  #encryptor: MessageEncryptor | undefined;
  #bytes = 0;
  #isDisposed = false;

  /** @param sizeBytes - of the plaintext, where it is known */
  constructor(keys: MessageKeys, context: MessageContext, sizeBytes: number | undefined) {
    this.#keys = keys;
    this.#context = context;
    this.#sizeBytes = sizeBytes;
  }

  async push(chunk: Uint8Array): Promise<readonly Uint8Array[]> {
    this.#bytes += chunk.byteLength;
    const { encryptor, header } = await this.#start();
    return [...header, await encryptor.update(chunk)];
  }

  async end(): Promise<readonly Uint8Array[]> {
    const { encryptor, header } = await this.#start();
    if (this.#sizeBytes !== undefined && this.#bytes !== this.#sizeBytes) {
      throw new KeysteadError(
        'ERR_INVALID_ARGUMENT',
        `\`plaintextSize\` is ${this.#sizeBytes}, but ${this.#bytes} bytes came`,
      );
    }
    return [...header, encryptor.finish()];
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#encryptor?.dispose();
  }

  async #start(): Promise<{ encryptor: MessageEncryptor; header: readonly Uint8Array[] }> {
    if (this.#encryptor !== undefined) return { encryptor: this.#encryptor, header: [] };
    const { writer, release } = await this.#keys.forEncryption(this.#context, this.#sizeBytes);
    try {
      const encryptor = writer.encryptor();
      this.#encryptor = encryptor;
      if (this.#isDisposed) encryptor.dispose();
      return { encryptor, header: [encryptor.header] };
    } finally {
      release();
    }
  }
}
