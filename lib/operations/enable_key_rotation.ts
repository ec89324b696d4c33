// EnableKeyRotation. https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html

import { mustBeEnabled } from '../keys/key_state.js';
import { enableRotation, rotationPeriodInDaysDefault } from '../keys/rotation.js';
import type { EmptyOutput, EnableKeyRotationInput } from '../types.js';
import { changeKey } from './change_key.js';
import { requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const enableKeyRotation: KeyOperation<EnableKeyRotationInput, EmptyOutput> = {
  name: 'EnableKeyRotation',
  action: actionNamed('kms:EnableKeyRotation'),
  validate: compileShape<EnableKeyRotationInput>({
    KeyId: requiredKeyIdMember,
    RotationPeriodInDays: { kind: 'integer', min: 90, max: 2560 },
  }),
  key: { keyMember: 'KeyId', aliases: false },
  conditions: ({ RotationPeriodInDays = rotationPeriodInDaysDefault }) => ({
    'kms:RotationPeriodInDays': String(RotationPeriodInDays),
  }),
  state: mustBeEnabled,
  async run({ RotationPeriodInDays }, key, call) {
    await changeKey(key, call, (record) =>
      enableRotation(record, RotationPeriodInDays, call.timeMs),
    );
    return {};
  },
};
