// The shapes of grants that cross the public API, with exactly the members of the AWS API.

import type { KeyIdInput, PageInput, PageOutput } from './types.js';

/** What a request under a grant must look like. */
export interface GrantConstraints {
  EncryptionContextSubset?: Record<string, string> | undefined;
  EncryptionContextEquals?: Record<string, string> | undefined;
  SourceArn?: string | undefined;
}
/** The operations that a grant on a symmetric encryption key can allow. */
export type GrantOperation =
  | 'Decrypt'
  | 'Encrypt'
  | 'GenerateDataKey'
  | 'GenerateDataKeyWithoutPlaintext'
  | 'ReEncryptFrom'
  | 'ReEncryptTo'
  | 'Sign'
  | 'Verify'
  | 'GetPublicKey'
  | 'CreateGrant'
  | 'RetireGrant'
  | 'DescribeKey'
  | 'GenerateDataKeyPair'
  | 'GenerateDataKeyPairWithoutPlaintext'
  | 'GenerateMac'
  | 'VerifyMac'
  | 'DeriveSharedSecret'
  | 'Encapsulate'
  | 'Decapsulate';
export interface CreateGrantInput extends KeyIdInput {
  /** Exactly one of GranteePrincipal and GranteeServicePrincipal. */
  GranteePrincipal?: string | undefined;
  GranteeServicePrincipal?: string | undefined;
  RetiringPrincipal?: string | undefined;
  RetiringServicePrincipal?: string | undefined;
  Operations: GrantOperation[];
  Constraints?: GrantConstraints | undefined;
  GrantTokens?: string[] | undefined;
  /** With it, the same request again makes no second grant. */
  Name?: string | undefined;
  DryRun?: boolean | undefined;
}
export interface CreateGrantOutput {
  GrantToken: string;
  GrantId: string;
}
export interface ListGrantsInput extends KeyIdInput, PageInput {
  GrantId?: string | undefined;
  GranteePrincipal?: string | undefined;
  GranteeServicePrincipal?: string | undefined;
}
export interface GrantListEntry {
  /** The key ARN. */
  KeyId: string;
  GrantId: string;
  Name?: string;
  CreationDate: Date;
  GranteePrincipal?: string;
  RetiringPrincipal?: string;
  GranteeServicePrincipal?: string;
  RetiringServicePrincipal?: string;
  IssuingAccount: string;
  Operations: GrantOperation[];
  Constraints?: GrantConstraints;
}
export interface ListGrantsOutput extends PageOutput {
  Grants: GrantListEntry[];
}
export interface ListRetirableGrantsInput extends PageInput {
  RetiringPrincipal?: string | undefined;
  RetiringServicePrincipal?: string | undefined;
}
export interface RevokeGrantInput extends KeyIdInput {
  GrantId: string;
  DryRun?: boolean | undefined;
}
export interface RetireGrantInput {
  /** Or KeyId and GrantId. */
  GrantToken?: string | undefined;
  /** The key ARN. */
  KeyId?: string | undefined;
  GrantId?: string | undefined;
  DryRun?: boolean | undefined;
}
