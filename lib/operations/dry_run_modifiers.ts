// DryRunModifiers of Decrypt and ReEncrypt: a dry run of the permission alone, without a ciphertext.

import { KmsError } from '../errors.js';

interface Modified {
  readonly CiphertextBlob?: Uint8Array | undefined;
  readonly DryRun?: boolean | undefined;
  readonly DryRunModifiers?: readonly string[] | undefined;
}

/** Whether the request is a dry run that does not look at the ciphertext. */
export function ignoresCiphertext({ DryRun, DryRunModifiers = [] }: Modified): boolean {
  return DryRun === true && DryRunModifiers.includes('IGNORE_CIPHERTEXT');
}

/**
 * The ciphertext is needed unless it is ignored; then the key must be named in its place.
 *
 * @throws KmsError ValidationException
 */
export function requireCiphertext(
  request: Modified,
  keyId: string | undefined,
  keyMember: string,
): void {
  const { DryRun, DryRunModifiers = [] } = request;
  if (DryRunModifiers.length > 0 && DryRun !== true) {
    throw new KmsError('ValidationException', 'DryRunModifiers can only be used with DryRun.');
  }
  if (ignoresCiphertext(request)) requireValue(keyId, keyMember);
  else requireValue(request.CiphertextBlob, 'ciphertextBlob');
}

function requireValue(value: unknown, member: string): void {
  if (value !== undefined) return;
  const message =
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: ` +
    'Member must not be null';
  throw new KmsError('ValidationException', message);
}
