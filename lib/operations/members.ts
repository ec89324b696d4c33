// The members that many request shapes share, with AWS's constraints.

import { ciphertextBlobSizeBytesMax } from '../envelope/ciphertext_blob.js';
import type { Member } from './shape.js';

/** Every operation that AWS lets use a grant takes them; there are no grants yet. */
export const grantTokens = 'GrantTokens';
/** Nitro Enclaves' attestation document. */
export const recipient = 'Recipient';

export const keyIdMember = { kind: 'string', min: 1, max: 2048 } as const satisfies Member;
export const requiredKeyIdMember = { ...keyIdMember, required: true } as const satisfies Member;
export const encryptionContextMember = { kind: 'encryption context' } as const satisfies Member;
export const dryRunMember = { kind: 'boolean' } as const satisfies Member;

export const plaintextMember = {
  kind: 'blob',
  min: 1,
  max: 4096,
  required: true,
} as const satisfies Member;
export const ciphertextBlobMember = {
  kind: 'blob',
  min: 1,
  max: ciphertextBlobSizeBytesMax,
  required: true,
} as const satisfies Member;

export const keySpecValues = [
  'SYMMETRIC_DEFAULT',
  'HMAC_224',
  'HMAC_256',
  'HMAC_384',
  'HMAC_512',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_NIST_EDWARDS25519',
  'ECC_SECG_P256K1',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
  'SM2',
] as const;

/** The deprecated CustomerMasterKeySpec ends before these. */
export const customerMasterKeySpecValues = keySpecValues.filter(
  (spec) => !spec.startsWith('ML_') && spec !== 'ECC_NIST_EDWARDS25519',
);

export const encryptionAlgorithmMember = {
  kind: 'enum',
  values: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'],
} as const satisfies Member;
