// `keystead iam …` and `keystead sts …`: users, roles, access keys and policies of the store, with the AWS
// CLI's own parameters.

import { Command } from 'commander';
import { iamOperations, stsOperations } from '../iam/iam_table.js';
import { addCallerOptions, callerOf } from './caller_options.js';
import { operationCommand } from './operation_command.js';
import { addOutputOptions, print } from './output_options.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore } from './store_options.js';

const iamExamples = `
Examples:
  $ keystead iam create-access-key                      # for the account's root: the first credentials
  $ keystead iam create-user --user-name alice
  $ keystead iam create-access-key --user-name alice
  $ keystead iam put-user-policy --user-name alice --policy-name use-keys \\
      --policy-document file://policy.json`;

const stsExamples = `
Examples:
  $ keystead sts assume-role --role-arn arn:aws:iam::000000000000:role/backup --role-session-name nightly`;

export function iamCommand(): Command {
  return serviceCommand(
    'iam',
    'users, roles, access keys and policies, as of AWS IAM',
    iamOperations,
  ).addHelpText('after', iamExamples);
}

export function stsCommand(): Command {
  return serviceCommand('sts', 'temporary credentials, as of AWS STS', stsOperations).addHelpText(
    'after',
    stsExamples,
  );
}

function serviceCommand(
  service: 'iam' | 'sts',
  description: string,
  table: typeof iamOperations | typeof stsOperations,
): Command {
  const group = new Command(service).description(description);
  for (const { name, shape } of Object.values(table)) {
    const command = operationCommand(
      { name, shape },
      `${name}, as of AWS ${service.toUpperCase()}`,
      (input, self) => runOperation(service, name, input, self),
    );
    group.addCommand(addOutputOptions(addCallerOptions(addStoreOptions(command))));
  }
  return group;
}

async function runOperation(
  service: 'iam' | 'sts',
  name: string,
  input: object,
  command: Command,
): Promise<void> {
  const { client } = callerOf(command);
  const kms = await openStore(command.opts<StoreOptions>(), true);
  try {
    const caller = service === 'iam' ? kms.iamClient(client) : kms.stsClient(client);
    await print(command, await caller.call(name, input));
  } finally {
    await kms.close();
  }
}
