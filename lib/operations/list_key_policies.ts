// ListKeyPolicies. https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html

import { anyState } from '../keys/key_state.js';
import type { ListKeyPoliciesInput, ListKeyPoliciesOutput } from '../types.js';
import { requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { cutPage, pageMembers, pageToRead } from './pages.js';
import { policyNameDefault } from './policy_name.js';
import { compileShape } from './shape.js';

export const listKeyPolicies: KeyOperation<ListKeyPoliciesInput, ListKeyPoliciesOutput> = {
  name: 'ListKeyPolicies',
  action: actionNamed('kms:ListKeyPolicies'),
  validate: compileShape<ListKeyPoliciesInput>({
    KeyId: requiredKeyIdMember,
    ...pageMembers(1000),
  }),
  key: { keyMember: 'KeyId', aliases: false },
  state: anyState,
  run(request) {
    const wanted = pageToRead(request, 100);
    const { items, page } = cutPage([policyNameDefault], wanted, (name) => name);
    return { PolicyNames: [...items], ...page };
  },
};
