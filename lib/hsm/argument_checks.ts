// What the addon cannot check for itself, since Node-API has no word for it.

import { KeysteadError } from '../errors.js';

/** @throws KeysteadError `ERR_INVALID_ARGUMENT` for a view of a resizable buffer */
export function requireFixedBuffer(bytes: Uint8Array, name: string): void {
  // Anything that is no Uint8Array over an ArrayBuffer passes here and is refused by the addon, by kind.
  const buffer = bytes?.buffer as ArrayBuffer | undefined;
  if (buffer?.resizable === true) {
    throw new KeysteadError('ERR_INVALID_ARGUMENT', `\`${name}\` must not be resizable`);
  }
}

/** Refuses anything but a plain object with known option names. */
export function requireOptions(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new KeysteadError('ERR_INVALID_ARGUMENT', 'options must be an object');
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new KeysteadError('ERR_INVALID_ARGUMENT', `unknown option \`${unknown}\``);
  }
}
