// The GrantTokens of a request. A grant is in force as soon as it is made, so that tokens add
// nothing; one that is not genuine is refused all the same, as by AWS.

import { readGrantToken } from '../keys/grant_token.js';
import type { Engine } from './operation.js';

/** @throws KmsError InvalidGrantTokenException */
export function checkGrantTokens(
  { registry }: Engine,
  tokens: readonly string[] | undefined,
): void {
  for (const token of tokens ?? []) readGrantToken(registry.ground, token);
}
