// Which encryption algorithms a key can be asked for.

import { KmsError } from '../errors.js';
import type { KmsKey } from '../keys/kms_key.js';

/** @throws KmsError InvalidKeyUsageException for an algorithm of another kind of key */
export function requireSymmetricAlgorithm(algorithm: string | undefined, key: KmsKey): void {
  if (algorithm === undefined || algorithm === 'SYMMETRIC_DEFAULT') return;
  const message = `Algorithm ${algorithm} is incompatible with key spec ${key.record.keySpec}.`;
  throw new KmsError('InvalidKeyUsageException', message);
}
