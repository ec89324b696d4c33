// RotateKeyOnDemand: starts a rotation, which is done soon after.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html

import { mustBeEnabled } from '../keys/key_state.js';
import { requestRotation } from '../keys/rotation.js';
import type { KeyIdInput, KeyIdOutput } from '../types.js';
import { changeKey } from './change_key.js';
import { byKeyId, validateKeyId } from './key_id_shape.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';

export const rotateKeyOnDemand: KeyOperation<KeyIdInput, KeyIdOutput> = {
  name: 'RotateKeyOnDemand',
  action: actionNamed('kms:RotateKeyOnDemand'),
  validate: validateKeyId,
  key: byKeyId,
  state: mustBeEnabled,
  async run(_request, key, call) {
    await changeKey(key, call, (record) => requestRotation(record, key.arn, call.timeMs));
    return { KeyId: key.arn };
  },
};
