// BuildError: a reason to end the build that is told in one sentence, without a stack.

export class BuildError extends Error {
  /**
   * @param {string} sentence what is wrong and what to do about it
   * @param {{ output?: string }} [options] a failed tool's last lines, shown first
   */
  constructor(sentence, { output = '' } = {}) {
    super(sentence);
    this.name = 'BuildError';
    this.output = output;
  }
}

/** Ends the process after an error: a BuildError as its sentence, anything else with its stack. */
export function exitWithError(error) {
  if (!(error instanceof BuildError)) throw error;
  if (error.output !== '') process.stderr.write(`${error.output.trimEnd()}\n\n`);
  process.stderr.write(`keystead: ${error.message}\n`);
  process.exit(1);
}
