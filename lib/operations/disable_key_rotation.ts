// DisableKeyRotation. https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html

import { mustBeEnabled } from '../keys/key_state.js';
import { disableRotation } from '../keys/rotation.js';
import type { EmptyOutput, KeyIdInput } from '../types.js';
import { changeKey } from './change_key.js';
import { byKeyId, validateKeyId } from './key_id_shape.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';

export const disableKeyRotation: KeyOperation<KeyIdInput, EmptyOutput> = {
  name: 'DisableKeyRotation',
  action: actionNamed('kms:DisableKeyRotation'),
  validate: validateKeyId,
  key: byKeyId,
  state: mustBeEnabled,
  async run(_request, key, call) {
    await changeKey(key, call, disableRotation);
    return {};
  },
};
