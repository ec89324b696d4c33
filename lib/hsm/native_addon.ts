// Loads the addon: the prebuilt binary of this platform, or the one a checkout has built.

import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { KeysteadError } from '../errors.js';
import type { Addon } from './addon.js';

type ErrorClass = new (code: KeysteadError['code'], message: string) => KeysteadError;
type LoadAddon = (folder: string) => {
  attach(
    errorClass: ErrorClass,
    onUnlocked: (bytes: number) => void,
    isResizable: (this: ArrayBuffer) => boolean,
    allocateUnsafe: (size: number) => Uint8Array,
  ): Addon;
};

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
/** The getter itself, which no own property of a buffer can shadow. */
const isResizable = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'resizable')?.get as (
  this: ArrayBuffer,
) => boolean;
/** As Node.js made it, unless somebody came before us. */
const allocateUnsafe = Buffer.allocUnsafeSlow;
let loaded: Addon | undefined;

/**
 * The addon, loaded at the first call.
 *
 * @throws KeysteadError `ERR_UNSUPPORTED_PLATFORM` when there is no binary for this platform
 */
export function addon(): Addon {
  loaded ??= load();
  return loaded;
}

function load(): Addon {
  const require = createRequire(import.meta.url);
  const loadAddon = require('node-gyp-build') as LoadAddon;
  try {
    const functions = loadAddon(packageFolder).attach(
      KeysteadError,
      warnUnlocked,
      isResizable,
      allocateUnsafe,
    );
    if (!functions.nativeInfo().constantTime) warnNotConstantTime();
    return functions;
  } catch (cause) {
    throw unsupportedPlatform(cause);
  }
}

function unsupportedPlatform(cause: unknown): KeysteadError {
  const { platform, arch } = process;
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return new KeysteadError(
    'ERR_UNSUPPORTED_PLATFORM',
    `keystead has no working binary for ${platform} ${arch} (the Linux binaries need glibc 2.28 or later): ` +
      `build one with \`npm run build\` in a checkout, which needs a C++ compiler, make, perl and python3 (${reason})`,
    { cause },
  );
}

function warnUnlocked(bytes: number): void {
  process.emitWarning(
    `${bytes} bytes of key memory could not be locked and may be swapped to disk: raise RLIMIT_MEMLOCK`,
    { code: 'KEYSTEAD_UNLOCKED' },
  );
}

function warnNotConstantTime(): void {
  process.emitWarning(
    'this CPU has no AES instructions: encryption is slow and not constant-time',
    {
      code: 'KEYSTEAD_NOT_CONSTANT_TIME',
    },
  );
}
