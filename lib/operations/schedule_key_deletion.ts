// ScheduleKeyDeletion.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html

import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { ScheduleKeyDeletionInput, ScheduleKeyDeletionOutput } from '../types.js';
import { changeKey } from './change_key.js';
import { requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';
import { daysWithoutUse } from './trailing_days.js';

const windowInDaysDefault = 30;
const dayMs = 86_400_000;

export const scheduleKeyDeletion: KeyOperation<
  ScheduleKeyDeletionInput,
  ScheduleKeyDeletionOutput
> = {
  name: 'ScheduleKeyDeletion',
  action: actionNamed('kms:ScheduleKeyDeletion'),
  validate: compileShape<ScheduleKeyDeletionInput>({
    KeyId: requiredKeyIdMember,
    PendingWindowInDays: { kind: 'integer', min: 7, max: 30 },
  }),
  key: { keyMember: 'KeyId', aliases: false },
  conditions: ({ PendingWindowInDays = windowInDaysDefault }) => ({
    'kms:ScheduleKeyDeletionPendingWindowInDays': String(PendingWindowInDays),
  }),
  prepare: daysWithoutUse,
  state: mustNotBePendingDeletion,
  async run({ PendingWindowInDays = windowInDaysDefault }, key, call) {
    const deletionAtMs = call.timeMs + PendingWindowInDays * dayMs;
    await changeKey(key, call, (record) => ({
      ...record,
      keyState: 'PendingDeletion',
      deletionAtMs,
    }));
    return {
      KeyId: key.arn,
      DeletionDate: new Date(deletionAtMs),
      KeyState: 'PendingDeletion',
      PendingWindowInDays,
    };
  },
};
