// The members that many request shapes share, with AWS's constraints.

import { dryRunModifiers, encryptionAlgorithms } from '../enumerations.js';
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
  of: { kind: 'enum', values: dryRunModifiers },
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

export const encryptionAlgorithmMember = {
  kind: 'enum',
  values: encryptionAlgorithms,
} as const satisfies Member;
