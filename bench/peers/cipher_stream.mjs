// node:crypto's own streams: AES-256-GCM over everything in one go, without frames, header or key.

import crypto from 'node:crypto';

const algorithm = 'aes-256-gcm';
const keySize = 32;
const ivSize = 12;

export function encryptStream() {
  return crypto.createCipheriv(algorithm, crypto.randomBytes(keySize), crypto.randomBytes(ivSize));
}

/**
 * @param {readonly Uint8Array[]} plaintexts
 * @returns the ciphertext, piece by piece, and what makes a stream that decrypts it
 */
export function toDecrypt(plaintexts) {
  const key = crypto.randomBytes(keySize);
  const iv = crypto.randomBytes(ivSize);
  const cipher = crypto.createCipheriv(algorithm, key, iv);
  const pieces = plaintexts.map((plaintext) => cipher.update(plaintext));
  cipher.final();
  const decryptStream = () =>
    crypto.createDecipheriv(algorithm, key, iv).setAuthTag(cipher.getAuthTag());
  return { pieces, decryptStream };
}
