// Each thread of Node's pool has OpenSSL contexts of its own from its first work on, and OpenSSL
// keeps a list of its threads that grows with the most there ever were. Tests that compare memory
// have both happen first.

import { DataKey } from '../../../lib/hsm/index.js';
import { runAndTerminate } from './worker_job.js';

const worksPerRound = 64;
const rounds = 3;
const workers = 8;

export async function warmThreads(): Promise<void> {
  const key = DataKey.generate();
  const plaintext = new Uint8Array(1024 * 1024);
  for (let round = 0; round < rounds; round += 1) {
    const works = Array.from({ length: worksPerRound }, () => key.encryptAsync(plaintext));
    await Promise.all(works);
  }
  key.dispose();
  const terminations = Array.from({ length: workers }, () => runAndTerminate('throwForEver', 100));
  await Promise.all(terminations);
}
