// The command line as a tree of commands.

import { Command } from 'commander';
import { version } from '../version.js';
import { auditCommand } from './audit_command.js';
import { decryptCommand } from './decrypt_command.js';
import { encryptCommand } from './encrypt_command.js';
import { explainCommand } from './explain_command.js';
import { iamCommand, stsCommand } from './iam_command.js';
import { initCommand } from './init_command.js';
import { inspectCommand } from './inspect_command.js';
import { kmsCommand } from './kms_command.js';
import { backupCommand, rekeyCommand, runDueCommand } from './maintenance_commands.js';
import { serveCommand } from './serve_command.js';
import { statusCommand } from './status_command.js';

const help = `
Exit status: 0 done; 1 answered with no (explain, audit verify); 252 the command line cannot be
understood; 253 there is no store, or it cannot be opened; 254 the operation was refused, with AWS's
code; 255 anything else.

Secrets are never on the command line: root keys and passphrases are in files.`;

export function makeProgram(): Command {
  return new Command('keystead')
    .description('a key management system with the semantics of AWS KMS, on this machine')
    .version(version)
    .addHelpText('after', help)
    .addCommand(initCommand())
    .addCommand(serveCommand())
    .addCommand(statusCommand())
    .addCommand(kmsCommand())
    .addCommand(iamCommand())
    .addCommand(stsCommand())
    .addCommand(encryptCommand())
    .addCommand(decryptCommand())
    .addCommand(inspectCommand())
    .addCommand(explainCommand())
    .addCommand(auditCommand())
    .addCommand(backupCommand())
    .addCommand(rekeyCommand())
    .addCommand(runDueCommand());
}
