// The work on messages, one file after the other: from file to file inside the HSM core, or through
// standard input and output. A file that fails does not keep the others from being done.

import { createReadStream } from 'node:fs';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JobProgress } from '../hsm/index.js';
import type { ExitCode } from './cli_failure.js';
import { exitCodes, toldFailure } from './cli_failure.js';
import type { MessageOptions } from './message_options.js';
import { pipe } from './message_options.js';
import { showProgress } from './progress.js';
import { writeStaged } from './staged_file.js';

/** What a piece of work is told and asked. */
export interface Watch {
  readonly onProgress: (progress: JobProgress) => void;
  readonly signal: AbortSignal;
}

/** How a command does its work. */
export interface MessageWork {
  /** The name of the result beside the source. @throws CliError */
  readonly resultOf: (source: string) => string;
  readonly files: (source: string, target: string, watch: Watch) => Promise<unknown>;
  readonly stream: (watch: Watch) => Duplex;
}

/** @returns the exit code of the first file that failed */
export async function workOnFiles(
  files: readonly string[],
  options: MessageOptions,
  work: MessageWork,
): Promise<ExitCode> {
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let exitCode: ExitCode = exitCodes.success;
  try {
    for (const file of files) {
      const failed = await workOnFile(file, options, work, interrupted.signal);
      if (exitCode === exitCodes.success) exitCode = failed;
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  return exitCode;
}

async function workOnFile(
  file: string,
  options: MessageOptions,
  work: MessageWork,
  signal: AbortSignal,
): Promise<ExitCode> {
  const progress = showProgress(file);
  const onProgress = ({ bytesDone, bytesTotal }: JobProgress) =>
    progress.show(bytesDone, bytesTotal === 0 ? undefined : bytesTotal);
  try {
    const target = options.out ?? (file === pipe ? pipe : work.resultOf(file));
    const watch = { onProgress, signal };
    if (file === pipe || target === pipe)
      await throughPipes(file, target, options, work.stream(watch));
    else await work.files(file, target, watch);
    return exitCodes.success;
  } catch (error) {
    return tell(file, error, options as { readonly json?: boolean });
  } finally {
    progress.end();
  }
}

async function throughPipes(
  source: string,
  target: string,
  { force }: MessageOptions,
  stream: Duplex,
): Promise<void> {
  const from = source === pipe ? process.stdin : createReadStream(source);
  if (target === pipe) await pipeline(from, stream, process.stdout, { end: false });
  else await writeStaged(target, (to) => pipeline(from, stream, to), force === true);
}

function tell(file: string, error: unknown, { json }: { readonly json?: boolean }): ExitCode {
  const { code, message, exitCode } = toldFailure(error);
  process.stderr.write(
    json === true
      ? `${JSON.stringify({ error: { code, message, file } })}\n`
      : `keystead: ${file}: ${code}${message === '' ? '' : `: ${message}`}\n`,
  );
  return exitCode;
}
