// From a message's header to the key that decrypts it: what must hold before the KMS is asked, and
// what is told afterwards.

import type { DataKey, MessageDataKey, MessageHeader } from '../hsm/index.js';
import type { MessageInfo } from './call_options.js';
import { type CommitmentPolicy, checkCommitment } from './commitment_policy.js';
import type { DecryptionMaterials, Lease } from './materials.js';
import {
  boundContext,
  callersPairs,
  type ExpectedContext,
  hasPairs,
  requirePairs,
} from './message_context.js';
import type { MessageKeys } from './message_keys.js';

/** The key of a message, on loan. */
export interface OpenedMessage {
  /** What was opened: the header that was given, or a copy of it when the KMS had to be asked. */
  readonly header: MessageHeader;
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
   * At once when a cache has the key: then the header need not be copied, since nobody can change
   * it meanwhile.
   *
   * @throws KeysteadError ERR_NOT_COMMITTING, ERR_ENCRYPTION_CONTEXT, ERR_INVALID_MESSAGE,
   * ERR_DECRYPTION_FAILED; the KMS's own failures
   */
  open(header: MessageHeader, expected: ExpectedContext): OpenedMessage | Promise<OpenedMessage> {
    checkCommitment(header, this.#policy);
    const hit = hasPairs(expected.unstored) ? undefined : this.#keys.reuseForDecryption(header);
    return hit === undefined || hit instanceof Promise
      ? this.#openLater(header.copy(), expected, hit)
      : openedAgain(header, expected, hit);
  }

  async #openLater(
    header: MessageHeader,
    expected: ExpectedContext,
    reusing: Promise<Lease<DecryptionMaterials> | undefined> | undefined,
  ): Promise<OpenedMessage> {
    const hit = await reusing;
    if (hit !== undefined) return openedAgain(header, expected, hit);
    const context = boundContext(header, expected);
    const lease = await this.#keys.forDecryption(header, context);
    return opened(header, lease, context.unstored);
  }
}

/** The materials were made for another message, of which perhaps other pairs were expected. */
function openedAgain(
  header: MessageHeader,
  expected: ExpectedContext,
  lease: Lease<DecryptionMaterials>,
): OpenedMessage {
  try {
    requirePairs(lease.materials.encryptionContext, expected.pairs);
    return opened(header, lease, undefined);
  } catch (error) {
    lease.release();
    throw error;
  }
}

function opened(
  header: MessageHeader,
  { materials, release }: Lease<DecryptionMaterials>,
  unstoredContext: Uint8Array | undefined,
): OpenedMessage {
  const { dataKey, keyArn, encryptionContext } = materials;
  const { suite } = header;
  const info = { encryptionContext: callersPairs(encryptionContext), keyId: keyArn, suite };
  return { header, dataKey, unstoredContext, info, release };
}
