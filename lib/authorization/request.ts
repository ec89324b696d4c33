// What is decided upon: a caller with the policies that bound it, an action, a resource with its
// key policy and grants, and what conditions may ask of the call. Plain values; nothing here is
// looked up.

import type { KmsAction } from './action.js';
import type { ArnParts } from './arn_parts.js';
import type { CompiledPolicy } from './compile.js';
import type { ConditionValues } from './condition_values.js';
import type { Grant, GrantProposal } from './grant.js';
import type { Principal } from './principal.js';

/** The caller and what its own account says of it. The same for every request of a client. */
export interface Caller {
  readonly principal: Principal;
  /** Of the user with its groups, or of the role. */
  readonly identityPolicies: readonly CompiledPolicy[];
  readonly permissionsBoundary?: CompiledPolicy | undefined;
  /** One of them must allow what the session does; undefined when the session was given none. */
  readonly sessionPolicies?: readonly CompiledPolicy[] | undefined;
}

/** What the action is done to. The same for every request until the key's record changes. */
export interface Resource {
  /**
   * `iam` is a user, role or policy of IAM; `any` is what operations without a key are authorized
   * against: only the pattern `*` covers it.
   */
  readonly kind: 'key' | 'alias' | 'iam' | 'any';
  /**
   * The key ARN, also when an alias was given; the alias ARN for the alias half of alias
   * operations; IAM's; or `*`.
   */
  readonly arn: string;
  readonly arnParts: ArnParts | undefined;
  /** The account that owns it. */
  readonly account: string;
  /**
   * Of a key, or the trust policy of a role that is to be assumed. Without one, nothing is allowed.
   */
  readonly policy?: CompiledPolicy | undefined;
  /** The key's grants, or those of them that can name the caller. */
  readonly grants: readonly Grant[];
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** What else conditions can ask of it: `kms:KeySpec`, `kms:KeyUsage`, `kms:KeyOrigin`, … */
  readonly keys?: ConditionValues | undefined;
}

/** What conditions can ask of the call itself. */
export interface Call {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /**
   * Of cryptographic operations; for CreateGrant and RetireGrant the pairs in the grant's
   * constraints.
   */
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined;
  /** Tags in the request: CreateKey, TagResource, ReplicateKey. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** `rds.eu-central-1.amazonaws.com` when that service calls on the caller's behalf. */
  readonly viaService?: string | undefined;
  /** The services through which the call came, first one first. */
  readonly calledVia?: readonly string[] | undefined;
  /** Everything else: `kms:RequestAlias`, `kms:EncryptionAlgorithm`, `aws:SourceIp`, … */
  readonly keys?: ConditionValues | undefined;
  /** What a CreateGrant would create. */
  readonly proposedGrant?: GrantProposal | undefined;
  /** The grant that a RetireGrant would retire. */
  readonly retiredGrant?: Grant | undefined;
}

/** One question to {@link authorize}. */
export interface AuthorizationRequest {
  readonly caller: Caller;
  readonly action: KmsAction;
  readonly resource: Resource;
  readonly call: Call;
}
