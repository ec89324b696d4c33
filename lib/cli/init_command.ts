// `keystead init`: a store and its root key.

import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { addOutputOptions, print } from './output_options.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, makeStore } from './store_options.js';

const examples = `
Examples:
  $ keystead init --path ./keys                                    # root key beside it: for development
  $ keystead init --path ./keys --root-key-file /run/secrets/root.key
  $ keystead init --path ./keys --passphrase-file -                # read from standard input`;

export function initCommand(): Command {
  const command = new Command('init')
    .description('makes a store, and its root key where there is none; overwrites nothing')
    .addHelpText('after', examples)
    .action((_, self: Command) => init(self));
  return addOutputOptions(addStoreOptions(command));
}

async function init(command: Command): Promise<void> {
  const options = command.opts<StoreOptions>();
  const kms = await makeStore(options);
  await kms.close();
  const path = resolve(options.path);
  const { rootKeyFile, passphraseFile } = options;
  await print(command, {
    Path: path,
    RootKey:
      passphraseFile === undefined ? resolve(rootKeyFile ?? join(path, 'root.key')) : 'passphrase',
    ...(rootKeyFile === undefined && passphraseFile === undefined
      ? { Warning: 'a root key beside its database is for development' }
      : {}),
  });
}
