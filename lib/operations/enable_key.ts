// EnableKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html

import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { EmptyOutput, KeyIdInput } from '../types.js';
import { changeKey } from './change_key.js';
import { byKeyId, validateKeyId } from './key_id_shape.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';

export const enableKey: KeyOperation<KeyIdInput, EmptyOutput> = {
  name: 'EnableKey',
  action: actionNamed('kms:EnableKey'),
  validate: validateKeyId,
  key: byKeyId,
  state: mustNotBePendingDeletion,
  async run(_request, key, call) {
    await changeKey(key, call, (record) =>
      record.keyState === 'Enabled' ? undefined : { ...record, keyState: 'Enabled' },
    );
    return {};
  },
};
