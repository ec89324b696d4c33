// The rate of the linked OpenSSL itself, from the native program core_speed.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../build/Release/core_speed', import.meta.url));

/** Messages of `size` bytes per second, as `openssl speed -evp aes-256-gcm` counts them. */
export async function opensslRate(size) {
  const seconds = process.env.KEYSTEAD_BENCH_SECONDS ?? '1';
  const { stdout } = await promisify(execFile)(program, [String(size), seconds]);
  return Number(stdout);
}
