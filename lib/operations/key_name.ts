// Names of keys in requests.

import { KmsError } from '../errors.js';
import { isAlias } from '../keys/registry.js';

/** For operations that take key ids and key ARNs only. @throws KmsError InvalidArnException */
export function refuseAlias(name: string): void {
  if (!isAlias(name)) return;
  throw new KmsError('InvalidArnException', 'Key Aliases are not supported for this operation.');
}
