// The policies of users, roles and sessions, compiled. Many subjects share a document, so a few
// compiled ones are kept.

import type { CompiledPolicy, PolicyKind } from '../authorization/index.js';
import { compilePolicy, principalsNamed } from '../authorization/index.js';
import { IamError } from '../errors.js';
import type { RoleRecord } from './records.js';

/** How many compiled policies are kept. */
const keptMax = 1024;

const kept = new Map<string, CompiledPolicy>();

/** What stands for a policy that is gone: what it denied is not known any more, so everything is. */
const denyAll =
  '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}';

/** The kinds of policies that IAM keeps; a trust policy is {@link compileTrustPolicy}'s. */
type Kind = Exclude<PolicyKind, 'key policy' | 'trust policy'>;

/**
 * @param name - what decisions call it: a name, or the ARN of a managed policy
 * @throws IamError MalformedPolicyDocument, LimitExceeded
 */
export function compileIamPolicy(text: string, kind: Kind, name: string): CompiledPolicy {
  return compileKept(text, kind, name, {});
}

/** @throws IamError MalformedPolicyDocument, LimitExceeded */
export function compileTrustPolicy(
  text: string,
  bindings: RoleRecord['trustBindings'],
): CompiledPolicy {
  return compileKept(text, 'trust policy', 'AssumeRolePolicyDocument', bindings);
}

/** In place of a managed policy that a record names and that is gone. */
export function lostPolicy(kind: Kind, name: string): CompiledPolicy {
  return compileIamPolicy(denyAll, kind, name);
}

/** The ARNs of the users and roles that a trust policy names. */
export function trustedArns(policy: CompiledPolicy): string[] {
  return principalsNamed(policy).flatMap((pattern) =>
    pattern.kind === 'user' || pattern.kind === 'role' ? [pattern.arn] : [],
  );
}

function compileKept(
  text: string,
  kind: PolicyKind,
  name: string,
  bindings: Readonly<Record<string, string>>,
): CompiledPolicy {
  const key = JSON.stringify([kind, name, bindings, text]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const bind = (arn: string) => (Object.hasOwn(bindings, arn) ? bindings[arn] : undefined);
  const result = compilePolicy(text, { kind, name, bind });
  if (!result.ok) {
    const isTooLong = result.error.name === 'LimitExceededException';
    const code = isTooLong ? 'LimitExceeded' : 'MalformedPolicyDocument';
    throw new IamError(code, result.error.message);
  }
  if (kept.size >= keptMax) kept.clear();
  kept.set(key, result.value);
  return result.value;
}
