// Grant tokens: sealed under the root key, they name a grant and nothing else. They are no
// credential: who presents one must still be the grantee. Grants are in force at once here, so that
// a token only has to be genuine.

import { isDecryptionFailure, KeysteadError, KmsError } from '../errors.js';
import type { RegistryGround } from './registry.js';

const aad = new Uint8Array(Buffer.from('keystead/grant-token/v1', 'ascii'));

/** The grant that a token names. */
export interface GrantPlace {
  readonly account: string;
  readonly region: string;
  readonly keyId: string;
  readonly grantId: string;
}

/** Makes another token of the grant; no two are equal. */
export function makeGrantToken(
  { hsm, rootKey }: RegistryGround,
  { account, region, keyId, grantId }: GrantPlace,
): string {
  const place = Buffer.from([account, region, keyId, grantId].join('/'), 'ascii');
  return Buffer.from(hsm.rootKeySeal(rootKey.handle, new Uint8Array(place), aad)).toString(
    'base64',
  );
}

/** @throws KmsError InvalidGrantTokenException */
export function readGrantToken({ hsm, rootKey }: RegistryGround, token: string): GrantPlace {
  const sealed = new Uint8Array(Buffer.from(token, 'base64'));
  if (Buffer.from(sealed).toString('base64') !== token) throw invalidGrantToken();
  try {
    const place = Buffer.from(hsm.rootKeyUnseal(rootKey.handle, sealed, aad)).toString('ascii');
    const [account, region, keyId, grantId] = place.split('/') as [string, string, string, string];
    return { account, region, keyId, grantId };
  } catch (error) {
    throw isNoToken(error) ? invalidGrantToken() : error;
  }
}

function isNoToken(error: unknown): boolean {
  if (isDecryptionFailure(error)) return true;
  return error instanceof KeysteadError && error.code === 'ERR_INVALID_ARGUMENT';
}

export function invalidGrantToken(): KmsError {
  return new KmsError('InvalidGrantTokenException', 'The grant token is not valid.');
}
