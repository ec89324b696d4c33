// The shapes that cross the public API. Those of AWS operations have exactly the members of the AWS
// API that are served; those of our own operations are camelCase.

import type {
  CustomerMasterKeySpec,
  DataKeySpec,
  DryRunModifierType,
  EncryptionAlgorithmSpec,
  IncludeKeyMaterial,
  KeySpec,
  KeyUsageType,
  OriginType,
} from './enumerations.js';
import type { DataKey } from './hsm/index.js';

export type * from './grant_types.js';

/**
 * Non-secret pairs that are bound to a ciphertext: decryption needs the same ones, in any order.
 */
export type EncryptionContext = Readonly<Record<string, string>>;

/** What every answer of an AWS operation carries beside its members, as in the AWS SDK. */
export interface Answer {
  $metadata: {
    readonly httpStatusCode?: number;
    readonly attempts?: number;
    readonly totalRetryDelay?: number;
  };
}

/** An answer without members. */
export type EmptyAnswer = Answer;

/** The states of a KMS key. */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** What AWS KMS tells of a key. */
export interface KeyMetadata {
  AWSAccountId: string;
  KeyId: string;
  Arn: string;
  CreationDate: Date;
  Enabled: boolean;
  Description: string;
  KeyUsage: 'ENCRYPT_DECRYPT';
  KeyState: KeyState;
  /** While deletion is pending. */
  DeletionDate?: Date;
  Origin: 'AWS_KMS';
  KeyManager: 'CUSTOMER' | 'AWS';
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT';
  KeySpec: 'SYMMETRIC_DEFAULT';
  EncryptionAlgorithms: 'SYMMETRIC_DEFAULT'[];
  MultiRegion: boolean;
  CurrentKeyMaterialId: string;
}

/** A name and a value that people hang on a key; policies can ask for them. */
export interface Tag {
  /** 1 to 128 characters. */
  TagKey: string;
  /** 0 to 256 characters. */
  TagValue: string;
}

/** A tag in a request; both members must be there, as the AWS SDK's types leave it open. */
export type GivenTag = { [Name in keyof Tag]: Tag[Name] | undefined };

export interface CreateKeyInput {
  /** The key policy, a JSON document; by default the account's own policies decide. */
  Policy?: string | undefined;
  /** 0 to 8192 characters. */
  Description?: string | undefined;
  /** Only `ENCRYPT_DECRYPT` is served so far. */
  KeyUsage?: KeyUsageType | undefined;
  /** Only `SYMMETRIC_DEFAULT` is served so far. */
  KeySpec?: KeySpec | undefined;
  /** The deprecated name of KeySpec. */
  CustomerMasterKeySpec?: CustomerMasterKeySpec | undefined;
  /** Only `AWS_KMS` is served so far. */
  Origin?: OriginType | undefined;
  /** Accepts a policy that does not let the caller change it again. */
  BypassPolicyLockoutSafetyCheck?: boolean | undefined;
  /** At most 50. */
  Tags?: GivenTag[] | undefined;
}
export interface CreateKeyOutput {
  KeyMetadata: KeyMetadata;
}

/** An operation on a key that is named by key id or key ARN. */
export interface KeyIdInput {
  KeyId: string;
}
/** The key ARN. */
export interface KeyIdOutput {
  KeyId: string;
}
/** Nothing but that it succeeded. */
export type EmptyOutput = Record<never, never>;

/** Which page of a list is wanted. */
export interface PageInput {
  /** At least 1; how many at most, depends on the operation. */
  Limit?: number | undefined;
  /** NextMarker of the page before. */
  Marker?: string | undefined;
}
/** Whether there is a next page. */
export interface PageOutput {
  Truncated: boolean;
  /** There only when the list goes on. */
  NextMarker?: string;
}

export interface DescribeKeyInput {
  /** A key id, key ARN, alias name or alias ARN. */
  KeyId: string;
  GrantTokens?: string[] | undefined;
}
export interface DescribeKeyOutput {
  KeyMetadata: KeyMetadata;
}

export type ListKeysInput = PageInput;
export interface ListKeysOutput extends PageOutput {
  Keys: { KeyId: string; KeyArn: string }[];
}

export interface UpdateKeyDescriptionInput extends KeyIdInput {
  /** 0 to 8192 characters. */
  Description: string;
}

export interface ScheduleKeyDeletionInput extends KeyIdInput {
  /** 7 to 30, by default 30. */
  PendingWindowInDays?: number | undefined;
}
export interface ScheduleKeyDeletionOutput extends KeyIdOutput {
  DeletionDate: Date;
  KeyState: KeyState;
  PendingWindowInDays: number;
}

