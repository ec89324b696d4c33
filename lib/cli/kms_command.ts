// `keystead kms …`: every operation of AWS KMS that is served, with the AWS CLI's own parameters.

import { Command } from 'commander';
import { operations } from '../operations/table.js';
import { addCallerOptions, callerOf } from './caller_options.js';
import { operationCommand } from './operation_command.js';
import { addOutputOptions, print } from './output_options.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore } from './store_options.js';

const examples = `
Examples:
  $ keystead kms create-key --description 'battle plans'
  $ keystead kms create-alias --alias-name alias/catrobot --target-key-id KEY-ID
  $ keystead kms encrypt --key-id alias/catrobot --plaintext fileb://battleplans.txt \\
      --output text --query CiphertextBlob | base64 --decode > not_battleplans.enc
  $ keystead kms decrypt --ciphertext-blob fileb://not_battleplans.enc \\
      --output text --query Plaintext | base64 --decode`;

export function kmsCommand(): Command {
  const kms = new Command('kms')
    .description('the operations of AWS KMS, with the parameters of the AWS CLI')
    .addHelpText('after', examples);
  for (const operation of Object.values(operations)) {
    const { name, validate } = operation;
    const command = operationCommand(
      { name, shape: validate.shape },
      `${name}, as of AWS KMS`,
      (input, self) => runOperation(name, input, self),
    );
    kms.addCommand(addOutputOptions(addCallerOptions(addStoreOptions(command))));
  }
  return kms;
}

async function runOperation(name: string, input: object, command: Command): Promise<void> {
  const { client, via } = callerOf(command);
  const kms = await openStore(command.opts<StoreOptions>(), true);
  try {
    const direct = kms.client(client);
    await print(command, await (via === undefined ? direct : direct.via(via)).call(name, input));
  } finally {
    await kms.close();
  }
}
