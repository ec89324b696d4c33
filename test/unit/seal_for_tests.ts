// A seal made of node:crypto, so that what stands above it is tested without the addon.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KeysteadError } from '../../lib/errors.js';
import type { RecordSeal } from '../../lib/store/sealed_store.js';

/** AES-256-GCM under a random key: IV (12), ciphertext, tag (16). */
export function makeSeal(key = randomBytes(32)): RecordSeal {
  return {
    seal(plaintext, aad) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
      return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    unseal(sealed, aad) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(aad);
        decipher.setAuthTag(sealed.subarray(-16));
        return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      } catch (cause) {
        throw new KeysteadError('ERR_DECRYPTION_FAILED', 'decryption failed', { cause });
      }
    },
  };
}
