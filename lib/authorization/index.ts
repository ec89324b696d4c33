// The face of the decision: what operations, the registry and IAM use of it.

export { accessDeniedText, unknownCiphertextText, unknownKeyText } from './access_denied_text.js';
export { grantOperations, type KmsAction, kmsAction, kmsActions } from './action.js';
export { authorize, type Decision, type Reason } from './authorize.js';
export {
  type CompiledPolicy,
  type CompileOptions,
  compilePolicy,
  principalsNamed,
  type StatementReference,
} from './compile.js';
export type { ConditionValue, ConditionValues } from './condition_values.js';
export { awsManagedKeyPolicy, defaultKeyPolicy } from './default_policies.js';
export { isOfAnotherAccount } from './demand.js';
export { type Explanation, explain, type Mismatch } from './explain.js';
export { formatPolicy } from './format_policy.js';
export { findSameGrant, type Grant, type GrantProposal } from './grant.js';
export type { GrantConstraints } from './grant_constraints.js';
export {
  compileGrant,
  type GrantEntry,
  type GrantEntryConstraints,
  grantOperationsOf,
} from './grant_entry.js';
export { lockoutError } from './lockout.js';
export { type PolicyKind, policySizeMax } from './policy_document.js';
export type { PolicyError, Result } from './policy_error.js';
export {
  type Principal,
  parsePrincipalArn,
  principalOfArn,
  servicePrincipal,
} from './principal.js';
export { type Bind, type PrincipalPattern, parsePrincipalPattern } from './principal_pattern.js';
export type { AuthorizationRequest, Call, Caller, Resource } from './request.js';
export { aliasResource, anyResource, iamResource, keyResource } from './resource.js';
