// Work that goes on on native threads, as a promise: with its progress told and a signal that stops
// it.

import { KeysteadError } from '../errors.js';
import type { MessageJob } from '../hsm/index.js';
import type { WorkOptions } from './call_options.js';

const progressIntervalMs = 100;

/**
 * Waits for the job. What `onProgress` throws stops it.
 *
 * @throws KeysteadError ERR_ABORTED; what the job or `onProgress` throws
 */
export async function watch<T>(
  job: MessageJob<T>,
  { onProgress, signal }: WorkOptions,
): Promise<T> {
  let thrown: { readonly error: unknown } | undefined;
  const tell = (): void => {
    try {
      onProgress?.(job.progress);
    } catch (error) {
      thrown ??= { error };
      job.abort();
    }
  };
  const abort = (): void => job.abort();
  const timer = onProgress && setInterval(tell, progressIntervalMs);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    const result = await job.done;
    if (thrown === undefined) tell();
    if (thrown !== undefined) throw thrown.error;
    return result;
  } catch (error) {
    if (thrown !== undefined) throw thrown.error;
    throw signal?.aborted && isAbort(error) ? aborted(signal) : error;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** @throws KeysteadError ERR_ABORTED */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/** The error of work that a signal stopped. */
export function aborted(signal: AbortSignal): KeysteadError {
  return new KeysteadError('ERR_ABORTED', 'the work was aborted', { cause: signal.reason });
}

function isAbort(error: unknown): boolean {
  return error instanceof KeysteadError && error.code === 'ERR_ABORTED';
}
