// docs/format.md §11: the secrets of access keys wrapped for the store, the keys that sign requests
// with them, and session tokens.

import { createHmac } from 'node:crypto';
import { ascii, byte, concat } from './bytes.js';
import { accept } from './rejected.js';
import { sealWithNonce, unseal } from './sealed.js';

const secretLabel = concat(ascii('keystead/access-key/v1'), byte(0));
const tokenLabel = concat(ascii('keystead/session-token/v1'), byte(0));
const tokenHeader = Uint8Array.of(0x54, 0x01);

export function wrappedSecretAad(accessKeyId: string): Uint8Array {
  return concat(secretLabel, ascii(accessKeyId));
}

export function wrapSecretWithNonce(
  accessKeyKey: Uint8Array,
  nonce: Uint8Array,
  accessKeyId: string,
  secret: Uint8Array,
): Uint8Array {
  return sealWithNonce(accessKeyKey, nonce, secret, wrappedSecretAad(accessKeyId));
}

export function unwrapSecret(
  accessKeyKey: Uint8Array,
  accessKeyId: string,
  wrapped: Uint8Array,
): Uint8Array {
  return unseal(accessKeyKey, wrapped, wrappedSecretAad(accessKeyId));
}

/** For what a signing key is good. */
export interface Scope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** AWS Signature Version 4. */
export function signingKey(secret: Uint8Array, { date, region, service }: Scope): Uint8Array {
  const start = concat(ascii('AWS4'), secret);
  return [date, region, service, 'aws4_request'].reduce((key, text) => hmac(key, text), start);
}

export function hmac(key: Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(text, 'utf8').digest());
}

export function sessionTokenAad(accessKeyId: string): Uint8Array {
  return concat(tokenLabel, ascii(accessKeyId));
}

export function sealTokenWithNonce(
  storeKey: Uint8Array,
  nonce: Uint8Array,
  accessKeyId: string,
  contents: Uint8Array,
): Uint8Array {
  return concat(
    tokenHeader,
    sealWithNonce(storeKey, nonce, contents, sessionTokenAad(accessKeyId)),
  );
}

export function openToken(
  storeKey: Uint8Array,
  accessKeyId: string,
  token: Uint8Array,
): Uint8Array {
  accept(token[0] === tokenHeader[0] && token[1] === tokenHeader[1]);
  return unseal(storeKey, token.subarray(tokenHeader.length), sessionTokenAad(accessKeyId));
}
