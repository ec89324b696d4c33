// age, file to file: a file key wrapped for an X25519 recipient, ChaCha20-Poly1305 over chunks of
// 64 KiB. It writes to the target as it goes.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runSynced } from './run_synced.mjs';

const run = promisify(execFile);

export const against = 'age (X25519, ChaCha20-Poly1305) and sync';

/** @param {string} folder where its identity lies */
export async function prepare(folder) {
  const identity = join(folder, 'age_identity');
  await run('age-keygen', ['-o', identity]);
  const { stdout } = await run('age-keygen', ['-y', identity]);
  const recipient = stdout.trim();
  return {
    encryptFile: (source, target) =>
      runSynced(target, 'age', ['-r', recipient, '-o', target, source]),
    decryptFile: (source, target) =>
      runSynced(target, 'age', ['-d', '-i', identity, '-o', target, source]),
  };
}
