// The shapes that cross the public API. Those of AWS operations have exactly the members of the AWS
// API that are served; those of our own operations are camelCase.

import type { DataKey } from './hsm/index.js';

/**
 * Non-secret pairs that are bound to a ciphertext: decryption needs the same ones, in any order.
 */
export type EncryptionContext = Readonly<Record<string, string>>;

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
  Origin: 'AWS_KMS';
  KeyManager: 'CUSTOMER' | 'AWS';
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT';
  KeySpec: 'SYMMETRIC_DEFAULT';
  EncryptionAlgorithms: 'SYMMETRIC_DEFAULT'[];
  MultiRegion: boolean;
  CurrentKeyMaterialId: string;
}

export interface CreateKeyInput {
  /** 0 to 8192 characters. */
  Description?: string | undefined;
  /** Only `ENCRYPT_DECRYPT` is served so far. */
  KeyUsage?: string | undefined;
  /** Only `SYMMETRIC_DEFAULT` is served so far. */
  KeySpec?: string | undefined;
  /** The deprecated name of KeySpec. */
  CustomerMasterKeySpec?: string | undefined;
  /** Only `AWS_KMS` is served so far. */
  Origin?: string | undefined;
}
export interface CreateKeyOutput {
  KeyMetadata: KeyMetadata;
}

export interface CreateAliasInput {
  /** `alias/` and up to 250 letters, digits, `/`, `_` and `-`. */
  AliasName: string;
  /** A key id or key ARN. */
  TargetKeyId: string;
}
export type CreateAliasOutput = Record<string, never>;

export interface DescribeKeyInput {
  /** A key id, key ARN, alias name or alias ARN. */
  KeyId: string;
}
export interface DescribeKeyOutput {
  KeyMetadata: KeyMetadata;
}

export interface EncryptInput {
  /** A key id, key ARN, alias name or alias ARN. */
  KeyId: string;
  /** 1 to 4096 bytes. */
  Plaintext: Uint8Array;
  EncryptionContext?: EncryptionContext | undefined;
  EncryptionAlgorithm?: string | undefined;
  DryRun?: boolean | undefined;
}
export interface EncryptOutput {
  CiphertextBlob: Uint8Array;
  /** The key ARN. */
  KeyId: string;
  EncryptionAlgorithm: 'SYMMETRIC_DEFAULT';
}

export interface DecryptInput {
  /** 1 to 6144 bytes. */
  CiphertextBlob: Uint8Array;
  EncryptionContext?: EncryptionContext | undefined;
  /** When given, only this key may decrypt. */
  KeyId?: string | undefined;
  EncryptionAlgorithm?: string | undefined;
  DryRun?: boolean | undefined;
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
  KeySpec?: string | undefined;
  /** 1 to 1024. */
  NumberOfBytes?: number | undefined;
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
