// The options that all commands on a store have, and the opening of the store. Secrets are in files,
// never on the command line.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { databaseFile } from '../engine.js';
import type { RootKeySource } from '../keys/root_key.js';
import { Kms } from '../kms.js';
import { CliError, exitCodes, usageError } from './cli_failure.js';

/** Where the store is, and what opens it. */
export interface StoreOptions {
  readonly path: string;
  readonly rootKeyFile?: string | undefined;
  readonly passphraseFile?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

const defaultPath = './keystead';

export function addStoreOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--path <folder>', "the store's folder").env('KEYSTEAD_PATH').default(defaultPath),
    )
    .addOption(
      new Option('--root-key-file <file>', 'the root key: a file of 32 bytes').env(
        'KEYSTEAD_ROOT_KEY_FILE',
      ),
    )
    .addOption(
      new Option(
        '--passphrase-file <file>',
        'the root key: a file whose first line is a passphrase, or -',
      )
        .env('KEYSTEAD_PASSPHRASE_FILE')
        .conflicts('rootKeyFile'),
    )
    .addOption(new Option('--account <id>', 'the account, 12 digits').env('KEYSTEAD_ACCOUNT'))
    .addOption(new Option('--region <name>', 'the Region').env('AWS_REGION'));
}

/** @throws CliError when there is no store; KeysteadError when it does not open */
export async function openStore(options: StoreOptions, audit: boolean): Promise<Kms> {
  if (!hasStore(options.path)) throw noStore(options.path);
  return openFolder(options, audit);
}

/** @throws CliError when there is a store already */
export async function makeStore(options: StoreOptions): Promise<Kms> {
  if (hasStore(options.path)) throw storeExists(options.path);
  return openFolder(options, true);
}

/** The root key that the options name; undefined for the default. @throws CliError */
export function rootKeyOf({
  rootKeyFile,
  passphraseFile,
}: Pick<StoreOptions, 'rootKeyFile' | 'passphraseFile'>): RootKeySource | undefined {
  if (rootKeyFile !== undefined) return { keyFile: rootKeyFile };
  return passphraseFile === undefined ? undefined : { passphrase: readPassphrase(passphraseFile) };
}

function openFolder(options: StoreOptions, audit: boolean): Promise<Kms> {
  const { path, account, region } = options;
  return Kms.open({ path, rootKey: rootKeyOf(options), account, region, audit });
}

function hasStore(path: string): boolean {
  return existsSync(join(path, databaseFile));
}

function readPassphrase(file: string): string {
  try {
    const [line = ''] = readFileSync(file === '-' ? 0 : file, 'utf8').split(/\r?\n/);
    if (line !== '') return line;
  } catch (error) {
    throw new CliError(exitCodes.environment, 'PassphraseFile', (error as Error).message);
  }
  throw usageError('the passphrase file is empty');
}

function noStore(path: string): CliError {
  return new CliError(
    exitCodes.environment,
    'NoStore',
    `there is no store in ${resolve(path)}: make one with \`keystead init --path ${path}\``,
  );
}

function storeExists(path: string): CliError {
  return new CliError(
    exitCodes.environment,
    'StoreExists',
    `there is a store in ${resolve(path)} already: nothing was changed`,
  );
}
