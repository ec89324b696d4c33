// Options objects: a misspelt name is an error, not a default.

import { KeysteadError } from '../errors.js';

/** @throws KeysteadError `ERR_INVALID_ARGUMENT` for anything but an object with known option names */
export function requireOptions(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new KeysteadError('ERR_INVALID_ARGUMENT', 'options must be an object');
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new KeysteadError('ERR_INVALID_ARGUMENT', `unknown option \`${unknown}\``);
  }
}
