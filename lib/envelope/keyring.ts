// Data keys for messages, wrapped and unwrapped as the AWS KMS keyring of the AWS Encryption SDK
// does it (aws-encryption-sdk-specification, framework/aws-kms): provider id `aws-kms`, the key ARN
// as provider info, the encryption context given to the KMS.

import { KeysteadError } from '../errors.js';
import type { EncryptedDataKey, MessageHeader } from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';
import { isKeyArn, type KeyFilter } from './key_filter.js';
import type { KmsAccess, OpenedDataKey, WrappedDataKey } from './kms_access.js';
import { saysNoOfKey } from './kms_refusal.js';
import { DecryptionMaterials, EncryptionMaterials } from './materials.js';
import type { MessageContext } from './message_context.js';
import { type PastUse, pastUse } from './past_use.js';

/** Makes and opens the data keys of messages. */
export interface Keyring {
  newMaterials(context: MessageContext): Promise<EncryptionMaterials>;
  openMaterials(header: MessageHeader, context: EncryptionContext): Promise<DecryptionMaterials>;
}

const providerId = 'aws-kms';

/** Which keys wrap. */
export interface WrappingKeys {
  /** Makes the data key; undefined: nothing can be encrypted. */
  readonly generator: string | undefined;
  /** Wrap it too. */
  readonly further: readonly string[];
}

export class KmsKeyring implements Keyring {
  readonly #kms: KmsAccess;
  readonly #wrappingKeys: WrappingKeys;
  readonly #filter: KeyFilter;

  constructor(kms: KmsAccess, wrappingKeys: WrappingKeys, filter: KeyFilter) {
    this.#kms = kms;
    this.#wrappingKeys = wrappingKeys;
    this.#filter = filter;
  }

  /**
   * @throws KeysteadError ERR_INVALID_ARGUMENT without a generator, ERR_KMS_ANSWER; what the KMS
   * throws
   */
  async newMaterials({ pairs, bytes }: MessageContext): Promise<EncryptionMaterials> {
    const { generator, further } = this.#wrappingKeys;
    if (generator === undefined) {
      throw new KeysteadError('ERR_INVALID_ARGUMENT', 'there is no `keyId` to encrypt under');
    }
    const request = { keyId: generator, encryptionContext: pairs };
    const { dataKey, keyMaterialId, ...wrapped } = await this.#kms.newDataKey(request);
    try {
      const encryptedDataKeys = [forMessage(wrapped)];
      const uses: PastUse[] = [
        pastUse(this.#kms, 'NewDataKey', request, wrapped.keyId, keyMaterialId),
      ];
      for (const keyId of further) {
        const request = { keyId, encryptionContext: pairs };
        const more = await this.#kms.wrapDataKey(dataKey, request);
        encryptedDataKeys.push(forMessage(more));
        uses.push(pastUse(this.#kms, 'WrapDataKey', request, more.keyId));
      }
      return new EncryptionMaterials(dataKey, encryptedDataKeys, bytes, uses);
    } catch (error) {
      dataKey.dispose();
      throw error;
    }
  }

  /**
   * Asks the KMS for each encrypted data key that may be tried, until one opens.
   *
   * @throws KeysteadError ERR_DECRYPTION_FAILED, without a word which key said no or why; but what
   * is no answer about a key, such as a network failure, as it is
   */
  async openMaterials(
    header: MessageHeader,
    encryptionContext: EncryptionContext,
  ): Promise<DecryptionMaterials> {
    let failure: unknown;
    for (const { arn, keyId, encryptedDataKey } of this.#candidates(header)) {
      const request = { keyId, encryptionContext };
      try {
        const sizeBytes = header.dataKeyBytes;
        const opened = await this.#kms.openDataKey({ ...request, encryptedDataKey, sizeBytes });
        if (!isOf(opened, arn)) continue;
        const uses = [pastUse(this.#kms, 'OpenDataKey', request, arn)];
        return new DecryptionMaterials(opened.dataKey, arn, encryptionContext, uses);
      } catch (error) {
        if (!saysNoOfKey(error)) failure ??= error;
      }
    }
    throw failure ?? noneOpened();
  }

  #candidates(header: MessageHeader): Candidate[] {
    const ofKms = header.encryptedDataKeys.filter((key) => key.providerId === providerId);
    return ofKms.flatMap(({ providerInfo, ciphertext }) => {
      const arn = Buffer.from(providerInfo).toString('utf8');
      return this.#filter.namesFor(arn).map((keyId) => ({
        arn,
        keyId,
        encryptedDataKey: ciphertext,
      }));
    });
  }
}

/** An encrypted data key, and the name by which the KMS is asked to open it. */
interface Candidate {
  readonly arn: string;
  readonly keyId: string;
  readonly encryptedDataKey: Uint8Array;
}

/** A KMS that used another key than the message names has not opened this message's. */
function isOf({ dataKey, keyId }: OpenedDataKey, arn: string): boolean {
  if (keyId === arn) return true;
  dataKey.dispose();
  return false;
}

function forMessage({ encryptedDataKey, keyId }: WrappedDataKey): EncryptedDataKey {
  if (!isKeyArn(keyId)) {
    throw new KeysteadError('ERR_KMS_ANSWER', 'the KMS answered with a KeyId that is no key ARN');
  }
  return { providerId, providerInfo: Buffer.from(keyId, 'utf8'), ciphertext: encryptedDataKey };
}

function noneOpened(): KeysteadError {
  return new KeysteadError(
    'ERR_DECRYPTION_FAILED',
    'no encrypted data key of the message could be opened',
  );
}
