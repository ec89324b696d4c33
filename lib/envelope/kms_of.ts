// From what a caller calls a KMS to what messages ask of one.

import { demand } from './arguments.js';
import { InProcessKms, isInProcessClient } from './in_process_kms.js';
import type { KmsAccess } from './kms_access.js';
import { type AwsKms, isAwsKms, RemoteKms } from './remote_kms.js';

/** How a caller's KMS is asked, and by what to tell its callers apart. */
export interface KmsOfCaller {
  readonly access: KmsAccess;
  /** The same for the same object, of no other. */
  readonly callerId: number;
}

const callerIds = new WeakMap<object, number>();
let callers = 0;

/**
 * @param kms - told by its methods: what keeps data keys inside is asked for handles
 * @param grantTokens - for a remote KMS; in this process a grant counts at once
 * @throws KeysteadError ERR_INVALID_ARGUMENT
 */
export function kmsOf(kms: AwsKms, grantTokens?: readonly string[]): KmsOfCaller {
  demand(
    typeof kms === 'object' && kms !== null && isAwsKms(kms),
    '`kms` must have the methods generateDataKey, encrypt and decrypt',
  );
  const access = isInProcessClient(kms) ? new InProcessKms(kms) : new RemoteKms(kms, grantTokens);
  return { access, callerId: callerIdOf(kms) };
}

function callerIdOf(kms: object): number {
  const known = callerIds.get(kms);
  if (known !== undefined) return known;
  callers += 1;
  callerIds.set(kms, callers);
  return callers;
}
