// @noble/ciphers: AES-256-GCM in JavaScript.

import { gcm } from '@noble/ciphers/aes.js';
import { randomBytes } from '@noble/ciphers/utils.js';

const nonceSize = 12;

/** Encrypts into `out`: nonce, ciphertext, tag. */
export function encryptInto(key, plaintext, out, aad) {
  const nonce = randomBytes(nonceSize);
  out.set(nonce);
  out.set(gcm(key, nonce, aad).encrypt(plaintext), nonceSize);
}
