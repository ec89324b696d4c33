// The package lmdb, loaded when the first store in a folder is opened: its binary asks for a newer C
// library than ours, and where it does not load a store in memory still works.

import { createRequire } from 'node:module';
import { KeysteadError } from '../errors.js';

type LmdbPackage = typeof import('lmdb');

/**
 * The package.
 *
 * @throws KeysteadError ERR_UNSUPPORTED_PLATFORM when it does not load on this platform
 */
export function lmdbPackage(): LmdbPackage {
  try {
    return createRequire(import.meta.url)('lmdb') as LmdbPackage;
  } catch (cause) {
    throw unsupportedPlatform(cause);
  }
}

function unsupportedPlatform(cause: unknown): KeysteadError {
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return new KeysteadError(
    'ERR_UNSUPPORTED_PLATFORM',
    'the package lmdb, which keeps a store in a folder, does not load here (its Linux binary needs glibc 2.34 ' +
      `or later): use a newer system, or a store in memory (${reason})`,
    { cause },
  );
}
