// UpdateKeyDescription.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html

import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { EmptyOutput, UpdateKeyDescriptionInput } from '../types.js';
import { changeKey } from './change_key.js';
import { descriptionMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const updateKeyDescription: KeyOperation<UpdateKeyDescriptionInput, EmptyOutput> = {
  name: 'UpdateKeyDescription',
  action: actionNamed('kms:UpdateKeyDescription'),
  validate: compileShape<UpdateKeyDescriptionInput>({
    KeyId: requiredKeyIdMember,
    Description: { ...descriptionMember, required: true },
  }),
  key: { keyMember: 'KeyId', aliases: false },
  state: mustNotBePendingDeletion,
  async run({ Description }, key, call) {
    await changeKey(key, call, (record) => ({
      ...record,
      description: Description,
    }));
    return {};
  },
};
