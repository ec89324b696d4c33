// Kms: an opened key management system, and the clients that it gives out.

import { resolve } from 'node:path';
import { openAuditKey } from './audit/audit_key.js';
import { ServiceEventWitness } from './audit/service_event.js';
import { AuditTrail } from './audit/trail.js';
import type { AuditReport } from './audit/verify.js';
import { verifyAudit } from './audit/verify.js';
import type { CallerGround } from './caller.js';
import { makeCaller, makeIamCaller } from './caller.js';
import type { KmsClientOptions } from './client_options.js';
import { checkClientOptions } from './client_options.js';
import type { EngineLease } from './engine.js';
import { leaseEngine } from './engine.js';
import { KeysteadError } from './errors.js';
import { requireLockedMemory } from './hsm/index.js';
import type { IamClient, StsClient } from './iam/iam_client.js';
import { iamClient, stsClient } from './iam/iam_client.js';
import type { IamCaller } from './iam/iam_operation.js';
import type { DueReport } from './keys/due_jobs.js';
import type { RootKeySource } from './keys/root_key.js';
import { KmsClient } from './kms_client.js';
import type { CheckedOpenOptions, KmsOpenOptions } from './kms_options.js';
import { auditFolderOf, checkOpenOptions, checkRootKeySource, demand } from './kms_options.js';
import type { ExplainedDecision, Question } from './operations/explain.js';
import { explainRequest } from './operations/explain.js';
import type { Caller } from './operations/operation.js';
import { actingVia } from './via_service.js';

/** What {@link Kms.explain} is asked. */
export interface ExplainQuestion extends Question, KmsClientOptions {
  /** The service that calls on the caller's behalf, as in {@link KmsClient.via}. */
  readonly via?: string | undefined;
}

