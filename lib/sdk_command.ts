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
  const found = (command ?? {}) as unknown as Partial<CommandObject>;
  const name =
    found.schema === undefined ? nameOfClass(found.constructor?.name) : nameInSchema(found.schema);
  const { input } = found;
  if (name === undefined || typeof input !== 'object' || input === null)
    throw new KeysteadError('ERR_INVALID_ARGUMENT', 'send() takes a command of the AWS SDK');
  return { name, input };
}

interface CommandObject {
  readonly input: unknown;
  readonly schema: unknown;
  readonly constructor: { readonly name?: unknown };
}

/** Commands since 2025 have a schema: kind, service, operation. Bundlers leave it as it is. */
function nameInSchema(schema: unknown): string | undefined {
  if (!Array.isArray(schema)) return undefined;
  const [, service, name] = schema as readonly unknown[];
  return service === 'com.amazonaws.kms' && typeof name === 'string' ? name : undefined;
}

/** Older commands are known by their class alone. */
function nameOfClass(name: unknown): string | undefined {
  return typeof name === 'string' && name.endsWith(suffix)
    ? name.slice(0, -suffix.length)
    : undefined;
}
