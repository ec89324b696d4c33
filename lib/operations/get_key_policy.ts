// GetKeyPolicy. https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html

import { formatPolicy } from '../authorization/index.js';
import { anyState } from '../keys/key_state.js';
import type { GetKeyPolicyInput, GetKeyPolicyOutput } from '../types.js';
import { policyNameMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { checkPolicyName, policyNameDefault } from './policy_name.js';
import { compileShape } from './shape.js';

export const getKeyPolicy: KeyOperation<GetKeyPolicyInput, GetKeyPolicyOutput> = {
  name: 'GetKeyPolicy',
  action: actionNamed('kms:GetKeyPolicy'),
  validate: compileShape<GetKeyPolicyInput>({
    KeyId: requiredKeyIdMember,
    PolicyName: policyNameMember,
  }),
  key: { keyMember: 'KeyId', aliases: false },
  state: anyState,
  run(request, key) {
    checkPolicyName(request);
    return { Policy: formatPolicy(key.policy.document), PolicyName: policyNameDefault };
  },
};
