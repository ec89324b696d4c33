// Key policies, compiled. Most keys of a store have one of very few policies, so a few compiled ones
// are kept.

import type { CompiledPolicy } from '../authorization/index.js';
import { compilePolicy } from '../authorization/index.js';
import { KmsError } from '../errors.js';

/** How many compiled policies are kept. */
const keptMax = 256;

const kept = new Map<string, CompiledPolicy>();

/** The unique ids of users and roles, by ARN, as they were when the policy was written. */
export type PolicyBindings = Readonly<Record<string, string>>;

/**
 * @throws KmsError MalformedPolicyDocumentException, LimitExceededException for what cannot be a
 * key policy
 */
export function compileKeyPolicy(text: string, bindings: PolicyBindings): CompiledPolicy {
  const name = Object.keys(bindings).length === 0 ? text : `${JSON.stringify(bindings)}${text}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const policy = compile(text, bindings);
  if (kept.size >= keptMax) kept.clear();
  kept.set(name, policy);
  return policy;
}

function compile(text: string, bindings: PolicyBindings): CompiledPolicy {
  const bind = (arn: string) => (Object.hasOwn(bindings, arn) ? bindings[arn] : undefined);
  const result = compilePolicy(text, { kind: 'key policy', name: 'default', bind });
  if (!result.ok) throw new KmsError(result.error.name, result.error.message);
  return result.value;
}
