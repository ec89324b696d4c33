// What an operation is: a row of the table. The row says what the request looks like, how its key
// is found, what permission it needs and in which key states it works; `run` does the rest, knowing
// that all of it holds.

import type { Principal } from '../authorization/decision.js';
import type { Addon } from '../hsm/index.js';
import type { KeyNames } from '../keys/key_cache.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { KeyRegistry } from '../keys/registry.js';
import type { KeyState } from '../types.js';
import type { Validated, Validator } from './shape.js';

/** Everything that operations work with. */
export interface Engine {
  readonly hsm: Addon;
  readonly registry: KeyRegistry;
}

/** On whose behalf an operation runs. */
export interface Caller {
  readonly engine: Engine;
  readonly principal: Principal;
  /**
   * The account and Region in which bare names are looked up, with the keys that are open already.
   */
  readonly names: KeyNames;
  /** Throws ERR_CLOSED once the caller's Kms is closed. */
  readonly assertOpen: () => void;
}

/** How the key of a request is found. */
export interface KeyLocator {
  /** The member that names the key. */
  readonly keyMember: string;
  /** Whether the member may be an alias. */
  readonly aliases: boolean;
  /** The member with a ciphertext blob that names the key when the request does not. */
  readonly blobMember?: string;
}

interface Row<Input> {
  /** AWS's name, or ours. */
  readonly name: string;
  /** The permission it needs. */
  readonly action: `kms:${string}`;
  readonly validate: Validator<Input>;
}

/** An operation on a key. */
export interface KeyOperation<Input, Output> extends Row<Input> {
  readonly key: KeyLocator;
  readonly states: ReadonlySet<KeyState>;
  /** What can be refused without a key. @throws KmsError */
  readonly check?: (request: Validated<Input>) => void;
  readonly run: (
    request: Validated<Input>,
    key: KmsKey,
    caller: Caller,
  ) => Output | Promise<Output>;
}

/** An operation on no key: in the caller's own account and Region. */
export interface KeylessOperation<Input, Output> extends Row<Input> {
  readonly key?: undefined;
  readonly check?: (request: Validated<Input>) => void;
  readonly run: (request: Validated<Input>, caller: Caller) => Promise<Output>;
}

export type Operation<Input, Output> =
  | KeyOperation<Input, Output>
  | KeylessOperation<Input, Output>;
