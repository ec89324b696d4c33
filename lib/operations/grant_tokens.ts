// The GrantTokens of a request. A grant is in force as soon as it is made, so that tokens add
// nothing; one that is not genuine is refused all the same, as by AWS.

import type { GrantPlace } from '../keys/grant_token.js';
import { invalidGrantToken, readGrantToken } from '../keys/grant_token.js';
import type { Caller } from './operation.js';

/** @throws KmsError InvalidGrantTokenException */
export function checkGrantTokens(tokens: readonly string[] | undefined, caller: Caller): void {
  for (const token of tokens ?? []) readTokenOf(token, caller);
}

/**
 * The grant that a token names. Grants are in force in their Region only.
 *
 * @throws KmsError InvalidGrantTokenException
 */
export function readTokenOf(token: string, { engine, names }: Caller): GrantPlace {
  const place = readGrantToken(engine.registry.ground, token);
  if (place.region !== names.region) throw invalidGrantToken();
  return place;
}
