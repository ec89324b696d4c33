// Grant ids in requests.

import { KmsError } from '../errors.js';

/** @throws KmsError InvalidGrantIdException for what cannot be the id of a grant */
export function checkGrantId(grantId: string | undefined): void {
  if (grantId === undefined || /^[0-9a-f]{64}$/.test(grantId)) return;
  throw new KmsError('InvalidGrantIdException', `Grant ID ${grantId} is not valid`);
}
