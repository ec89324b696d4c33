// Command objects of the AWS SDK for JavaScript v3, as far as they say which operation they are and
// with what.

import { KeysteadError } from './errors.js';

/** A command of `@aws-sdk/client-kms`. */
export interface SdkCommand<Output> {
  readonly input: object;
  /** Never called: it only tells what the command answers. */
  resolveMiddleware(...rest: never[]): (request: never) => Promise<{ output: Output }>;
}

const suffix = 'Command';

/** @throws KeysteadError ERR_INVALID_ARGUMENT for what is no command */
export function operationOfCommand(command: SdkCommand<unknown>): { name: string; input: object } {
  const { input } = (command ?? {}) as { input?: unknown };
  const name: unknown = (command as object | undefined)?.constructor.name;
  if (
    typeof name !== 'string' ||
    !name.endsWith(suffix) ||
    typeof input !== 'object' ||
    input === null
  )
    throw new KeysteadError('ERR_INVALID_ARGUMENT', 'send() takes a command of the AWS SDK');
  return { name: name.slice(0, -suffix.length), input };
}
