// node:crypto doing what a box or a wrapped data key does: a fresh nonce, AES-256-GCM with associated data, the tag.

import crypto from 'node:crypto';

const ivSize = 12;
const tagSize = 16;

/** Encrypts into `out`: nonce, ciphertext, tag. */
export function encryptInto(key, plaintext, out, aad) {
  crypto.randomFillSync(out, 0, ivSize);
  const cipher = crypto.createCipheriv('aes-256-gcm', key, out.subarray(0, ivSize));
  cipher.setAAD(aad);
  out.set(cipher.update(plaintext), ivSize);
  cipher.final();
  out.set(cipher.getAuthTag(), ivSize + plaintext.length);
  return ivSize + plaintext.length + tagSize;
}

/** Encrypts to a fresh buffer. */
export function encrypt(key, plaintext, aad) {
  const out = Buffer.allocUnsafe(ivSize + plaintext.length + tagSize);
  encryptInto(key, plaintext, out, aad);
  return out;
}

/** Makes 32 random bytes and wraps them: what GenerateDataKey must do at the least. */
export function wrapRandomKey(key, aad) {
  const dataKey = crypto.randomBytes(32);
  return { dataKey, wrapped: encrypt(key, dataKey, aad) };
}
