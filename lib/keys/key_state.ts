// Key states: which exist, which operations accept them, and what AWS says when one does not fit.

import { KmsError } from '../errors.js';
import type { KeyState } from '../types.js';

/** For cryptographic operations. */
export const usableStates: ReadonlySet<KeyState> = new Set<KeyState>(['Enabled']);
/** For changes that a disabled key accepts too. */
export const notPendingDeletionStates: ReadonlySet<KeyState> = new Set<KeyState>([
  'Enabled',
  'Disabled',
]);
/** For operations that only look. */
export const allStates: ReadonlySet<KeyState> = new Set<KeyState>([
  'Enabled',
  'Disabled',
  'PendingDeletion',
]);

/** The refusal of a key in a state that the operation does not accept. */
export function keyStateError(state: KeyState, arn: string): KmsError {
  return state === 'Disabled'
    ? new KmsError('DisabledException', `${arn} is disabled.`)
    : new KmsError('KMSInvalidStateException', `${arn} is pending deletion.`);
}
