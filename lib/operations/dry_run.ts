// DryRun: a request goes all the way, so that it fails where it would fail; what it made is thrown
// away.

import { KmsError } from '../errors.js';

/** The success of a dry run. */
export function wouldHaveSucceeded(): KmsError {
  const message = 'The request would have succeeded, but the DryRun option is set.';
  return new KmsError('DryRunOperationException', message);
}

/** @param output - of an operation that changes nothing */
export function endDryRun(output: unknown): never {
  const { Plaintext } = output as { Plaintext?: Uint8Array };
  Plaintext?.fill(0);
  throw wouldHaveSucceeded();
}
