// A message pipe as a stream of Node.js: backpressure, `pipeline`, abort and progress.

import { Transform, type TransformCallback } from 'node:stream';
import { isUint8Array } from 'node:util/types';
import { KeysteadError } from '../errors.js';
import type { MessageInfo, WorkOptions } from './call_options.js';
import type { MessagePipe } from './message_pipe.js';
import { aborted } from './watched_work.js';

/** Bytes in, bytes out. */
export class MessageTransform extends Transform {
  readonly #pipe: MessagePipe;
  readonly #options: WorkOptions;
  readonly #abort: () => void;
  readonly #bytesTotal: number;
  #bytesDone = 0;

  /** @internal @param bytesTotal - of the input, or 0 when it is not known */
  constructor(pipe: MessagePipe, options: WorkOptions, bytesTotal = 0) {
    super();
    const { signal } = options;
    this.#pipe = pipe;
    this.#options = options;
    this.#bytesTotal = bytesTotal;
    this.#abort = () => this.destroy(signal && aborted(signal));
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
  }

  override _transform(
    chunk: unknown,
    _encoding: BufferEncoding,
    callback: TransformCallback,
  ): void {
    if (!isUint8Array(chunk)) {
      callback(new KeysteadError('ERR_INVALID_ARGUMENT', 'a chunk must be bytes'));
      return;
    }
    this.#pipe.push(chunk).then((pieces) => {
      this.#bytesDone += chunk.byteLength;
      this.#give(pieces, callback);
    }, callback);
  }

  override _flush(callback: TransformCallback): void {
    this.#pipe.end().then((pieces) => this.#give(pieces, callback), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#pipe.dispose();
    callback(error);
  }

  #give(pieces: readonly Uint8Array[], callback: TransformCallback): void {
    try {
      for (const piece of pieces) if (piece.byteLength > 0) this.push(piece);
      const bytesTotal = this.#bytesTotal;
      this.#options.onProgress?.({ bytesDone: this.#bytesDone, bytesTotal });
    } catch (error) {
      callback(error as Error);
      return;
    }
    callback();
  }
}

/**
 * Message in, plaintext out. Emits `message` with its {@link MessageInfo} before the first
 * plaintext.
 */
export class DecryptStream extends MessageTransform {
  #info: MessageInfo | undefined;

  /** What the message is; undefined until its header has been authenticated. */
  get info(): MessageInfo | undefined {
    return this.#info;
  }

  /** @internal */
  tell(info: MessageInfo): void {
    this.#info = info;
    this.emit('message', info);
  }
}
