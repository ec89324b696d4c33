// `keystead audit verify`: is the trail as it was written?

import { Command } from 'commander';
import { exitCodes } from './cli_failure.js';
import { addOutputOptions, print } from './output_options.js';
import type { StoreOptions } from './store_options.js';
import { addStoreOptions, openStore } from './store_options.js';

const verifyHelp = `
Finds lines that were changed, removed, added or put elsewhere, a file cut off before the line that the
store vouches for, and files that are missing or unknown. Tells apart from these a torn last line
(IsTorn: its writer was stopped in the middle) and events behind the last line that the store vouches
for (Unprotected: at most a second's worth while a process writes).

Exit status: 0 when nothing was found, 1 otherwise.

Examples:
  $ keystead audit verify --path ./keys
  $ keystead audit verify --query 'findings' --output json`;

export function auditCommand(): Command {
  return new Command('audit').description('the audit trail').addCommand(verifyCommand());
}

function verifyCommand(): Command {
  const command = new Command('verify')
    .description('reads the audit trail again and tells what is not as it was written')
    .option('--folder <folder>', "of the trail; default: audit in the store's folder")
    .addHelpText('after', verifyHelp)
    .action((_, self: Command) => verify(self));
  return addOutputOptions(addStoreOptions(command));
}

async function verify(command: Command): Promise<void> {
  const { folder, ...store } = command.opts<StoreOptions & { folder?: string }>();
  const kms = await openStore(store, false);
  try {
    const report = await kms.verifyAudit(folder);
    await print(command, report);
    if (!report.ok) process.exitCode = exitCodes.negative;
  } finally {
    await kms.close();
  }
}
