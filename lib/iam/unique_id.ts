// The unique ids of IAM (IAM User Guide, "IAM identifiers"): never used twice, so that a user made
// again under a name is another one.

import type { Addon } from '../hsm/index.js';

/** Random characters behind each prefix: 21 characters in all for entities, 20 for access keys. */
const randomCharacters = {
  /** A user. */
  AIDA: 17,
  /** A role. */
  AROA: 17,
  /** A managed policy. */
  ANPA: 17,
  /** A long-term access key. */
  AKIA: 16,
  /** The access key of a session. */
  ASIA: 16,
} as const;

export type UniqueIdPrefix = keyof typeof randomCharacters;

/** Base32 (RFC 4648 §6), as AWS's ids have it: five random bits a character. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newUniqueId(hsm: Addon, prefix: UniqueIdPrefix): string {
  const random = hsm.randomNonce(randomCharacters[prefix]);
  return prefix + Array.from(random, (byte) => alphabet[byte & 31]).join('');
}
