// One request on its way: who asks for which permission, and what conditions may ask of the request.
// Most requests are asked nothing, so that everything is worked out when it is asked for.

import { parseKmsArn } from '../arn.js';
import type { Caller as Asker, Call, ConditionValues } from '../authorization/index.js';
import {
  type AuthorizationRequest,
  accessDeniedText,
  aliasResource,
  anyResource,
  authorize,
  type Grant,
  type GrantProposal,
  isOfAnotherAccount,
  type KmsAction,
  kmsAction,
  type Resource,
  unknownCiphertextText,
  unknownKeyText,
} from '../authorization/index.js';
import { KmsError } from '../errors.js';
import type { KmsKey } from '../keys/kms_key.js';
import { isAlias } from '../keys/registry.js';
import type { Caller, Engine, Permission } from './operation.js';
import type { Validated } from './shape.js';

export class OperationCall<Input> implements Call {
  readonly caller: Caller;
  readonly asker: Asker;
  readonly request: Validated<Input>;
  readonly #permission: Permission<Input>;
  #timeMs: number | undefined;
  #encryptionContext: Readonly<Record<string, string>> | undefined;
  #keys: ConditionValues | undefined;
  /** What {@link Permission.prepare} found. */
  prepared: ConditionValues | undefined;
  /** The grant that a RetireGrant would retire. */
  retiredGrant: Grant | undefined;

  constructor(
    permission: Permission<Input>,
    request: Validated<Input>,
    caller: Caller,
    asker: Asker,
  ) {
    this.#permission = permission;
    this.request = request;
    this.caller = caller;
    this.asker = asker;
  }

  get engine(): Engine {
    return this.caller.engine;
  }

  get action(): KmsAction {
    return this.#permission.action;
  }

  get timeMs(): number {
    this.#timeMs ??= this.caller.engine.registry.ground.nowMs();
    return this.#timeMs;
  }

  get viaService(): string | undefined {
    return this.caller.viaService;
  }

  get calledVia(): readonly string[] | undefined {
    return this.caller.calledVia;
  }

  get encryptionContext(): Readonly<Record<string, string>> | undefined {
    this.#encryptionContext ??= this.#permission.encryptionContext?.(this.request);
    return this.#encryptionContext;
  }

  get tags(): Readonly<Record<string, string>> | undefined {
    return this.#permission.tags?.(this.request);
  }

  get proposedGrant(): GrantProposal | undefined {
    return this.#permission.proposedGrant?.(this.request);
  }

  get keys(): ConditionValues {
    this.#keys ??= {
      ...this.caller.keys,
      ...requestAlias(this.#permission, this.request),
      ...this.#permission.conditions?.(this.request, this.caller),
      ...this.prepared,
    };
    return this.#keys;
  }

  /** The same request, asking for another permission. */
  for<Other>(permission: Permission<Other>, request: Validated<Other>): OperationCall<Other> {
    return new OperationCall(permission, request, this.caller, this.asker);
  }

  /** @throws KmsError AccessDeniedException; then what the key's state forbids */
  admit(key: KmsKey): void {
    this.authorizeKey(key);
    this.#permission.state?.(key.record.keyState, key.arn);
  }

  /** @throws KmsError AccessDeniedException */
  authorizeKey(key: KmsKey): void {
    this.caller.note?.touches(key);
    this.#authorize(this.requestFor(key));
  }

  /** The question whether the caller may do this to the key. */
  requestFor(key: KmsKey): AuthorizationRequest {
    return this.ask(key.resourceFor(this.asker.principal));
  }

  /** For what is done to no key. @throws KmsError AccessDeniedException */
  authorizeOnNoKey(): void {
    this.#authorize(this.ask(anyResource(this.caller.names.account)));
  }

  /** For the alias half of an operation on an alias. @throws KmsError AccessDeniedException */
  authorizeAlias(aliasArn: string): void {
    this.#authorize(this.ask(aliasResource(aliasArn, this.caller.names.account)));
  }

  /** The question whether the caller may do this. */
  ask(resource: Resource): AuthorizationRequest {
    return { caller: this.asker, action: this.action, resource, call: this };
  }

  /**
   * What a caller is told of a key that is not there, and of another account's: one tells whether
   * the other exists if they differ.
   */
  unknownKey(): KmsError {
    const tell = this.#isNamedByCiphertext ? unknownCiphertextText : unknownKeyText;
    return denied(tell(this.asker.principal.arn, this.action.name));
  }

  #authorize(request: AuthorizationRequest): void {
    const decision = authorize(request);
    if (decision.decision === 'Allow') return;
    if (this.#isNamedByCiphertext && isOfAnotherAccount(request)) throw this.unknownKey();
    throw denied(accessDeniedText(request, decision));
  }

  /** Where the key may be named by an alias, only a ciphertext can take the place of a name. */
  get #isNamedByCiphertext(): boolean {
    const { aliasMember } = this.#permission;
    return aliasMember !== undefined && this.request[aliasMember] === undefined;
  }
}

/** The action of an operation. @param name - `kms:Encrypt` */
export function actionNamed(name: `kms:${string}`): KmsAction {
  return kmsAction(name) as KmsAction;
}

function denied(text: string): KmsError {
  return new KmsError('AccessDeniedException', text);
}

/** The alias by which the request names its key; the name, also when the request has an ARN. */
function requestAlias<Input>(
  { aliasMember }: Permission<Input>,
  request: Validated<Input>,
): ConditionValues {
  if (aliasMember === undefined) return {};
  const name = request[aliasMember] as unknown as string | undefined;
  if (name === undefined || !isAlias(name)) return {};
  return { 'kms:RequestAlias': parseKmsArn(name)?.resource ?? name };
}
