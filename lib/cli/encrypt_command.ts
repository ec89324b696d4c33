// `keystead encrypt`: files to messages of the AWS Encryption SDK's format.

import { Command, Option } from 'commander';
import { committingSuite, signingSuite } from '../envelope/envelope_options.js';
import { usageError } from './cli_failure.js';
import { workOnFiles } from './message_files.js';
import type { MessageOptions } from './message_options.js';
import { addMessageOptions, checkFiles, contextOf, withEnvelope } from './message_options.js';

const examples = `
The result stands beside the file, with .enc added to its name, and appears whole or not at all.

Examples:
  $ keystead encrypt battleplans.txt --key alias/catrobot
  $ keystead encrypt *.txt --key alias/catrobot --context purpose=plans
  $ tar c plans | keystead encrypt - --key alias/catrobot > plans.tar.enc`;

interface EncryptOptions extends MessageOptions {
  readonly sign?: boolean | undefined;
  readonly frameLength?: string | undefined;
}

export function encryptCommand(): Command {
  const command = new Command('encrypt')
    .description('encrypts files under KMS keys')
    .argument('<files...>', 'the files; - is standard input')
    .addOption(
      new Option(
        '-k, --key <names...>',
        'the KMS key, and further ones each of which can decrypt alone',
      ).makeOptionMandatory(),
    )
    .option('--sign', 'signs the message too (suite 0x0578)')
    .option('--frame-length <bytes>', 'plaintext bytes in a frame')
    .addHelpText('after', examples)
    .action((files: string[], _, self: Command) => encrypt(files, self));
  return addMessageOptions(command);
}

async function encrypt(files: readonly string[], command: Command): Promise<void> {
  const options = command.opts<EncryptOptions>();
  checkFiles(files, options);
  const { key: [keyId, ...wrappingKeyIds] = [], force, sync, threads } = options;
  const encryptionContext = contextOf(options);
  const keys = {
    keyId,
    wrappingKeyIds,
    suite: options.sign === true ? signingSuite : committingSuite,
    frameLength: frameLengthOf(options),
  } as const;
  await withEnvelope(command, keys, async (envelope) => {
    process.exitCode = await workOnFiles(files, options, {
      resultOf: (source) => `${source}.enc`,
      files: (source, target, watch) =>
        envelope.encryptFile(source, target, {
          ...watch,
          encryptionContext,
          overwrite: force,
          sync,
          threads,
        }),
      stream: (watch) => envelope.encryptStream({ ...watch, encryptionContext }),
    });
  });
}

function frameLengthOf({ frameLength }: EncryptOptions): number | undefined {
  if (frameLength === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(frameLength)) return Number(frameLength);
  throw usageError('--frame-length must be a whole number of bytes');
}
