// Whether an error of a KMS says something of the key, or that the KMS could not be asked.

/** AWS's names for what a KMS answers about a key, a ciphertext or who may use them. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DisabledException',
  'IncorrectKeyException',
  'InvalidArnException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
  'ValidationException',
]);

/**
 * True when another key may still open the message; false when the same request may yet succeed.
 */
export function saysNoOfKey(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return refusals.has(name as string) || code === 'ERR_KMS_ANSWER';
}