/** A key management system in this process, on a store. */
export class Kms {
  readonly #options: CheckedOpenOptions;
  readonly #lease: EngineLease;
  readonly #audit: AuditTrail | undefined;
  readonly #endWitness: (() => Promise<void>) | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    options: CheckedOpenOptions,
    lease: EngineLease,
    audit: AuditTrail | undefined,
  ) {
    this.#options = options;
    this.#audit = audit;
    this.#lease = lease;
    const { nowMs } = lease.engine.registry.ground;
    this.#endWitness = audit && lease.upkeep.tellTo(() => new ServiceEventWitness(audit, nowMs));
    lease.upkeep.wake();
  }

  /**
   * Opens a store, and makes it, with its root key file, when the folder is empty. Several
   * processes may open one folder.
   *
   * @param options - `path` names the store's folder; or `store: 'memory'`
   * @throws KeysteadError ERR_INVALID_ARGUMENT; ERR_ROOT_KEY when the root key is missing or not
   * the store's; ERR_STORE_CORRUPT; ERR_STORE; ERR_SECURE_MEMORY; ERR_AUDIT when the audit trail
   * cannot be begun
   */
  static async open(options: KmsOpenOptions): Promise<Kms> {
    const checked = checkOpenOptions(options);
    if (checked.requireLockedMemory) requireLockedMemory();
    const lease = await leaseEngine(checked);
    try {
      return new Kms(checked, lease, await openAudit(checked.auditFolder, lease));
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /**
   * A client that acts as the account, or as the principal or service that the options name.
   *
   * @throws KeysteadError ERR_INVALID_ARGUMENT, ERR_CLOSED
   */
  client(options: KmsClientOptions = {}): KmsClient {
    return new KmsClient(this.#caller(options));
  }

  /** AWS IAM for the account of the Kms: users, roles, access keys and policies. Acts as the account's root. */
  get iam(): IamClient {
    return this.iamClient();
  }

  /**
   * AWS IAM for whom the options name. A caller manages the users, roles and policies of its own
   * account, as far as its policies allow it.
   *
   * @throws KeysteadError ERR_INVALID_ARGUMENT, ERR_CLOSED
   */
  iamClient(options: KmsClientOptions = {}): IamClient {
    return iamClient(this.#iamCaller(options));
  }

  /**
   * AWS STS for whom the options name: AssumeRole and GetCallerIdentity.
   *
   * @throws KeysteadError ERR_INVALID_ARGUMENT, ERR_CLOSED
   */
  stsClient(options: KmsClientOptions = {}): StsClient {
    return stsClient(this.#iamCaller(options));
  }

  /**
   * Tells how a request would be decided and why: the statements that decide it and, where nothing
   * allows it, those that came nearest with the elements that did not match.
   *
   * @param question - the action, the key, the encryption context, and who asks as in
   * {@link Kms.client}; `via` names a service that calls on the caller's behalf
   * @throws KmsError NotFoundException, ValidationException; KeysteadError ERR_INVALID_ARGUMENT,
   * ERR_CLOSED
   */
  async explain(question: ExplainQuestion): Promise<ExplainedDecision> {
    demand(typeof question === 'object' && question !== null, 'a question is an object');
    const { action, keyId, encryptionContext, grantId, via, ...options } = question;
    const caller = this.#caller(options);
    return explainRequest(
      { action, keyId, encryptionContext, grantId },
      via === undefined ? caller : actingVia(via, caller),
    );
  }

  /**
   * Does the deletions and rotations that are due now. A timer does it too, every minute; among
   * several processes on a store each job is done once. A job that fails holds up no other; it is
   * tried again with the next round, and its failure is thrown once the others are done.
   *
   * @throws KeysteadError ERR_CLOSED, ERR_STORE, ERR_STORE_CORRUPT
   */
  async runDue(): Promise<DueReport> {
    this.#assertOpen();
    return this.#lease.upkeep.runDue();
  }

  /**
   * Reads the audit trail again and tells what was changed, removed or cut off, and, apart from that,
   * what a crash left and what is not protected yet.
   *
   * @param folder - of the trail; default: the one that this Kms writes, else the store's own
   * @throws KeysteadError ERR_CLOSED, ERR_INVALID_ARGUMENT, ERR_AUDIT, ERR_STORE_CORRUPT
   */
  async verifyAudit(folder = this.#auditFolder()): Promise<AuditReport> {
    this.#assertOpen();
    demand(typeof folder === 'string', 'there is no audit trail: name its folder');
    const { hsm, registry } = this.#lease.engine;
    const { rootKey, store } = registry.ground;
    const key = await openAuditKey(hsm, rootKey, store);
    try {
      return await verifyAudit({ folder, store, mac: key.mac });
    } finally {
      key.dispose();
    }
  }

  /**
   * Locks the store to another root key: every record is sealed and all key material wrapped anew,
   * in one transaction. Ciphertexts stay as they are. Other processes that have the store open must
   * open it anew, with the new root key; grant tokens made before are refused afterwards. The process does
   * nothing else meanwhile, and needs memory of about the database's size: for a hundred thousand keys,
   * seconds and half a gigabyte.
   *
   * @param rootKey - as in {@link Kms.open}; a key file that is not there is made
   * @throws KeysteadError ERR_CLOSED, ERR_INVALID_ARGUMENT, ERR_ROOT_KEY, ERR_STORE,
   * ERR_STORE_CORRUPT
   */
  async rekey(rootKey: RootKeySource): Promise<void> {
    this.#assertOpen();
    await this.#lease.rekey(checkRootKeySource(rootKey));
  }

  /**
   * Writes a consistent copy of the store into an empty folder, without the root key: to be opened,
   * it needs the same one.
   *
   * @param folder - made when it is not there
   * @throws KeysteadError ERR_CLOSED, ERR_INVALID_ARGUMENT, ERR_STORE
   */
  async backup(folder: string): Promise<void> {
    this.#assertOpen();
    demand(typeof folder === 'string' && folder.length > 0, 'a backup needs the name of a folder');
    await this.#lease.engine.usage.flush();
    await this.#lease.store.backup(folder);
  }

  /**
   * Closes the store when nobody else in the process uses it, and wipes its keys from memory.
   * Idempotent.
   *
   * @throws KeysteadError ERR_AUDIT, ERR_STORE when the end of the audit trail could not be written: it
   * is closed all the same
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** As {@link Kms.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal What callers stand on: the endpoint has callers of its own. */
  get ground(): CallerGround {
    const { iam } = this.#lease;
    const engine = { ...this.#lease.engine, audit: this.#audit };
    const { strictPrincipals } = this.#options;
    return { engine, iam, strictPrincipals, assertOpen: () => this.#assertOpen() };
  }

  /** @internal How it was opened: the workers of a server open the same. */
  get openOptions(): CheckedOpenOptions {
    return this.#options;
  }

  /** Whether it has not been closed. */
  get isOpen(): boolean {
    return this.#closing === undefined;
  }

  async #close(): Promise<void> {
    try {
      await this.#endWitness?.();
      await this.#audit?.close();
    } finally {
      await this.#lease.release();
    }
  }

  #caller(options: KmsClientOptions): Caller {
    this.#assertOpen();
    return makeCaller(this.ground, checkClientOptions(options, this.#options));
  }

  #iamCaller(options: KmsClientOptions): IamCaller {
    return makeIamCaller(this.ground, this.#caller(options));
  }

  #auditFolder(): string | undefined {
    const { auditFolder, path } = this.#options;
    return auditFolder ?? (path === undefined ? undefined : auditFolderOf(path));
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new KeysteadError('ERR_CLOSED', 'the Kms is closed');
  }
}

async function openAudit(
  folder: string | undefined,
  { engine }: EngineLease,
): Promise<AuditTrail | undefined> {
  if (folder === undefined) return undefined;
  const { hsm, registry } = engine;
  const { rootKey, store, nowMs } = registry.ground;
  const key = await openAuditKey(hsm, rootKey, store);
  try {
    return await AuditTrail.open({ folder: resolve(folder), store, key, nowMs });
  } catch (error) {
    key.dispose();
    throw error;
  }
}
