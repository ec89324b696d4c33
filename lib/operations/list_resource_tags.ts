// ListResourceTags. https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html

import { anyState } from '../keys/key_state.js';
import type { ListResourceTagsInput, ListResourceTagsOutput } from '../types.js';
import { requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { cutPage, pageMembers, pageToRead } from './pages.js';
import { compileShape } from './shape.js';

export const listResourceTags: KeyOperation<ListResourceTagsInput, ListResourceTagsOutput> = {
  name: 'ListResourceTags',
  action: actionNamed('kms:ListResourceTags'),
  validate: compileShape<ListResourceTagsInput>({
    KeyId: requiredKeyIdMember,
    ...pageMembers(50),
  }),
  key: { keyMember: 'KeyId', aliases: false },
  state: anyState,
  run(request, key) {
    const tags = [...key.record.tags].sort(([a], [b]) => (a < b ? -1 : 1));
    const { items, page } = cutPage(tags, pageToRead(request, 50), ([name]) => name);
    return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...page };
  },
};
