// `keystead inspect`: what a message says of itself, without a key.

import { Command } from 'commander';
import type { MessageFileSummary } from '../envelope/inspect_message.js';
import { inspectMessageFile } from '../envelope/inspect_message.js';
import { addOutputOptions, print } from './output_options.js';

const examples = `
Nothing of what is told is authenticated: a forged message can say anything.

Examples:
  $ keystead inspect battleplans.txt.enc
  $ keystead inspect battleplans.txt.enc --query 'EncryptedDataKeys[].KeyId' --output text`;

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('tells what a message says of itself: keys, encryption context, suite, frames')
    .argument('<file>', 'the message')
    .addHelpText('after', examples)
    .action((file: string, _, self: Command) => inspect(file, self));
  return addOutputOptions(command);
}

async function inspect(file: string, command: Command): Promise<void> {
  await print(command, readable(await inspectMessageFile(file)));
}

function readable(summary: MessageFileSummary): object {
  return {
    FormatVersion: summary.formatVersion,
    Suite: `0x${summary.suite.toString(16).padStart(4, '0')}`,
    Committing: summary.isCommitting,
    Signed: summary.isSigned,
    MessageId: summary.messageId,
    EncryptionContext: summary.encryptionContext,
    EncryptedDataKeys: summary.encryptedDataKeys.map(({ providerId, keyId }) => ({
      ProviderId: providerId,
      KeyId: keyId,
    })),
    FrameLength: summary.frameLength,
    HeaderLength: summary.headerLength,
    Size: summary.size,
    Frames: summary.frames,
    PlaintextSize: summary.plaintextSize,
  };
}
