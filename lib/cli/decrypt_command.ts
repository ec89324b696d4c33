// `keystead decrypt`: messages back to files.

import { Command } from 'commander';
import { usageError } from './cli_failure.js';
import { workOnFiles } from './message_files.js';
import type { MessageOptions } from './message_options.js';
import { addMessageOptions, checkFiles, contextOf, withEnvelope } from './message_options.js';

const examples = `
The result stands beside the message, without its .enc, and appears when all of it verified, or not at
all. On standard output each frame is released once it has verified: when the status is not 0, what
came before is not the whole file.

Without --key every KMS key of the store that the caller may use can decrypt.

Examples:
  $ keystead decrypt battleplans.txt.enc
  $ keystead decrypt battleplans.txt.enc --context purpose=plans -o plans.txt
  $ keystead decrypt - < plans.tar.enc | tar x`;

const ending = '.enc';

interface DecryptOptions extends MessageOptions {
  readonly allowUnverifiedRelease?: boolean | undefined;
}

export function decryptCommand(): Command {
  const command = new Command('decrypt')
    .description('decrypts messages')
    .argument('<files...>', 'the messages; - is standard input')
    .option('-k, --key <names...>', 'the KMS keys that may decrypt, and no others')
    .option(
      '--allow-unverified-release',
      'releases frames of a signed message to standard output before its signature was checked',
    )
    .addHelpText('after', examples)
    .action((files: string[], _, self: Command) => decrypt(files, self));
  return addMessageOptions(command);
}

async function decrypt(files: readonly string[], command: Command): Promise<void> {
  const options = command.opts<DecryptOptions>();
  checkFiles(files, options);
  const { key, force, sync, threads, allowUnverifiedRelease } = options;
  const encryptionContext = contextOf(options);
  const keys = key === undefined ? { discovery: true } : { decryptKeyIds: key };
  await withEnvelope(command, keys, async (envelope) => {
    process.exitCode = await workOnFiles(files, options, {
      resultOf: plainName,
      files: (source, target, watch) =>
        envelope.decryptFile(source, target, {
          ...watch,
          encryptionContext,
          overwrite: force,
          sync,
          threads,
        }),
      stream: (watch) =>
        envelope.decryptStream({ ...watch, encryptionContext, allowUnverifiedRelease }),
    });
  });
}

function plainName(source: string): string {
  if (source.endsWith(ending) && source.length > ending.length)
    return source.slice(0, -ending.length);
  throw usageError(`${source} does not end in ${ending}: name the result by --out`);
}
