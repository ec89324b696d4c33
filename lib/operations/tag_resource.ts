// TagResource. https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html

import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { EmptyOutput, TagResourceInput } from '../types.js';
import { changeKey } from './change_key.js';
import { requiredKeyIdMember, tagsMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';
import { addTags, requestTags, tagKeysOf } from './tags.js';

export const tagResource: KeyOperation<TagResourceInput, EmptyOutput> = {
  name: 'TagResource',
  action: actionNamed('kms:TagResource'),
  validate: compileShape<TagResourceInput>({
    KeyId: requiredKeyIdMember,
    Tags: { ...tagsMember, required: true },
  }),
  key: { keyMember: 'KeyId', aliases: false },
  tags: ({ Tags }) => requestTags(Tags),
  conditions: ({ Tags }) => tagKeysOf(Tags),
  state: mustNotBePendingDeletion,
  async run({ Tags }, key, call) {
    await changeKey(key, call, (record) => ({
      ...record,
      tags: addTags(record.tags, Tags),
    }));
    return {};
  },
};
