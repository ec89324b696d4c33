// sodium-native (libsodium): XChaCha20-Poly1305, its AEAD with a random 24-byte nonce.

import sodium from 'sodium-native';

const nonceSize = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
const tagSize = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;

/** Encrypts into `out`: nonce, ciphertext, tag. */
export function encryptInto(key, plaintext, out, aad) {
  const nonce = out.subarray(0, nonceSize);
  sodium.randombytes_buf(nonce);
  const sealed = out.subarray(nonceSize, nonceSize + plaintext.length + tagSize);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, plaintext, aad, null, nonce, key);
}
