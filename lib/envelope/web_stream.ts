// A message pipe as a stream of the web.

import { TransformStream, type TransformStreamDefaultController } from 'node:stream/web';
import { isUint8Array } from 'node:util/types';
import { KeysteadError } from '../errors.js';
import type { WorkOptions } from './call_options.js';
import type { MessagePipe } from './message_pipe.js';
import { aborted } from './watched_work.js';

type Controller = TransformStreamDefaultController<Uint8Array>;
export type MessageWebTransform = TransformStream<Uint8Array, Uint8Array>;

/** @param bytesTotal - of the input, or 0 when it is not known */
export function webTransform(
  pipe: MessagePipe,
  { signal, onProgress }: WorkOptions,
  bytesTotal = 0,
): MessageWebTransform {
  let bytesDone = 0;
  let stop: (() => void) | undefined;
  const end = (): void => {
    if (stop !== undefined) signal?.removeEventListener('abort', stop);
    pipe.dispose();
  };
  /** Runs a step; whatever fails, the key is let go of. */
  const step = async (
    work: () => Promise<readonly Uint8Array[]>,
    controller: Controller,
  ): Promise<void> => {
    try {
      for (const piece of await work()) if (piece.byteLength > 0) controller.enqueue(piece);
      onProgress?.({ bytesDone, bytesTotal });
    } catch (error) {
      end();
      throw error;
    }
  };
  return new TransformStream<Uint8Array, Uint8Array>({
    start(controller) {
      stop = () => {
        end();
        controller.error(signal && aborted(signal));
      };
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
    },
    transform: (chunk, controller) =>
      step(async () => {
        if (!isUint8Array(chunk)) throw notBytes();
        const pieces = await pipe.push(chunk);
        bytesDone += chunk.byteLength;
        return pieces;
      }, controller),
    async flush(controller) {
      await step(() => pipe.end(), controller);
      end();
    },
    // Node.js 21 and later; before, a stream that was cancelled lets go of its key when it is
    // collected.
    cancel: end,
  } as ConstructorParameters<typeof TransformStream<Uint8Array, Uint8Array>>[0]);
}

function notBytes(): KeysteadError {
  return new KeysteadError('ERR_INVALID_ARGUMENT', 'a chunk must be bytes');
}
