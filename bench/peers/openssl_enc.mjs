// `openssl enc`, file to file, by the OpenSSL of the system and on one thread. It refuses every AEAD
// (openssl-enc(1)), so counter mode it is: encryption alone. Its key stands on the command line, where
// no key belongs; this one is made for the run and protects nothing.

import crypto from 'node:crypto';
import { runSynced } from './run_synced.mjs';

export const against = 'openssl enc -aes-256-ctr (no authentication, no key wrapped) and sync';

export async function prepare() {
  const [key, iv] = [32, 16].map((size) => crypto.randomBytes(size).toString('hex'));
  const enc = (mode) => (source, target) =>
    runSynced(target, 'openssl', [
      ...['enc', mode, '-aes-256-ctr', '-K', key, '-iv', iv],
      ...['-in', source, '-out', target],
    ]);
  return { encryptFile: enc('-e'), decryptFile: enc('-d') };
}
