// KmsClient: one method per operation, for one caller. AWS's operations take and return exactly
// AWS's members.

import { createAlias } from './operations/create_alias.js';
import { createKey } from './operations/create_key.js';
import { decrypt } from './operations/decrypt.js';
import { describeKey } from './operations/describe_key.js';
import { dispatch } from './operations/dispatch.js';
import { encrypt } from './operations/encrypt.js';
import { generateDataKey } from './operations/generate_data_key.js';
import { generateDataKeyWithoutPlaintext } from './operations/generate_data_key_without_plaintext.js';
import { newDataKey } from './operations/new_data_key.js';
import { openDataKey } from './operations/open_data_key.js';
import type { Caller } from './operations/operation.js';
import { operationNamed } from './operations/table.js';
import type * as types from './types.js';

/**
 * Acts for one caller in one account and Region. Made by {@link Kms.client}.
 *
 * Every method rejects with a {@link KmsError} that has AWS's exception name, or with a
 * {@link KeysteadError}: `ERR_CLOSED`, `ERR_STORE`, `ERR_STORE_CORRUPT`, `ERR_SECURE_MEMORY`,
 * `ERR_FORKED`, `ERR_INVALID_ARGUMENT`.
 */
export class KmsClient {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Makes a KMS key; its key material is made inside the HSM core and leaves it only wrapped. */
  createKey(input: types.CreateKeyInput = {}): Promise<types.CreateKeyOutput> {
    return dispatch(createKey, input, this.#caller);
  }

  /** Gives a key another name. */
  createAlias(input: types.CreateAliasInput): Promise<types.CreateAliasOutput> {
    return dispatch(createAlias, input, this.#caller);
  }

  /** Tells what a key is. */
  describeKey(input: types.DescribeKeyInput): Promise<types.DescribeKeyOutput> {
    return dispatch(describeKey, input, this.#caller);
  }

  /** Encrypts up to 4096 bytes under a KMS key. For more, see {@link KmsClient.newDataKey}. */
  encrypt(input: types.EncryptInput): Promise<types.EncryptOutput> {
    return dispatch(encrypt, input, this.#caller);
  }

  /** Decrypts a ciphertext blob with the key that made it. */
  decrypt(input: types.DecryptInput): Promise<types.DecryptOutput> {
    return dispatch(decrypt, input, this.#caller);
  }

  /**
   * Makes a data key and hands it out, in plaintext and encrypted. {@link KmsClient.newDataKey}
   * keeps it inside.
   */
  generateDataKey(input: types.GenerateDataKeyInput): Promise<types.GenerateDataKeyOutput> {
    return dispatch(generateDataKey, input, this.#caller);
  }

  /** Makes a data key and hands out its encrypted form only. */
  generateDataKeyWithoutPlaintext(
    input: types.GenerateDataKeyWithoutPlaintextInput,
  ): Promise<types.GenerateDataKeyWithoutPlaintextOutput> {
    return dispatch(generateDataKeyWithoutPlaintext, input, this.#caller);
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
   * Runs an operation by AWS's name.
   *
   * @param name - for example `GenerateDataKey`
   * @throws KmsError UnsupportedOperationException for an operation that is not served yet
   */
  async call(name: string, input: object): Promise<object> {
    return dispatch(operationNamed(name), input, this.#caller);
  }
}
