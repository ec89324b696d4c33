// KmsClient: one method per operation, for one caller. AWS's operations take and return exactly
// AWS's members.

import { listAll } from './list_all.js';
import { runBatch } from './operations/batch.js';
import { dispatch } from './operations/dispatch.js';
import { newDataKey } from './operations/new_data_key.js';
import { newDataKeys } from './operations/new_data_keys.js';
import { openDataKey } from './operations/open_data_key.js';
import { openDataKeys } from './operations/open_data_keys.js';
import type { OpenMessageDataKeyOutput } from './operations/open_message_data_key.js';
import { openMessageDataKey } from './operations/open_message_data_key.js';
import type { Caller, Operation } from './operations/operation.js';
import type { DataKeyUseCheck, DataKeyUseName } from './operations/prepare_data_key_use.js';
import { prepareDataKeyUse } from './operations/prepare_data_key_use.js';
import { reEncrypts } from './operations/re_encrypts.js';
import { operationNamed, operations } from './operations/table.js';
import type { WrapDataKeyInput, WrapDataKeyOutput } from './operations/wrap_data_key.js';
import { wrappingOf } from './operations/wrap_data_key.js';
import type { SdkCommand } from './sdk_command.js';
import { operationOfCommand } from './sdk_command.js';
import type * as types from './types.js';
import { actingVia } from './via_service.js';

type Answer = types.Answer;

/**
 * Acts for one caller in one account and Region. Made by {@link Kms.client}. It can stand where the
 * AWS SDK's `KMS` stands.
 *
 * Every method rejects with a {@link KmsError} that has AWS's exception name, or with a
 * {@link KeysteadError}: `ERR_CLOSED`, `ERR_STORE`, `ERR_STORE_CORRUPT`, `ERR_SECURE_MEMORY`,
 * `ERR_FORKED`, `ERR_INVALID_ARGUMENT`; `ERR_AUDIT` when the event of the request could not be written:
 * a change is made all the same, and its event written later.
 */
export class KmsClient {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Makes a KMS key; its key material is made inside the HSM core and leaves it only wrapped. */
  createKey(input: types.CreateKeyInput = {}): Promise<types.CreateKeyOutput & Answer> {
    return this.#run(operations.CreateKey, input);
  }

  /** Tells what a key is. */
  describeKey(input: types.DescribeKeyInput): Promise<types.DescribeKeyOutput & Answer> {
    return this.#run(operations.DescribeKey, input);
  }

  /** A page of the account's keys in the Region. */
  listKeys(input: types.ListKeysInput = {}): Promise<types.ListKeysOutput & Answer> {
    return this.#run(operations.ListKeys, input);
  }

  /** Describes a key anew. */
  updateKeyDescription(input: types.UpdateKeyDescriptionInput): Promise<Answer> {
    return this.#run(operations.UpdateKeyDescription, input);
  }

  /** Lets a disabled key work again. */
  enableKey(input: types.KeyIdInput): Promise<Answer> {
    return this.#run(operations.EnableKey, input);
  }

  /** Keeps a key from cryptographic use until it is enabled again. */
  disableKey(input: types.KeyIdInput): Promise<Answer> {
    return this.#run(operations.DisableKey, input);
  }

  /** Destroys a key, with all its material, after a waiting period of 7 to 30 days. */
  scheduleKeyDeletion(
    input: types.ScheduleKeyDeletionInput,
  ): Promise<types.ScheduleKeyDeletionOutput & Answer> {
    return this.#run(operations.ScheduleKeyDeletion, input);
  }

  /** Takes a scheduled deletion back; the key is disabled afterwards. */
  cancelKeyDeletion(input: types.KeyIdInput): Promise<types.KeyIdOutput & Answer> {
    return this.#run(operations.CancelKeyDeletion, input);
  }

  /** Tells when a key was last used, and for what. */
  getKeyLastUsage(input: types.KeyIdInput): Promise<types.GetKeyLastUsageOutput & Answer> {
    return this.#run(operations.GetKeyLastUsage, input);
  }

