// UntagResource. https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html

import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { EmptyOutput, UntagResourceInput } from '../types.js';
import { changeKey } from './change_key.js';
import { requiredKeyIdMember, tagKeyMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';
import { removeTags, tagKeysValues } from './tags.js';

export const untagResource: KeyOperation<UntagResourceInput, EmptyOutput> = {
  name: 'UntagResource',
  action: actionNamed('kms:UntagResource'),
  validate: compileShape<UntagResourceInput>({
    KeyId: requiredKeyIdMember,
    TagKeys: { kind: 'list', min: 0, max: 200, of: tagKeyMember, required: true },
  }),
  key: { keyMember: 'KeyId', aliases: false },
  conditions: ({ TagKeys }) => tagKeysValues(TagKeys),
  state: mustNotBePendingDeletion,
  async run({ TagKeys }, key, call) {
    await changeKey(key, call, (record) => ({
      ...record,
      tags: removeTags(record.tags, TagKeys),
    }));
    return {};
  },
};
