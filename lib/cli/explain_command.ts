// `keystead explain`: would a request be allowed, and why.

import { Command } from 'commander';
import type { ExplainedDecision } from '../operations/explain.js';
import { addCallerOptions, callerOf } from './caller_options.js';
import { exitCodes } from './cli_failure.js';
import { addOutputOptions, print } from './output_options.js';
import { parseShorthand } from './shorthand.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore } from './store_options.js';

const examples = `
Exit status: 0 when the request would be allowed, 1 when it would be denied.

Examples:
  $ keystead explain --principal arn:aws:iam::000000000000:user/alice \\
      --action kms:Decrypt --key-id alias/catrobot
  $ keystead explain --action kms:Encrypt --key-id alias/aws/s3 --query message --output text`;

interface GivenQuestion extends StoreOptions {
  readonly action: string;
  readonly keyId?: string | undefined;
  readonly encryptionContext?: string | undefined;
  readonly grantId?: string | undefined;
}

export function explainCommand(): Command {
  const command = new Command('explain')
    .description(
      'tells whether a request would be allowed, by which statements, and what nearly did',
    )
    .requiredOption('--action <name>', 'kms:Decrypt, …')
    .option('--key-id <name>', 'a key id, key ARN, alias name or alias ARN')
    .option('--encryption-context <pairs>', 'name=value,name=value')
    .option('--grant-id <id>', 'the grant that a kms:RetireGrant would retire')
    .addHelpText('after', examples)
    .action((_, self: Command) => explain(self));
  return addOutputOptions(addCallerOptions(addStoreOptions(command)));
}

async function explain(command: Command): Promise<void> {
  const { action, keyId, grantId, encryptionContext, ...store } = command.opts<GivenQuestion>();
  const { client, via } = callerOf(command);
  const context =
    encryptionContext === undefined
      ? undefined
      : (parseShorthand(encryptionContext) as Record<string, string>);
  const kms = await openStore(store, false);
  let answer: ExplainedDecision;
  try {
    answer = await kms.explain({
      ...client,
      action,
      keyId,
      grantId,
      via,
      encryptionContext: context,
    });
  } finally {
    await kms.close();
  }
  await print(command, answer);
  if (answer.decision === 'Deny') process.exitCode = exitCodes.negative;
}
