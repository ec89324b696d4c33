// nonce ‖ XAES ciphertext ‖ tag: the box of docs/format.md §6, and the shape of the wrapped key material and of the
// sealed part of a store record.

import { concat } from './bytes.js';
import { tagBytes, xaesNonceBytes } from './limits.js';
import { accept } from './rejected.js';
import { xaesDecrypt, xaesEncrypt } from './xaes.js';

/** Deterministic: a writer of real boxes draws `nonce` at random. */
export function sealWithNonce(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  return concat(nonce, xaesEncrypt(key, nonce, aad, plaintext));
}

export function unseal(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  accept(sealed.length >= xaesNonceBytes + tagBytes);
  const nonce = sealed.subarray(0, xaesNonceBytes);
  return xaesDecrypt(key, nonce, aad, sealed.subarray(xaesNonceBytes));
}