  /** Gives a key another name. */
  createAlias(input: types.CreateAliasInput): Promise<Answer> {
    return this.#run(operations.CreateAlias, input);
  }

  /** Lets an alias name another key. */
  updateAlias(input: types.UpdateAliasInput): Promise<Answer> {
    return this.#run(operations.UpdateAlias, input);
  }

  /** Deletes an alias; its key stays. */
  deleteAlias(input: types.DeleteAliasInput): Promise<Answer> {
    return this.#run(operations.DeleteAlias, input);
  }

  /** A page of the account's aliases in the Region, or of one key's. */
  listAliases(input: types.ListAliasesInput = {}): Promise<types.ListAliasesOutput & Answer> {
    return this.#run(operations.ListAliases, input);
  }

  /** The key policy. */
  getKeyPolicy(input: types.GetKeyPolicyInput): Promise<types.GetKeyPolicyOutput & Answer> {
    return this.#run(operations.GetKeyPolicy, input);
  }

  /** Replaces the key policy; the next request everywhere goes by it. */
  putKeyPolicy(input: types.PutKeyPolicyInput): Promise<Answer> {
    return this.#run(operations.PutKeyPolicy, input);
  }

  /** The names of a key's policies: there is one, `default`. */
  listKeyPolicies(
    input: types.ListKeyPoliciesInput,
  ): Promise<types.ListKeyPoliciesOutput & Answer> {
    return this.#run(operations.ListKeyPolicies, input);
  }

  /** Allows a principal some operations with a key. */
  createGrant(input: types.CreateGrantInput): Promise<types.CreateGrantOutput & Answer> {
    return this.#run(operations.CreateGrant, input);
  }

  /** A page of a key's grants. */
  listGrants(input: types.ListGrantsInput): Promise<types.ListGrantsOutput & Answer> {
    return this.#run(operations.ListGrants, input);
  }

  /** A page of the grants that a principal may retire. */
  listRetirableGrants(
    input: types.ListRetirableGrantsInput = {},
  ): Promise<types.ListGrantsOutput & Answer> {
    return this.#run(operations.ListRetirableGrants, input);
  }

  /** Ends a grant, as an administrator of the key. */
  revokeGrant(input: types.RevokeGrantInput): Promise<Answer> {
    return this.#run(operations.RevokeGrant, input);
  }

  /** Ends a grant, as whoever has done with it. */
  retireGrant(input: types.RetireGrantInput = {}): Promise<Answer> {
    return this.#run(operations.RetireGrant, input);
  }

  /** Rotates a key's material by itself every 90 to 2560 days, by default 365. */
  enableKeyRotation(input: types.EnableKeyRotationInput): Promise<Answer> {
    return this.#run(operations.EnableKeyRotation, input);
  }

  /** Ends the automatic rotation of a key's material. */
  disableKeyRotation(input: types.KeyIdInput): Promise<Answer> {
    return this.#run(operations.DisableKeyRotation, input);
  }

  /** Tells how and when a key's material is rotated. */
  getKeyRotationStatus(
    input: types.KeyIdInput,
  ): Promise<types.GetKeyRotationStatusOutput & Answer> {
    return this.#run(operations.GetKeyRotationStatus, input);
  }

  /** Rotates a key's material soon after now. */
  rotateKeyOnDemand(input: types.KeyIdInput): Promise<types.KeyIdOutput & Answer> {
    return this.#run(operations.RotateKeyOnDemand, input);
  }

  /** A page of the rotations that a key has had. */
  listKeyRotations(
    input: types.ListKeyRotationsInput,
  ): Promise<types.ListKeyRotationsOutput & Answer> {
    return this.#run(operations.ListKeyRotations, input);
  }

  /** Hangs tags on a key. */
  tagResource(input: types.TagResourceInput): Promise<Answer> {
    return this.#run(operations.TagResource, input);
  }

  /** Takes tags off a key. */
  untagResource(input: types.UntagResourceInput): Promise<Answer> {
    return this.#run(operations.UntagResource, input);
  }

  /** A page of a key's tags. */
  listResourceTags(
    input: types.ListResourceTagsInput,
  ): Promise<types.ListResourceTagsOutput & Answer> {
    return this.#run(operations.ListResourceTags, input);
  }

