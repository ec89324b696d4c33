// AES-GCM for messages: any key length, ciphertext and tag in one byte string.

import { type CipherGCMTypes, createCipheriv, createDecipheriv } from 'node:crypto';
import { ascii, concat, u32be, u64be } from './bytes.js';
import { Rejected } from './rejected.js';

const tagBytes = 16;

function algorithm(key: Uint8Array): CipherGCMTypes {
  return `aes-${key.length * 8}-gcm` as CipherGCMTypes;
}

export function seal(
  key: Uint8Array,
  iv: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv(algorithm(key), key, iv).setAAD(aad);
  return concat(cipher.update(text), cipher.final(), cipher.getAuthTag());
}

export function open(
  key: Uint8Array,
  iv: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv(algorithm(key), key, iv, { authTagLength: tagBytes });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
  try {
    return concat(decipher.update(sealed.subarray(0, end)), decipher.final());
  } catch {
    throw new Rejected();
  }
}

/** The additional data of a part of the body. */
export function bodyAad(
  messageId: Uint8Array,
  part: 'Frame' | 'Final Frame' | 'Single Block',
  sequence: number,
  length: number,
): Uint8Array {
  const name = ascii(`AWSKMSEncryptionClient ${part}`);
  return concat(messageId, name, u32be(sequence), u64be(BigInt(length)));
}
