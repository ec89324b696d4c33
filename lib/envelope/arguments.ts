// Checks of what callers pass.

import { KeysteadError } from '../errors.js';

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new KeysteadError('ERR_INVALID_ARGUMENT', message);
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT unless the value is an integer of `min` to `max` */
export function demandInteger(value: number, name: string, min: number, max: number): void {
  demand(
    Number.isInteger(value) && value >= min && value <= max,
    `\`${name}\` must be an integer of ${min} to ${max}`,
  );
}

/** Whether the value can name a KMS key: the KMS says which. */
export function isKeyName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}
