// A message in pieces becomes a plaintext in pieces: each frame when it has verified, in order, and
// an error at the end when the message was cut short.

import { KeysteadError } from '../errors.js';
import {
  MessageDecryptor,
  type MessageHeader,
  type MessageLimits,
  parseMessageHeader,
} from '../hsm/index.js';
import type { MessageInfo } from './call_options.js';
import type { ExpectedContext } from './message_context.js';
import type { MessageOpener } from './message_opener.js';
import type { MessagePipe } from './message_pipe.js';
import { refuseSigned } from './signature_policy.js';

export interface DecryptionPipeOptions {
  readonly opener: MessageOpener;
  readonly limits: MessageLimits;
  readonly expected: ExpectedContext;
  readonly allowUnverifiedRelease: boolean;
  /** Called once, before any plaintext is given out. */
  readonly onInfo: (info: MessageInfo) => void;
}

export class DecryptionPipe implements MessagePipe {
  readonly #options: DecryptionPipeOptions;
  readonly #beginning = new MessageBeginning();
  #decryptor: MessageDecryptor | undefined;
  #isDisposed = false;

  constructor(options: DecryptionPipeOptions) {
    this.#options = options;
  }

  async push(chunk: Uint8Array): Promise<readonly Uint8Array[]> {
    if (this.#decryptor !== undefined) return [await this.#decryptor.update(chunk)];
    const { limits, allowUnverifiedRelease } = this.#options;
    const bytes = this.#beginning.append(chunk);
    const header = parseMessageHeader(bytes, limits);
    if (header === undefined) return [];
    if (!allowUnverifiedRelease) refuseSigned(header, 'a stream');
    const decryptor = await this.#start(header);
    this.#beginning.clear();
    return [await decryptor.update(bytes.subarray(header.lengthBytes))];
  }

  async #start(header: MessageHeader): Promise<MessageDecryptor> {
    const { opener, expected, allowUnverifiedRelease, limits, onInfo } = this.#options;
    const { dataKey, unstoredContext, info, release } = await opener.open(header, expected);
    try {
      const decryptor = new MessageDecryptor(dataKey, header, {
        limits,
        unstoredContext,
        allowUnverifiedRelease,
      });
      this.#decryptor = decryptor;
      if (this.#isDisposed) decryptor.dispose();
      onInfo(info);
      return decryptor;
    } finally {
      release();
    }
  }

  async end(): Promise<readonly Uint8Array[]> {
    if (this.#decryptor === undefined) {
      throw new KeysteadError('ERR_INVALID_MESSAGE', 'the message ends within its header');
    }
    this.#decryptor.finish();
    return [];
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#decryptor?.dispose();
  }
}

/** The bytes that came before the header was whole. */
class MessageBeginning {
  #room = Buffer.alloc(0);
  #length = 0;

  /** @returns all bytes so far; valid until the next append */
  append(chunk: Uint8Array): Uint8Array {
    const length = this.#length + chunk.byteLength;
    if (length > this.#room.length) {
      // Twice the room each time, so that a header that comes byte by byte costs no more.
      const room = Buffer.alloc(Math.max(length, 2 * this.#room.length));
      room.set(this.#room.subarray(0, this.#length));
      this.#room = room;
    }
    this.#room.set(chunk, this.#length);
    this.#length = length;
    return this.#room.subarray(0, length);
  }

  clear(): void {
    this.#room = Buffer.alloc(0);
    this.#length = 0;
  }
}
