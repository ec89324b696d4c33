// The members that the shapes of IAM and STS share, with AWS's constraints.

import type { Member } from '../operations/shape.js';
import { pathPattern } from './iam_arn.js';

const namePattern = /^[\w+=,.@-]+$/;
const documentPattern = /^[\t\n\r\u0020-\u00ff]+$/;

export const userNameMember = {
  kind: 'string',
  min: 1,
  max: 64,
  pattern: namePattern,
} as const satisfies Member;
export const requiredUserNameMember = { ...userNameMember, required: true } as const;
export const roleNameMember = { ...userNameMember, required: true } as const satisfies Member;
export const policyNameMember = {
  kind: 'string',
  min: 1,
  max: 128,
  pattern: namePattern,
  required: true,
} as const satisfies Member;
export const pathMember = {
  kind: 'string',
  min: 1,
  max: 512,
  pattern: pathPattern,
} as const satisfies Member;
export const pathPrefixMember = {
  kind: 'string',
  min: 1,
  max: 512,
  pattern: /^\/[!-~]*$/,
} as const satisfies Member;
export const arnMember = { kind: 'string', min: 20, max: 2048 } as const satisfies Member;
export const requiredArnMember = { ...arnMember, required: true } as const satisfies Member;
export const documentMember = {
  kind: 'string',
  min: 1,
  max: 131_072,
  pattern: documentPattern,
  required: true,
} as const satisfies Member;
export const descriptionMember = {
  kind: 'string',
  min: 0,
  max: 1000,
  pattern: /^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/,
} as const satisfies Member;
export const maxSessionDurationMember = {
  kind: 'integer',
  min: 3600,
  max: 43_200,
} as const satisfies Member;
export const accessKeyIdMember = {
  kind: 'string',
  min: 16,
  max: 128,
  pattern: /^\w+$/,
  required: true,
} as const satisfies Member;
export const versionIdMember = {
  kind: 'string',
  min: 2,
  max: 64,
  pattern: /^v[1-9][0-9]*$/,
  required: true,
} as const satisfies Member;
export const booleanMember = { kind: 'boolean' } as const satisfies Member;

const tagKeyMember = {
  kind: 'string',
  min: 1,
  max: 128,
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u,
  required: true,
} as const satisfies Member;
export const tagsMember = {
  kind: 'list',
  min: 0,
  max: 50,
  of: {
    kind: 'structure',
    members: {
      Key: tagKeyMember,
      Value: {
        kind: 'string',
        min: 0,
        max: 256,
        pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
        required: true,
      },
    },
  },
} as const satisfies Member;
export const requiredTagsMember = { ...tagsMember, required: true } as const satisfies Member;
export const tagKeysMember = {
  kind: 'list',
  min: 0,
  max: 50,
  of: tagKeyMember,
  required: true,
} as const satisfies Member;

/** Of every list. */
export const pageMembers = {
  Marker: { kind: 'string', min: 1, max: 1024, pattern: /^[\u0020-\u00ff]*$/ },
  MaxItems: { kind: 'integer', min: 1, max: 1000 },
} as const satisfies Record<string, Member>;