  /** Encrypts up to 4096 bytes under a KMS key. For more, see {@link KmsClient.newDataKey}. */
  encrypt(input: types.EncryptInput): Promise<types.EncryptOutput & Answer> {
    return this.#run(operations.Encrypt, input);
  }

  /** Decrypts a ciphertext blob with the key that made it. */
  decrypt(input: types.DecryptInput = {}): Promise<types.DecryptOutput & Answer> {
    return this.#run(operations.Decrypt, input);
  }

  /** Wraps what is in a ciphertext blob anew; the plaintext stays inside the HSM core. */
  reEncrypt(input: types.ReEncryptInput): Promise<types.ReEncryptOutput & Answer> {
    return this.#run(operations.ReEncrypt, input);
  }

  /**
   * Makes a data key and hands it out, in plaintext and encrypted. {@link KmsClient.newDataKey}
   * keeps it inside.
   */
  generateDataKey(
    input: types.GenerateDataKeyInput,
  ): Promise<types.GenerateDataKeyOutput & Answer> {
    return this.#run(operations.GenerateDataKey, input);
  }

  /** Makes a data key and hands out its encrypted form only. */
  generateDataKeyWithoutPlaintext(
    input: types.GenerateDataKeyWithoutPlaintextInput,
  ): Promise<types.GenerateDataKeyWithoutPlaintextOutput & Answer> {
    return this.#run(operations.GenerateDataKeyWithoutPlaintext, input);
  }

  /** Random bytes from the HSM core. */
  generateRandom(
    input: types.GenerateRandomInput = {},
  ): Promise<types.GenerateRandomOutput & Answer> {
    return this.#run(operations.GenerateRandom, input);
  }

  /** All keys of the account in the Region, page after page. */
  listAllKeys(
    input: types.ListKeysInput = {},
  ): AsyncGenerator<types.ListKeysOutput['Keys'][number], void, undefined> {
    return listAll(
      (page: types.ListKeysInput) => this.listKeys(page),
      input,
      ({ Keys }) => Keys,
    );
  }

  /** All aliases of the account in the Region, or of one key, page after page. */
  listAllAliases(
    input: types.ListAliasesInput = {},
  ): AsyncGenerator<types.AliasListEntry, void, undefined> {
    return listAll(
      (page: types.ListAliasesInput) => this.listAliases(page),
      input,
      ({ Aliases }) => Aliases,
    );
  }

  /** All grants of a key, page after page. */
  listAllGrants(
    input: types.ListGrantsInput,
  ): AsyncGenerator<types.GrantListEntry, void, undefined> {
    return listAll(
      (page: types.ListGrantsInput) => this.listGrants(page),
      input,
      ({ Grants }) => Grants,
    );
  }

  /** All grants that a principal may retire, page after page. */
  listAllRetirableGrants(
    input: types.ListRetirableGrantsInput = {},
  ): AsyncGenerator<types.GrantListEntry, void, undefined> {
    return listAll(
      (page: types.ListRetirableGrantsInput) => this.listRetirableGrants(page),
      input,
      ({ Grants }) => Grants,
    );
  }

  /** All rotations that a key has had, page after page. */
  listAllKeyRotations(
    input: types.ListKeyRotationsInput,
  ): AsyncGenerator<types.RotationsListEntry, void, undefined> {
    return listAll(
      (page: types.ListKeyRotationsInput) => this.listKeyRotations(page),
      input,
      ({ Rotations }) => Rotations,
    );
  }

  /** The names of all of a key's policies, page after page. */
  listAllKeyPolicies(input: types.ListKeyPoliciesInput): AsyncGenerator<string, void, undefined> {
    return listAll(
      (page: types.ListKeyPoliciesInput) => this.listKeyPolicies(page),
      input,
      ({ PolicyNames }) => PolicyNames,
    );
  }

  /** All tags of a key, page after page. */
  listAllResourceTags(
    input: types.ListResourceTagsInput,
  ): AsyncGenerator<types.Tag, void, undefined> {
    return listAll(
      (page: types.ListResourceTagsInput) => this.listResourceTags(page),
      input,
      ({ Tags }) => Tags,
    );
  }

