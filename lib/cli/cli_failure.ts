// How commands fail: one sentence on standard error, and an exit code as of the AWS CLI
// (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html).

import { IamError, KmsError } from '../errors.js';

/** What programs that call the command line may rely on. */
export const exitCodes = {
  /** Done. */
  success: 0,
  /** An audit trail that does not verify, a request that would be denied: asked and answered with no. */
  negative: 1,
  /** The command line cannot be understood, or a parameter is none. */
  usage: 252,
  /** There is no store, or it cannot be opened. */
  environment: 253,
  /** The operation was refused: the message begins with AWS's code. */
  refused: 254,
  /** Anything else. */
  failure: 255,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure of the command line's own. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly code: string;

  constructor(exitCode: ExitCode, code: string, message: string) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** A parameter that cannot be. */
export function usageError(message: string): CliError {
  return new CliError(exitCodes.usage, 'ParamValidation', message);
}

/** What of a failure a person or a script is told. */
export interface ToldFailure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

const ofEnvironment = new Set([
  'ERR_ROOT_KEY',
  'ERR_STORE',
  'ERR_STORE_CORRUPT',
  'ERR_SECURE_MEMORY',
]);

export function toldFailure(error: unknown): ToldFailure {
  if (error instanceof CliError)
    return { code: error.code, message: error.message, exitCode: error.exitCode };
  if (error instanceof KmsError || error instanceof IamError)
    return { code: error.code, message: error.message, exitCode: exitCodes.refused };
  const { code = 'Failure', message } = error as { code?: unknown; message: string };
  const told = typeof code === 'string' ? code : 'Failure';
  const exitCode = ofEnvironment.has(told) ? exitCodes.environment : exitCodes.failure;
  return { code: told, message, exitCode };
}

/** @param isJson - for scripts: `{"error":{"code":…,"message":…}}` */
export function formatFailure({ code, message }: ToldFailure, isJson: boolean): string {
  if (isJson) return `${JSON.stringify({ error: { code, message } })}\n`;
  return `keystead: ${code}${message === '' ? '' : `: ${message}`}\n`;
}