export interface GetKeyLastUsageOutput extends KeyIdOutput {
  /** Empty when the key was not used since tracking began. */
  KeyLastUsage: { Operation?: KeyLastUsageOperation; Timestamp?: Date };
  TrackingStartDate: Date;
  KeyCreationDate: Date;
}
/** The operations that count as a use of a symmetric key. */
export type KeyLastUsageOperation =
  | 'Encrypt'
  | 'Decrypt'
  | 'ReEncrypt'
  | 'GenerateDataKey'
  | 'GenerateDataKeyWithoutPlaintext';

export interface CreateAliasInput {
  /** `alias/` and up to 250 letters, digits, `/`, `_` and `-`. */
  AliasName: string;
  /** A key id or key ARN. */
  TargetKeyId: string;
}
export type UpdateAliasInput = CreateAliasInput;
export interface DeleteAliasInput {
  AliasName: string;
}
export interface ListAliasesInput extends PageInput {
  /** Only the aliases of this key. */
  KeyId?: string | undefined;
}
export interface AliasListEntry {
  AliasName: string;
  AliasArn: string;
  TargetKeyId: string;
  CreationDate: Date;
  LastUpdatedDate: Date;
}
export interface ListAliasesOutput extends PageOutput {
  Aliases: AliasListEntry[];
}

export interface GetKeyPolicyInput extends KeyIdInput {
  /** There is only `default`. */
  PolicyName?: string | undefined;
}
export interface GetKeyPolicyOutput {
  Policy: string;
  PolicyName: string;
}
export interface PutKeyPolicyInput extends GetKeyPolicyInput {
  Policy: string;
  /** Accepts a policy that does not let the caller change it again. */
  BypassPolicyLockoutSafetyCheck?: boolean | undefined;
}
export interface ListKeyPoliciesInput extends KeyIdInput, PageInput {}
export interface ListKeyPoliciesOutput extends PageOutput {
  PolicyNames: string[];
}

export interface EnableKeyRotationInput extends KeyIdInput {
  /** 90 to 2560, by default 365. */
  RotationPeriodInDays?: number | undefined;
}
export interface GetKeyRotationStatusOutput extends KeyIdOutput {
  KeyRotationEnabled: boolean;
  RotationPeriodInDays?: number;
  NextRotationDate?: Date;
  /** While a rotation on demand is under way. */
  OnDemandRotationStartDate?: Date;
}
export interface ListKeyRotationsInput extends KeyIdInput, PageInput {
  /** `ROTATIONS_ONLY` (default) or `ALL_KEY_MATERIAL`. */
  IncludeKeyMaterial?: IncludeKeyMaterial | undefined;
}
export interface RotationsListEntry {
  /** The key ARN. */
  KeyId: string;
  KeyMaterialId: string;
  KeyMaterialState: 'CURRENT' | 'NON_CURRENT';
  RotationDate?: Date;
  RotationType?: 'AUTOMATIC' | 'ON_DEMAND';
}
export interface ListKeyRotationsOutput extends PageOutput {
  Rotations: RotationsListEntry[];
}

export interface TagResourceInput extends KeyIdInput {
  Tags: GivenTag[];
}
export interface UntagResourceInput extends KeyIdInput {
  TagKeys: string[];
}
export interface ListResourceTagsInput extends KeyIdInput, PageInput {}
export interface ListResourceTagsOutput extends PageOutput {
  Tags: Tag[];
}

export interface GenerateRandomInput {
  /** 1 to 1024. */
  NumberOfBytes?: number | undefined;
}
export interface GenerateRandomOutput {
  /** In an ArrayBuffer of its own. */
  Plaintext: Uint8Array;
}

export interface ReEncryptInput {
  /** 1 to 6144 bytes. */
  CiphertextBlob?: Uint8Array | undefined;
  SourceEncryptionContext?: EncryptionContext | undefined;
  /** When given, only this key may decrypt. */
  SourceKeyId?: string | undefined;
  /** A key id, key ARN, alias name or alias ARN. */
  DestinationKeyId: string;
  DestinationEncryptionContext?: EncryptionContext | undefined;
  SourceEncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
  DestinationEncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
  GrantTokens?: string[] | undefined;
  DryRun?: boolean | undefined;
  DryRunModifiers?: DryRunModifierType[] | undefined;
}
export interface ReEncryptOutput {
  CiphertextBlob: Uint8Array;
  /** The source key's ARN. */
  SourceKeyId: string;
  /** The destination key's ARN. */
  KeyId: string;
  SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
  DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
  SourceKeyMaterialId: string;
  DestinationKeyMaterialId: string;
}