  /**
   * Makes a 256-bit data key that stays in locked memory, and its encrypted form to store beside
   * the data.
   */
  newDataKey(input: types.NewDataKeyInput): Promise<types.NewDataKeyOutput> {
    return dispatch(newDataKey, input, this.#caller);
  }

  /** Opens an encrypted 256-bit data key; the key stays in locked memory. */
  openDataKey(input: types.OpenDataKeyInput): Promise<types.OpenDataKeyOutput> {
    return dispatch(openDataKey, input, this.#caller);
  }

  /**
   * Makes many data keys at once under one key and one encryption context: one authorization and one
   * native call.
   *
   * @returns a result or an error for each, as from `Promise.allSettled`
   */
  newDataKeys(
    input: types.NewDataKeysInput,
  ): Promise<PromiseSettledResult<types.NewDataKeyOutput>[]> {
    return dispatch(newDataKeys, input, this.#caller);
  }

  /**
   * Opens many encrypted data keys at once: one authorization and one native call for those of the
   * same key and encryption context.
   *
   * @returns a result or an error for each, as from `Promise.allSettled`
   */
  openDataKeys(
    inputs: readonly types.OpenDataKeyInput[],
  ): Promise<PromiseSettledResult<types.OpenDataKeyOutput>[]> {
    return runBatch(openDataKeys, inputs, this.#caller);
  }

  /** @internal As openDataKey, for data keys of every size that messages have. */
  openMessageDataKey(input: types.OpenDataKeyInput): Promise<OpenMessageDataKeyOutput> {
    return dispatch(openMessageDataKey, input, this.#caller);
  }

  /** @internal Encrypt of a data key that stays inside. */
  wrapDataKey({ dataKey, ...input }: WrapDataKeyInput): Promise<WrapDataKeyOutput> {
    return dispatch(wrappingOf(dataKey), input, this.#caller);
  }

  /** @internal What asks whether an operation on data keys would be allowed, without doing it. */
  prepareDataKeyUse(use: DataKeyUseName, input: types.NewDataKeyInput): DataKeyUseCheck {
    return prepareDataKeyUse(use, input, this.#caller);
  }

  /**
   * Wraps many ciphertexts anew at once: see {@link KmsClient.reEncrypt}.
   *
   * @returns a result or an error for each, as from `Promise.allSettled`
   */
  reEncrypts(
    inputs: readonly types.ReEncryptsInput[],
  ): Promise<PromiseSettledResult<types.ReEncryptsOutput>[]> {
    return runBatch(reEncrypts, inputs, this.#caller);
  }

  /**
   * A client that acts as an AWS service does on the caller's behalf (forward access sessions):
   * `kms:ViaService`, `aws:CalledVia` and `kms:GrantIsForAWSResource` say so. Services that call one
   * another are chained: `client.via('athena').via('s3')`.
   *
   * @param service - its name before the Region: `s3`, `rds`, `ec2` for EBS
   * @throws KeysteadError ERR_INVALID_ARGUMENT
   */
  via(service: string): KmsClient {
    return new KmsClient(actingVia(service, this.#caller));
  }

  /**
   * Runs a command object of the AWS SDK: `client.send(new EncryptCommand({ … }))`.
   *
   * @throws KmsError UnsupportedOperationException for an operation that is not served yet
   */
  async send<Output>(command: SdkCommand<Output>): Promise<Output> {
    const { name, input } = operationOfCommand(command);
    return (await this.call(name, input)) as Output;
  }

  /**
   * Runs an operation by AWS's name.
   *
   * @param name - for example `GenerateDataKey`
   * @throws KmsError UnsupportedOperationException for an operation that is not served yet
   */
  async call(name: string, input: object): Promise<object> {
    return dispatch(operationNamed(name), input, this.#caller);
  }

  #run<Input, Output extends object>(
    operation: Operation<Input, Output>,
    input: Input,
  ): Promise<Output & Answer> {
    return dispatch(operation, input, this.#caller) as Promise<Output & Answer>;
  }
}
