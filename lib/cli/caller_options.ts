// For whom a command acts. Whoever can read the root key is the machine's operator: the account's root,
// unless told otherwise.

import type { Command } from 'commander';
import type { KmsClientOptions } from '../client_options.js';

/** The options as commander gives them. */
interface GivenCaller {
  readonly principal?: string | undefined;
  readonly via?: string | undefined;
}

export function addCallerOptions(command: Command): Command {
  return command
    .option('--principal <arn>', "acts as this user, role or session; default: the account's root")
    .option('--via <service>', 'acts as a service does on the caller’s behalf: s3, rds, ec2, …');
}

/** What {@link Kms.client} takes, and the service in between. */
export function callerOf(command: Command): {
  readonly client: KmsClientOptions;
  readonly via: string | undefined;
} {
  const { principal, via } = command.opts<GivenCaller>();
  return { client: { principal }, via };
}
