#!/usr/bin/env node
// The entry of the command line.

import { type Command, CommanderError } from 'commander';
import { exitCodes, formatFailure, toldFailure } from './cli_failure.js';
import { makeProgram } from './program.js';

async function main(args: readonly string[]): Promise<void> {
  const program = makeProgram();
  for (const command of allCommands(program)) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = fail(error, args.includes('--json'));
  }
}

/** Commander has told its own failures already. */
function fail(error: unknown, isJson: boolean): number {
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  const told = toldFailure(error);
  process.stderr.write(formatFailure(told, isJson));
  return told.exitCode;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap((one) => allCommands(one))];
}

// A reader that has seen enough closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await main(process.argv.slice(2));
