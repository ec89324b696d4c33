// Kms: an opened key management system, and the clients that it gives out.

import { accountRootArn } from './arn.js';
import type { EngineLease } from './engine.js';
import { leaseEngine } from './engine.js';
import { KeysteadError } from './errors.js';
import { requireLockedMemory } from './hsm/index.js';
import { KmsClient } from './kms_client.js';
import type { KmsClientOptions, KmsOpenOptions, KmsScope } from './kms_options.js';
import { checkClientOptions, checkOpenOptions } from './kms_options.js';

/** A key management system in this process, on a store. */
export class Kms {
  readonly #scope: KmsScope;
  readonly #lease: EngineLease;
  #closing: Promise<void> | undefined;

  private constructor(scope: KmsScope, lease: EngineLease) {
    this.#scope = scope;
    this.#lease = lease;
  }

  /**
   * Opens a store, and makes it, with its root key file, when the folder is empty. Several
   * processes may open one folder.
   *
   * @param options - `path` names the store's folder; or `store: 'memory'`
   * @throws KeysteadError ERR_INVALID_ARGUMENT; ERR_ROOT_KEY when the root key is missing or not
   * the store's; ERR_STORE_CORRUPT; ERR_STORE; ERR_SECURE_MEMORY
   */
  static async open(options: KmsOpenOptions): Promise<Kms> {
    const checked = checkOpenOptions(options);
    if (checked.requireLockedMemory) requireLockedMemory();
    return new Kms(
      { account: checked.account, region: checked.region },
      await leaseEngine(checked),
    );
  }

  /**
   * A client that acts as the account.
   *
   * @throws KeysteadError ERR_INVALID_ARGUMENT, ERR_CLOSED
   */
  client(options: KmsClientOptions = {}): KmsClient {
    this.#assertOpen();
    const { account, region } = checkClientOptions(options, this.#scope);
    const { engine } = this.#lease;
    return new KmsClient({
      engine,
      principal: { account, arn: accountRootArn(account) },
      names: engine.registry.names(account, region),
      assertOpen: () => this.#assertOpen(),
    });
  }

  /**
   * Closes the store when nobody else in the process uses it, and wipes its keys from memory.
   * Idempotent.
   */
  close(): Promise<void> {
    this.#closing ??= this.#lease.release();
    return this.#closing;
  }

  /** As {@link Kms.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new KeysteadError('ERR_CLOSED', 'the Kms is closed');
  }
}
