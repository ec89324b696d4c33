// node:crypto's own stream: AES-256-GCM over everything in one go, without frames, header or key.

import crypto from 'node:crypto';

const ivSize = 12;

export function encryptStream() {
  return crypto.createCipheriv('aes-256-gcm', crypto.randomBytes(32), crypto.randomBytes(ivSize));
}
