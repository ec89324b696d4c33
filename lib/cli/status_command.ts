// `keystead status`: the store, its keys, its root key, and the memory that keys are in.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { nativeInfo } from '../hsm/index.js';
import { countKeys } from '../keys/key_census.js';
import type { Kms } from '../kms.js';
import { auditFolderOf } from '../kms_options.js';
import { version } from '../version.js';
import { addOutputOptions, print } from './output_options.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore } from './store_options.js';

const examples = `
Examples:
  $ keystead status --path ./keys
  $ keystead status --query Keys --output text`;

export function statusCommand(): Command {
  const command = new Command('status')
    .description('tells of the store, its keys by state, its root key, and the memory for keys')
    .addHelpText('after', examples)
    .action((_, self: Command) => status(self));
  return addOutputOptions(addStoreOptions(command));
}

async function status(command: Command): Promise<void> {
  const options = command.opts<StoreOptions>();
  const kms = await openStore(options, false);
  try {
    await print(command, await statusOf(kms, options));
  } finally {
    await kms.close();
  }
}

async function statusOf(kms: Kms, options: StoreOptions): Promise<object> {
  const { ground } = kms.ground.engine.registry;
  const { openssl, aesGcm, constantTime, memory } = nativeInfo();
  const audit = auditFolderOf(options.path);
  return {
    Version: version,
    Path: resolve(options.path),
    Keys: await countKeys(ground),
    RootKey: rootKeyStatus(options),
    AuditTrail: existsSync(audit) ? resolve(audit) : undefined,
    OpenSSL: openssl,
    AesGcm: aesGcm,
    ConstantTime: constantTime,
    Memory: {
      Backing: memory.backing,
      BytesLocked: memory.bytesLocked,
      BytesUnlocked: memory.bytesUnlocked,
      BytesInUse: memory.bytesInUse,
      BytesAllowed: memory.bytesAllowed,
    },
  };
}

/** A key beside its database is for development: who copies the folder has both. */
function rootKeyStatus({ path, rootKeyFile, passphraseFile }: StoreOptions): object {
  if (passphraseFile !== undefined) return { Kind: 'passphrase' };
  const folder = resolve(path);
  const file = resolve(rootKeyFile ?? join(folder, 'root.key'));
  if (!file.startsWith(`${folder}/`)) return { Kind: 'key file', File: file };
  const warning = 'the root key is beside its database: for development';
  return { Kind: 'key file', File: file, Warning: warning };
}
