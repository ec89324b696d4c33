// The options of all commands that print something, and the printing.

import type { Command } from 'commander';
import { Option } from 'commander';
import type { OutputOptions } from './output.js';
import { formatAnswer } from './output.js';

export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--output <format>', 'how the answer is printed')
        .choices(['json', 'text'])
        .default('json'),
    )
    .option('--query <jmespath>', 'what of the answer is printed')
    .option('--json', 'prints errors as JSON, for scripts');
}

/** Prints an answer as the command's options say. */
export async function print(command: Command, answer: object): Promise<void> {
  await write(formatAnswer(answer, command.opts<OutputOptions>()));
}

/** A pipe takes its time. */
function write(text: string): Promise<void> {
  return new Promise((done, fail) => {
    process.stdout.write(text, (error) => (error == null ? done() : fail(error)));
  });
}
