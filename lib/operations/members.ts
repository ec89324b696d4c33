// The members that many request shapes share, with AWS's constraints.

import { ciphertextBlobSizeBytesMax } from '../envelope/ciphertext_blob.js';
import type { Member } from './shape.js';

/** Nitro Enclaves' attestation document. */
export const recipient = 'Recipient';

export const keyIdMember = { kind: 'string', min: 1, max: 2048 } as const satisfies Member;
export const requiredKeyIdMember = { ...keyIdMember, required: true } as const satisfies Member;
export const grantTokensMember = {
  kind: 'list',
  min: 0,
  max: 10,
  of: { kind: 'string', min: 1, max: 8192 },
} as const satisfies Member;
export const descriptionMember = { kind: 'string', min: 0, max: 8192 } as const satisfies Member;
export const policyMember = {
  kind: 'string',
  min: 1,
  max: 131_072,
  pattern: /^[\t\n\r\u0020-\u00ff]+$/,
} as const satisfies Member;
export const aliasNameMember = {
  kind: 'string',
  min: 1,
  max: 256,
  pattern: /^[a-zA-Z0-9:/_-]+$/,
  required: true,
} as const satisfies Member;
export const principalMember = {
  kind: 'string',
  min: 1,
  max: 256,
  pattern: /^[\w+=,.@:/-]+$/,
} as const satisfies Member;
export const servicePrincipalMember = {
  kind: 'string',
  min: 1,
  max: 128,
  pattern: /^([A-Za-z0-9-]+)\.([A-Za-z0-9-]+)(\.[A-Za-z0-9-]+)+$/,
} as const satisfies Member;
export const grantIdMember = { kind: 'string', min: 1, max: 128 } as const satisfies Member;
export const policyNameMember = {
  kind: 'string',
  min: 1,
  max: 128,
  pattern: /^\w+$/,
} as const satisfies Member;
export const tagKeyMember = {
  kind: 'string',
  min: 1,
  max: 128,
  required: true,
} as const satisfies Member;
export const tagsMember = {
  kind: 'list',
  min: 0,
  max: 200,
  of: {
    kind: 'structure',
    members: {
      TagKey: tagKeyMember,
      TagValue: { kind: 'string', min: 0, max: 256, required: true },
    },
  },
} as const satisfies Member;
export const dryRunModifiersMember = {
  kind: 'list',
  min: 0,
  max: 1,
  of: { kind: 'enum', values: ['IGNORE_CIPHERTEXT'] },
} as const satisfies Member;
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
} as const satisfies Member;
export const requiredCiphertextBlobMember = {
  ...ciphertextBlobMember,
  required: true,
} as const satisfies Member;

export const keySpecMemberValues = [
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
export const customerMasterKeySpecValues = keySpecMemberValues.filter(
  (spec) => !spec.startsWith('ML_') && spec !== 'ECC_NIST_EDWARDS25519',
);

export const encryptionAlgorithmMember = {
  kind: 'enum',
  values: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'],
} as const satisfies Member;
