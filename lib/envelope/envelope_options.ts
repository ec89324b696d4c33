// What an Envelope takes, checked: an option with a typing error in its name is refused, not
// ignored.

import { defaultFrameLengthBytes, defaultMessageLimits, requireOptions } from '../hsm/index.js';
import { demand, demandInteger, isKeyName } from './arguments.js';
import { type CommitmentPolicy, commitmentPolicies } from './commitment_policy.js';
import { DataKeyCache } from './data_key_cache.js';
import type { Discovery } from './key_filter.js';
import type { AwsKms } from './remote_kms.js';

/**
 * AES-256-GCM with HKDF-SHA-512 and key commitment; with it, ECDSA P-384 over the whole message.
 */
export const committingSuite = 0x0478;
export const signingSuite = 0x0578;

/** What {@link Envelope} takes. */
export interface EnvelopeOptions {
  /**
   * A KmsClient of this library (data keys then never leave the HSM core), the `KMS` class of the
   * AWS SDK, or anything with its methods generateDataKey, encrypt and decrypt.
   */
  readonly kms: AwsKms;
  /**
   * The KMS key that makes the data keys: a key id, key ARN, alias name or alias ARN. It may
   * decrypt, too. Without one, nothing can be encrypted.
   */
  readonly keyId?: string | undefined;
  /** Further KMS keys under which every data key is wrapped: each alone can open the message. */
  readonly wrappingKeyIds?: readonly string[] | undefined;
  /** KMS keys that may decrypt beside those. */
  readonly decryptKeyIds?: readonly string[] | undefined;
  /**
   * Which KMS keys may decrypt although they are not named: those of some accounts, or, with
   * `true`, every key that the client may use. Default: none.
   */
  readonly discovery?: Discovery | boolean | undefined;
  /** For a remote KMS. */
  readonly grantTokens?: readonly string[] | undefined;
  /** Default `REQUIRE_ENCRYPT_REQUIRE_DECRYPT`. */
  readonly commitmentPolicy?: CommitmentPolicy | undefined;
  /**
   * The most encrypted data keys that a message may have: 1 to 65,535, default 32. Each may cost a
   * request.
   */
  readonly maxEncryptedDataKeys?: number | undefined;
  /**
   * The longest frame that is read: 1 to 2^32 - 1 bytes, default 64 MiB. A stream holds one in
   * memory.
   */
  readonly maxFrameLength?: number | undefined;
  /** Plaintext bytes in a frame that is written: 1 to `maxFrameLength`, default 65,536. */
  readonly frameLength?: number | undefined;
  /** 0x0478 (default), or 0x0578 to sign every message too. */
  readonly suite?: typeof committingSuite | typeof signingSuite | undefined;
  /** Default: every message has a data key of its own. */
  readonly cache?: DataKeyCache | undefined;
}

/** The options of an Envelope, complete. */
export interface EnvelopeSettings {
  readonly kms: AwsKms;
  readonly keyId: string | undefined;
  readonly wrappingKeyIds: readonly string[];
  readonly decryptKeyIds: readonly string[];
  readonly discovery: Discovery | boolean | undefined;
  readonly grantTokens: readonly string[] | undefined;
  readonly commitmentPolicy: CommitmentPolicy;
  readonly limits: { readonly maxEncryptedDataKeys: number; readonly maxFrameLengthBytes: number };
  readonly frameLength: number;
  readonly isSigning: boolean;
  readonly cache: DataKeyCache | undefined;
}

const names = [
  'kms',
  'keyId',
  'wrappingKeyIds',
  'decryptKeyIds',
  'discovery',
  'grantTokens',
  'commitmentPolicy',
  'maxEncryptedDataKeys',
  'maxFrameLength',
  'frameLength',
  'suite',
  'cache',
] satisfies readonly (keyof EnvelopeOptions)[];

const encryptedDataKeysMaxDefault = 32;
const uint16Max = 0xffff;
const uint32Max = 0xffff_ffff;

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function checkEnvelopeOptions(options: EnvelopeOptions): EnvelopeSettings {
  requireOptions(options, names);
  const {
    kms,
    keyId,
    discovery,
    grantTokens,
    commitmentPolicy = 'REQUIRE_ENCRYPT_REQUIRE_DECRYPT',
    maxEncryptedDataKeys = encryptedDataKeysMaxDefault,
    maxFrameLength = defaultMessageLimits.maxFrameLengthBytes,
    suite = committingSuite,
    cache,
  } = options;
  const { frameLength = Math.min(defaultFrameLengthBytes, maxFrameLength) } = options;
  demand(keyId === undefined || isKeyName(keyId), '`keyId` must name a KMS key');
  const wrappingKeyIds = checkNames(options.wrappingKeyIds ?? [], 'wrappingKeyIds');
  const decryptKeyIds = checkNames(options.decryptKeyIds ?? [], 'decryptKeyIds');
  demand(
    keyId !== undefined || wrappingKeyIds.length === 0,
    '`wrappingKeyIds` need a `keyId`, which makes the data key',
  );
  demand(
    commitmentPolicies.includes(commitmentPolicy),
    `\`commitmentPolicy\` must be one of ${commitmentPolicies.join(', ')}`,
  );
  demandInteger(maxEncryptedDataKeys, 'maxEncryptedDataKeys', 1, uint16Max);
  demandInteger(maxFrameLength, 'maxFrameLength', 1, uint32Max);
  demandInteger(frameLength, 'frameLength', 1, maxFrameLength);
  demand(
    wrappingKeyIds.length < maxEncryptedDataKeys,
    '`maxEncryptedDataKeys` is less than the keys that wrap',
  );
  demand(
    suite === committingSuite || suite === signingSuite,
    '`suite` must be 0x0478 or 0x0578: others are only read',
  );
  demand(cache === undefined || cache instanceof DataKeyCache, '`cache` must be a DataKeyCache');
  return {
    kms,
    keyId,
    wrappingKeyIds,
    decryptKeyIds,
    discovery,
    grantTokens: grantTokens && checkNames(grantTokens, 'grantTokens'),
    commitmentPolicy,
    limits: { maxEncryptedDataKeys, maxFrameLengthBytes: maxFrameLength },
    frameLength,
    isSigning: suite === signingSuite,
    cache,
  };
}

function checkNames(values: readonly string[], name: string): readonly string[] {
  demand(Array.isArray(values) && values.every(isKeyName), `\`${name}\` must be an array of names`);
  return [...values];
}
