// From a message's header to the key that decrypts it: what must hold before the KMS is asked, and
// what is told afterwards.

import type { DataKey, MessageDataKey, MessageHeader } from '../hsm/index.js';
import type { EncryptionContext } from '../types.js';
import type { MessageInfo } from './call_options.js';
import { type CommitmentPolicy, checkCommitment } from './commitment_policy.js';
import { callersPairs, contextOfHeader, requirePairs } from './message_context.js';
import type { MessageKeys } from './message_keys.js';

/** The key of a message, on loan. */
export interface OpenedMessage {
  readonly dataKey: DataKey | MessageDataKey;
  /** True only when the data key has authenticated the header. */
  readonly info: MessageInfo;
  release(): void;
}

export class MessageOpener {
  readonly #keys: MessageKeys;
  readonly #policy: CommitmentPolicy;

  constructor(keys: MessageKeys, policy: CommitmentPolicy) {
    this.#keys = keys;
    this.#policy = policy;
  }

  /**
   * @param expected - pairs that the message must be bound to
   * @throws KeysteadError ERR_NOT_COMMITTING, ERR_ENCRYPTION_CONTEXT, ERR_INVALID_MESSAGE,
   * ERR_DECRYPTION_FAILED; the KMS's own failures
   */
  async open(header: MessageHeader, expected: EncryptionContext): Promise<OpenedMessage> {
    checkCommitment(header, this.#policy);
    const pairs = contextOfHeader(header);
    requirePairs(pairs, expected);
    const { materials, release } = await this.#keys.forDecryption(header, pairs);
    const { dataKey, keyArn } = materials;
    const { suite } = header;
    return {
      dataKey,
      info: { encryptionContext: callersPairs(pairs), keyId: keyArn, suite },
      release,
    };
  }
}
