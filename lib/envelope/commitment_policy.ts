// Which suites are read: those that commit to the data key, unless the caller says otherwise.

import { KeysteadError } from '../errors.js';
import type { MessageHeader } from '../hsm/index.js';

/**
 * AWS's names. Both write only suites with key commitment; `REQUIRE_ENCRYPT_ALLOW_DECRYPT` reads
 * the others too, whose messages can be made to open to different plaintexts under different data
 * keys (CVE-2020-8897).
 */
export type CommitmentPolicy = 'REQUIRE_ENCRYPT_REQUIRE_DECRYPT' | 'REQUIRE_ENCRYPT_ALLOW_DECRYPT';

export const commitmentPolicies: readonly CommitmentPolicy[] = [
  'REQUIRE_ENCRYPT_REQUIRE_DECRYPT',
  'REQUIRE_ENCRYPT_ALLOW_DECRYPT',
];

/** @throws KeysteadError ERR_NOT_COMMITTING */
export function checkCommitment(header: MessageHeader, policy: CommitmentPolicy): void {
  if (header.isCommitting || policy === 'REQUIRE_ENCRYPT_ALLOW_DECRYPT') return;
  throw new KeysteadError(
    'ERR_NOT_COMMITTING',
    `the message's suite 0x${header.suite.toString(16).padStart(4, '0')} has no key commitment`,
  );
}
