// DisableKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html

import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { EmptyOutput, KeyIdInput } from '../types.js';
import { changeKey } from './change_key.js';
import { byKeyId, validateKeyId } from './key_id_shape.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { daysWithoutUse } from './trailing_days.js';

export const disableKey: KeyOperation<KeyIdInput, EmptyOutput> = {
  name: 'DisableKey',
  action: actionNamed('kms:DisableKey'),
  validate: validateKeyId,
  key: byKeyId,
  prepare: daysWithoutUse,
  state: mustNotBePendingDeletion,
  async run(_request, key, call) {
    await changeKey(key, call, (record) =>
      record.keyState === 'Disabled' ? undefined : { ...record, keyState: 'Disabled' },
    );
    return {};
  },
};
