// AES-256-GCM (SP 800-38D) with a 12-byte iv: ciphertext and tag in one byte string.

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from './bytes.js';
import { tagBytes } from './limits.js';
import { Rejected } from './rejected.js';

export function gcmEncrypt(
  key: Uint8Array,
  iv: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

export function gcmDecrypt(
  key: Uint8Array,
  iv: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end));
  try {
    return concat(plaintext, decipher.final());
  } catch {
    plaintext.fill(0);
    throw new Rejected();
  }
}
