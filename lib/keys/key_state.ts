// Key states: which operations accept which, and what AWS says when one does not fit
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html).

import { KmsError } from '../errors.js';
import type { KeyState } from '../types.js';

/** What an operation asks of the state of its key. @throws KmsError */
export type StateRule = (state: KeyState, arn: string) => void;

/** For cryptographic operations and whatever else needs a key that works. */
export const mustBeEnabled: StateRule = (state, arn) => {
  if (state === 'Enabled') return;
  if (state === 'Disabled') throw new KmsError('DisabledException', `${arn} is disabled.`);
  throw pendingDeletion(arn);
};

/** For changes that a disabled key accepts too. */
export const mustNotBePendingDeletion: StateRule = (state, arn) => {
  if (state === 'PendingDeletion') throw pendingDeletion(arn);
};

/** For CancelKeyDeletion. */
export const mustBePendingDeletion: StateRule = (state, arn) => {
  if (state === 'PendingDeletion') return;
  throw new KmsError('KMSInvalidStateException', `${arn} is not pending deletion.`);
};

/** For operations that only look, and for those that the key's policy needs in every state. */
export const anyState: StateRule = () => undefined;

function pendingDeletion(arn: string): KmsError {
  return new KmsError('KMSInvalidStateException', `${arn} is pending deletion.`);
}
