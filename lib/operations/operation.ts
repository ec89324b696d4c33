// What an operation is: a row of the table. The row says what the request looks like, how its key
// is found, what permission it needs, what conditions may ask of it and in which key states it
// works; `run` does the rest, knowing that all of it holds.

import type { AuditNote } from '../audit/note.js';
import type { AuditTrail } from '../audit/trail.js';
import type {
  Caller as Asker,
  ConditionValues,
  GrantProposal,
  KmsAction,
} from '../authorization/index.js';
import type { Addon } from '../hsm/index.js';
import type { KeyNames } from '../keys/key_cache.js';
import type { StateRule } from '../keys/key_state.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { KeyRegistry } from '../keys/registry.js';
import type { UsageTracker } from '../keys/usage.js';
import type { KeyLastUsageOperation } from '../types.js';
import type { OperationCall } from './operation_call.js';
import type { Validated, Validator } from './shape.js';

/** Finds the unique ids of the users and roles among some principals. */
export type FindUniqueIds = (arns: readonly string[]) => Promise<Readonly<Record<string, string>>>;

/** Everything that operations work with. */
export interface Engine {
  readonly hsm: Addon;
  readonly registry: KeyRegistry;
  readonly usage: UsageTracker;
  readonly findUniqueIds: FindUniqueIds;
  /** Where every request is told of, when it is. */
  readonly audit?: AuditTrail | undefined;
  /** Does what is due soon after now. */
  readonly wakeDueJobs: () => void;
}

/** Who asks, with the policies of its account: they may change while a client lives. */
export interface Identity {
  /** What is known without asking the store. */
  current(): Asker | undefined;
  load(): Promise<Asker>;
}

/** On whose behalf an operation runs. */
export interface Caller {
  readonly engine: Engine;
  readonly identity: Identity;
  /**
   * The account and Region in which bare names are looked up, with the keys that are open already.
   */
  readonly names: KeyNames;
  /** `rds.eu-central-1.amazonaws.com` when that service calls on the caller's behalf. */
  readonly viaService: string | undefined;
  /** The services through which the call came, first one first. */
  readonly calledVia: readonly string[] | undefined;
  /** What else conditions can ask of the connection: `aws:SourceIp`, `aws:RequestedRegion`, … */
  readonly keys: ConditionValues;
  /** Whether policies and grants may name only users and roles that the store knows. */
  readonly strictPrincipals: boolean;
  /** What the audit trail is to know of the request. */
  readonly note?: AuditNote | undefined;
  /** Throws ERR_CLOSED once the caller's Kms is closed. */
  readonly assertOpen: () => void;
}

/** A permission that a request needs, and what conditions may ask of the request. */
export interface Permission<Input> {
  readonly action: KmsAction;
  /** The pairs that conditions on the encryption context look at. */
  readonly encryptionContext?: (
    request: Validated<Input>,
  ) => Readonly<Record<string, string>> | undefined;
  /** The member that may name the key by an alias. */
  readonly aliasMember?: keyof Input & string;
  /** Values of condition keys that are this operation's own. */
  readonly conditions?: (request: Validated<Input>, caller: Caller) => ConditionValues;
  /** What a CreateGrant would create. */
  readonly proposedGrant?: (request: Validated<Input>) => GrantProposal;
  /** Values of condition keys that the store must be asked for. */
  readonly prepare?: (key: KmsKey, engine: Engine) => Promise<ConditionValues>;
  /** Tags in the request. */
  readonly tags?: (request: Validated<Input>) => Readonly<Record<string, string>>;
  /** In which states the key may be; left out for what is done in every state. */
  readonly state?: StateRule;
}

/** How the key of a request is found. */
export interface KeyLocator<Input> {
  /** The member that names the key. */
  readonly keyMember: keyof Input & string;
  /** Whether the member may be an alias. */
  readonly aliases: boolean;
  /** The member with a ciphertext blob that names the key when the request does not. */
  readonly blobMember?: keyof Input & string;
}

interface Row<Input> extends Permission<Input> {
  /** AWS's name, or ours. */
  readonly name: string;
  /** True for what AWS lacks: camelCase in and out, without `$metadata`. */
  readonly ours?: true;
  readonly validate: Validator<Input>;
  /** What can be refused without a key. @throws KmsError */
  readonly check?: (request: Validated<Input>) => void;
}

/** An operation on a key. */
export interface KeyOperation<Input, Output> extends Row<Input> {
  readonly key: KeyLocator<Input>;
  readonly state: StateRule;
  /** As what it counts as a use of the key: GetKeyLastUsage tells of it. */
  readonly usedFor?: KeyLastUsageOperation;
  readonly run: (
    request: Validated<Input>,
    key: KmsKey,
    call: OperationCall<Input>,
  ) => Output | Promise<Output>;
}

/** An operation on no key, or on several: those it finds and asks for itself. */
export interface KeylessOperation<Input, Output> extends Row<Input> {
  readonly key?: undefined;
  /** Whether the permission is for no resource at all, and looked at before `run`. */
  readonly onNoResource: boolean;
  readonly run: (request: Validated<Input>, call: OperationCall<Input>) => Promise<Output>;
}

export type Operation<Input, Output> =
  | KeyOperation<Input, Output>
  | KeylessOperation<Input, Output>;
