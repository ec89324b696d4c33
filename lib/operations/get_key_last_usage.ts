// GetKeyLastUsage. https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html

import { anyState } from '../keys/key_state.js';
import type { GetKeyLastUsageOutput, KeyIdInput, KeyLastUsageOperation } from '../types.js';
import { byKeyId, validateKeyId } from './key_id_shape.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';

export const getKeyLastUsage: KeyOperation<KeyIdInput, GetKeyLastUsageOutput> = {
  name: 'GetKeyLastUsage',
  action: actionNamed('kms:GetKeyLastUsage'),
  validate: validateKeyId,
  key: byKeyId,
  state: anyState,
  async run(_request, key, { engine }) {
    const use = await engine.usage.lastUse(key);
    // Every use since the key was made is tracked.
    const createdAt = new Date(key.record.createdAtMs);
    return {
      KeyId: key.arn,
      KeyLastUsage:
        use === undefined
          ? {}
          : {
              Operation: use.operation as KeyLastUsageOperation,
              Timestamp: new Date(use.usedAtMs),
            },
      TrackingStartDate: createdAt,
      KeyCreationDate: createdAt,
    };
  },
};
