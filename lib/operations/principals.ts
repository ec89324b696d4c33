// Users and roles that policies and grants name: bound to the unique ids that they have now, so that
// one made again under the same name is another.

import type { PrincipalPattern } from '../authorization/index.js';
import { KmsError } from '../errors.js';
import type { Caller } from './operation.js';

/** What is known of named principals. */
export interface NamedPrincipals {
  /** Unique ids by ARN. */
  readonly bindings: Readonly<Record<string, string>>;
  /** The ARN of a user or role that the store's IAM does not know. */
  readonly unknown: string | undefined;
}

export async function findUniqueIdsOf(
  patterns: readonly PrincipalPattern[],
  { engine }: Caller,
): Promise<NamedPrincipals> {
  const arns = patterns.flatMap((pattern) =>
    pattern.kind === 'user' || pattern.kind === 'role' ? [pattern.arn] : [],
  );
  const bindings = await engine.findUniqueIds([...new Set(arns)]);
  return { bindings, unknown: arns.find((arn) => bindings[arn] === undefined) };
}

/** @param role - what the principal is of grants: `Retiring` */
export function principalNotFound(role: string, name: string | undefined): KmsError {
  return new KmsError('NotFoundException', `${role} principal ${name} could not be found`);
}
