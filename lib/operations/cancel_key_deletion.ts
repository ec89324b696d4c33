// CancelKeyDeletion. The key is disabled afterwards.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html

import { mustBePendingDeletion } from '../keys/key_state.js';
import type { KeyIdInput, KeyIdOutput } from '../types.js';
import { changeKey } from './change_key.js';
import { byKeyId, validateKeyId } from './key_id_shape.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';

export const cancelKeyDeletion: KeyOperation<KeyIdInput, KeyIdOutput> = {
  name: 'CancelKeyDeletion',
  action: actionNamed('kms:CancelKeyDeletion'),
  validate: validateKeyId,
  key: byKeyId,
  state: mustBePendingDeletion,
  async run(_request, key, call) {
    await changeKey(key, call, ({ deletionAtMs: _, ...record }) => ({
      ...record,
      keyState: 'Disabled',
    }));
    return { KeyId: key.arn };
  },
};
