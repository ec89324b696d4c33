// What `keystead encrypt` and `keystead decrypt` have in common: the store, the keys, and the work on one
// file after the other.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { Option } from 'commander';
import { Envelope } from '../envelope/envelope.js';
import type { EnvelopeOptions } from '../envelope/envelope_options.js';
import type { EncryptionContext } from '../types.js';
import { addCallerOptions, callerOf } from './caller_options.js';
import { usageError } from './cli_failure.js';
import { parseShorthand } from './shorthand.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore } from './store_options.js';

/** Standard input, or standard output. */
export const pipe = '-';

const threadsDefault = Math.min(4, availableParallelism());

/** What the commands are given beside the store. */
export interface MessageOptions extends StoreOptions {
  readonly key?: readonly string[] | undefined;
  readonly context?: readonly string[] | undefined;
  readonly out?: string | undefined;
  readonly force?: boolean | undefined;
  readonly sync: boolean;
  readonly threads: number;
}

export function addMessageOptions(command: Command): Command {
  const options = [
    new Option('-c, --context <pairs...>', 'the encryption context: name=value'),
    new Option('-o, --out <file>', 'where the result goes, of one FILE; - is standard output'),
    new Option('-f, --force', 'replaces files that are there'),
    new Option('--no-sync', 'does not wait until the result is on the disk'),
    new Option('--threads <number>', 'threads at work on a file')
      .default(threadsDefault)
      .argParser(toThreads),
    new Option('--json', 'prints errors as JSON, for scripts'),
  ];
  for (const option of options) command.addOption(option);
  return addCallerOptions(addStoreOptions(command));
}

/** The pairs of `--context`, given as several or as one. @throws CliError */
export function contextOf({ context = [] }: MessageOptions): EncryptionContext {
  const pairs = context.map((text) => parseShorthand(text));
  return Object.assign({}, ...pairs) as EncryptionContext;
}

/**
 * Opens the store and does the work with an Envelope for the caller that the command names.
 *
 * @param keys - which keys it uses
 */
export async function withEnvelope(
  command: Command,
  keys: Omit<EnvelopeOptions, 'kms'>,
  work: (envelope: Envelope) => Promise<void>,
): Promise<void> {
  const { client, via } = callerOf(command);
  const kms = await openStore(command.opts<MessageOptions>(), true);
  try {
    const direct = kms.client(client);
    await work(new Envelope({ ...keys, kms: via === undefined ? direct : direct.via(via) }));
  } finally {
    await kms.close();
  }
}

/** @throws CliError for files that cannot be meant together */
export function checkFiles(files: readonly string[], { out }: MessageOptions): void {
  if (files.length > 1 && out !== undefined)
    throw usageError('--out names the result of one FILE, and there are several');
  if (files.length > 1 && files.includes(pipe)) throw usageError('standard input goes alone');
}

function toThreads(text: string): number {
  if (/^[1-9]\d?$/.test(text) && Number(text) <= 64) return Number(text);
  throw usageError('--threads must be a whole number from 1 to 64');
}
