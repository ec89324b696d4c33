// Which encryption algorithms a key can be asked for, and what conditions see of them.

import { KmsError } from '../errors.js';
import type { KmsKey } from '../keys/kms_key.js';

/**
 * Only a symmetric blob names its key.
 *
 * @throws KmsError ValidationException for an asymmetric algorithm without a key
 */
export function requireKeyIdForAsymmetric(
  algorithm: string | undefined,
  keyId: string | undefined,
): void {
  if (algorithm === undefined || algorithm === 'SYMMETRIC_DEFAULT' || keyId !== undefined) return;
  throw new KmsError('ValidationException', 'KeyId must not be null');
}

/** @throws KmsError InvalidKeyUsageException for an algorithm of another kind of key */
export function requireSymmetricAlgorithm(algorithm: string | undefined, key: KmsKey): void {
  if (algorithm === undefined || algorithm === 'SYMMETRIC_DEFAULT') return;
  const message = `Algorithm ${algorithm} is incompatible with key spec ${key.record.keySpec}.`;
  throw new KmsError('InvalidKeyUsageException', message);
}

/** The algorithm in effect, as a value of a condition key. */
export function algorithmValues(algorithm = 'SYMMETRIC_DEFAULT') {
  return { 'kms:EncryptionAlgorithm': algorithm };
}
