// The policy of the process's secure memory, and the truth about it.

import { KeysteadError } from '../errors.js';
import type { NativeInfoRaw } from './addon.js';
import { addon } from './native_addon.js';
import { requireOptions } from './options.js';

/** How the process's secure memory behaves. */
export interface SecureMemoryOptions {
  /**
   * `prefer` (default): lock what can be locked, and give one process warning (code `KEYSTEAD_UNLOCKED`) when something
   * could not be. `require`: an error instead of an unlocked byte.
   */
  readonly mode?: 'prefer' | 'require';
  /** `auto` (default): memfd_secret(2) where the kernel has it, else mlock(2). `mlock`: never memfd_secret, which prevents hibernation. */
  readonly backing?: 'auto' | 'mlock';
  /** The most that is ever used, in bytes: 524,288 to 68,719,476,736; default 268,435,456. */
  readonly maxBytes?: number;
}

/** What {@link nativeInfo} tells. */
export interface NativeInfo {
  /** The version of the OpenSSL inside, for example `OpenSSL 3.5.9 …`. */
  readonly openssl: string;
  /** The AES-GCM code that this CPU gets. */
  readonly aesGcm: string;
  /** False on a CPU without AES and carry-less multiply instructions. */
  readonly constantTime: boolean;
  /** The value of OPENSSL_ia32cap, which changes what OpenSSL uses of the CPU; undefined when it is not set. */
  readonly ia32cap: string | undefined;
  /** Secure memory: backing, bytes locked, unlocked, in use, allowed to be locked, allowed in all, and outside the arena. */
  readonly memory: NativeInfoRaw['memory'];
}

const defaultMaxBytes = 256 * 1024 * 1024;

/**
 * Sets the policy of secure memory for the whole process. To be called before keys are used; without it, the environment
 * variable KEYSTEAD_SECURE_MEMORY (`prefer` or `require`) decides.
 *
 * @throws KeysteadError `ERR_SECURE_MEMORY` when secure memory is in use already under another policy;
 *   `ERR_INVALID_ARGUMENT`
 */
export function configureSecureMemory(options: SecureMemoryOptions): void {
  requireOptions(options, ['mode', 'backing', 'maxBytes']);
  const { mode = 'prefer', backing = 'auto', maxBytes = defaultMaxBytes } = options;
  addon().configureSecureMemory(mode, backing, maxBytes);
}

/** What the native side is made of, and how it stands. Starts nothing. */
export function nativeInfo(): NativeInfo {
  return addon().nativeInfo();
}

/** Throws away every random state and pool: for hooks that run after a snapshot of the machine was restored. */
export function reseed(): void {
  addon().reseed();
}

/**
 * Starts secure memory and OpenSSL, which otherwise happens at first use, and asserts that all of it is locked.
 *
 * @throws KeysteadError `ERR_SECURE_MEMORY`
 */
export function requireLockedMemory(): void {
  addon().start();
  const { bytesUnlocked } = addon().nativeInfo().memory;
  if (bytesUnlocked > 0) {
    throw new KeysteadError(
      'ERR_SECURE_MEMORY',
      `${bytesUnlocked} bytes of secure memory are not locked: raise RLIMIT_MEMLOCK`,
    );
  }
}
