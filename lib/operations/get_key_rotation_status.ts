// GetKeyRotationStatus. A key pending deletion keeps its schedule and does not show it.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html

import { anyState } from '../keys/key_state.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { GetKeyRotationStatusOutput, KeyIdInput } from '../types.js';
import { byKeyId, validateKeyId } from './key_id_shape.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';

export const getKeyRotationStatus: KeyOperation<KeyIdInput, GetKeyRotationStatusOutput> = {
  name: 'GetKeyRotationStatus',
  action: actionNamed('kms:GetKeyRotationStatus'),
  validate: validateKeyId,
  key: byKeyId,
  state: anyState,
  run: (_request, key) => ({ ...scheduleOf(key), KeyId: key.arn, ...onDemandOf(key) }),
};

function scheduleOf({ record }: KmsKey): Omit<GetKeyRotationStatusOutput, 'KeyId'> {
  const { rotation, keyState } = record;
  if (rotation === undefined || keyState === 'PendingDeletion')
    return { KeyRotationEnabled: false };
  return {
    KeyRotationEnabled: true,
    RotationPeriodInDays: rotation.periodInDays,
    NextRotationDate: new Date(rotation.nextAtMs),
  };
}

function onDemandOf({ record: { onDemandRotationAtMs: startedAtMs } }: KmsKey) {
  return startedAtMs === undefined ? {} : { OnDemandRotationStartDate: new Date(startedAtMs) };
}
