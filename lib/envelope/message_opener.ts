// From a message's header to the key that decrypts it: what must hold before the KMS is asked, and
// what is told afterwards.

import type { DataKey, MessageDataKey, MessageHeader } from '../hsm/index.js';
import type { MessageInfo } from './call_options.js';
import { type CommitmentPolicy, checkCommitment } from './commitment_policy.js';
import { boundContext, callersPairs, type ExpectedContext } from './message_context.js';
import type { MessageKeys } from './message_keys.js';

/** The key of a message, on loan. */
export interface OpenedMessage {
  readonly dataKey: DataKey | MessageDataKey;
  /** Pairs that are authenticated with the header but not in it, serialized. */
  readonly unstoredContext: Uint8Array | undefined;
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
   * @throws KeysteadError ERR_NOT_COMMITTING, ERR_ENCRYPTION_CONTEXT, ERR_INVALID_MESSAGE,
   * ERR_DECRYPTION_FAILED; the KMS's own failures
   */
  async open(header: MessageHeader, expected: ExpectedContext): Promise<OpenedMessage> {
    checkCommitment(header, this.#policy);
    const context = boundContext(header, expected);
    const { materials, release } = await this.#keys.forDecryption(header, context);
    const { dataKey, keyArn } = materials;
    const { suite } = header;
    return {
      dataKey,
      unstoredContext: context.unstored,
      info: { encryptionContext: callersPairs(context.pairs), keyId: keyArn, suite },
      release,
    };
  }
}
