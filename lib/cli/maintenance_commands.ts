// `keystead backup`, `rekey` and `run-due`: what an operator does with a store now and then.

import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Kms } from '../kms.js';
import { usageError } from './cli_failure.js';
import { addOutputOptions, print } from './output_options.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore, rootKeyOf } from './store_options.js';

/** The new root key. */
interface GivenRootKey {
  readonly newRootKeyFile?: string | undefined;
  readonly newPassphraseFile?: string | undefined;
}

export function backupCommand(): Command {
  return onStore(
    new Command('backup')
      .description(
        'writes a consistent copy of the store, without the root key, into an empty folder',
      )
      .argument('<folder>', 'made when it is not there')
      .addHelpText('after', '\nExample:\n  $ keystead backup /mnt/backup/2026-03-01'),
    async (kms, _, [folder = '']) => {
      await kms.backup(folder);
      return { Folder: resolve(folder) };
    },
  );
}

export function rekeyCommand(): Command {
  return onStore(
    new Command('rekey')
      .description('locks the store to another root key; ciphertexts stay as they are')
      .option('--new-root-key-file <file>', 'a file of 32 bytes; made when it is not there')
      .option('--new-passphrase-file <file>', 'a file whose first line is a passphrase, or -')
      .addHelpText(
        'after',
        '\nExample:\n  $ keystead rekey --new-root-key-file /run/secrets/next.key',
      ),
    async (kms, { newRootKeyFile, newPassphraseFile }) => {
      const rootKey = rootKeyOf({
        rootKeyFile: newRootKeyFile,
        passphraseFile: newPassphraseFile,
      });
      if (
        rootKey === undefined ||
        (newRootKeyFile !== undefined && newPassphraseFile !== undefined)
      )
        throw usageError('give either --new-root-key-file or --new-passphrase-file');
      await kms.rekey(rootKey);
      return {
        RootKey: newRootKeyFile === undefined ? 'passphrase' : resolve(newRootKeyFile),
      };
    },
  );
}

export function runDueCommand(): Command {
  return onStore(
    new Command('run-due')
      .description(
        'does the deletions and rotations that are due, as a running server does by itself',
      )
      .addHelpText('after', '\nExample:\n  $ keystead run-due --path ./keys'),
    async (kms) => {
      const { keysDestroyed, keysRotated } = await kms.runDue();
      return { KeysDestroyed: keysDestroyed, KeysRotated: keysRotated };
    },
  );
}

function onStore(
  command: Command,
  run: (kms: Kms, options: GivenRootKey, args: readonly string[]) => Promise<object>,
): Command {
  command.action(async (...given: unknown[]) => {
    const self = given.at(-1) as Command;
    const kms = await openStore(self.opts<StoreOptions>(), false);
    try {
      await print(self, await run(kms, self.opts<GivenRootKey>(), self.args));
    } finally {
      await kms.close();
    }
  });
  return addOutputOptions(addStoreOptions(command));
}