export interface EncryptInput {
  /** A key id, key ARN, alias name or alias ARN. */
  KeyId: string;
  /** 1 to 4096 bytes. */
  Plaintext: Uint8Array;
  EncryptionContext?: EncryptionContext | undefined;
  EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
  GrantTokens?: string[] | undefined;
  DryRun?: boolean | undefined;
}
export interface EncryptOutput {
  CiphertextBlob: Uint8Array;
  /** The key ARN. */
  KeyId: string;
  EncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
}

export interface DecryptInput {
  /** 1 to 6144 bytes; may be absent only with DryRunModifiers. */
  CiphertextBlob?: Uint8Array | undefined;
  EncryptionContext?: EncryptionContext | undefined;
  /** When given, only this key may decrypt. */
  KeyId?: string | undefined;
  EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
  GrantTokens?: string[] | undefined;
  DryRun?: boolean | undefined;
  /** `IGNORE_CIPHERTEXT`: a dry run of the permission alone. */
  DryRunModifiers?: DryRunModifierType[] | undefined;
}
export interface DecryptOutput {
  /** The key ARN. */
  KeyId: string;
  /** In an ArrayBuffer of its own: fill it with zeros after use. */
  Plaintext: Uint8Array;
  EncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
  KeyMaterialId: string;
}

export interface GenerateDataKeyWithoutPlaintextInput {
  /** A key id, key ARN, alias name or alias ARN. */
  KeyId: string;
  EncryptionContext?: EncryptionContext | undefined;
  /** `AES_256` (32 bytes) or `AES_128` (16 bytes); exactly one of KeySpec and NumberOfBytes. */
  KeySpec?: DataKeySpec | undefined;
  /** 1 to 1024. */
  NumberOfBytes?: number | undefined;
  GrantTokens?: string[] | undefined;
  DryRun?: boolean | undefined;
}
export interface GenerateDataKeyWithoutPlaintextOutput {
  CiphertextBlob: Uint8Array;
  /** The key ARN. */
  KeyId: string;
  KeyMaterialId: string;
}

export type GenerateDataKeyInput = GenerateDataKeyWithoutPlaintextInput;
export interface GenerateDataKeyOutput extends GenerateDataKeyWithoutPlaintextOutput {
  /** The data key, in an ArrayBuffer of its own: fill it with zeros after use. */
  Plaintext: Uint8Array;
}

export interface NewDataKeyInput {
  /** A key id, key ARN, alias name or alias ARN. */
  keyId: string;
  encryptionContext?: EncryptionContext | undefined;
}
export interface NewDataKeyOutput {
  /** The data key: a handle, its bytes stay inside the HSM core. Dispose of it after use. */
  dataKey: DataKey;
  /** What to store beside the data: {@link OpenDataKeyInput.encryptedDataKey}. */
  encryptedDataKey: Uint8Array;
  /** The ARN of the KMS key that wrapped it. */
  keyId: string;
  keyMaterialId: string;
}

export interface NewDataKeysInput extends NewDataKeyInput {
  /** 1 to 10,000. */
  count: number;
}

export interface OpenDataKeyInput {
  encryptedDataKey: Uint8Array;
  encryptionContext?: EncryptionContext | undefined;
  /** When given, only this key may open it. */
  keyId?: string | undefined;
}
export interface OpenDataKeyOutput {
  dataKey: DataKey;
  /** The ARN of the KMS key that opened it. */
  keyId: string;
  keyMaterialId: string;
}

/** One of many re-encryptions. */
export interface ReEncryptsInput {
  /** 1 to 6144 bytes. */
  ciphertextBlob: Uint8Array;
  sourceEncryptionContext?: EncryptionContext | undefined;
  /** When given, only this key may open it. */
  sourceKeyId?: string | undefined;
  destinationKeyId: string;
  destinationEncryptionContext?: EncryptionContext | undefined;
}
export interface ReEncryptsOutput {
  ciphertextBlob: Uint8Array;
  /** The ARN of the key that opened it. */
  sourceKeyId: string;
  /** The ARN of the key that wrapped it. */
  keyId: string;
  sourceKeyMaterialId: string;
  destinationKeyMaterialId: string;
}
