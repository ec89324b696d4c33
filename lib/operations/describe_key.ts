// DescribeKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html

import { keyMetadata } from '../keys/key_metadata.js';
import { anyState } from '../keys/key_state.js';
import type { DescribeKeyInput, DescribeKeyOutput } from '../types.js';
import { grantTokensMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const describeKey: KeyOperation<DescribeKeyInput, DescribeKeyOutput> = {
  name: 'DescribeKey',
  action: actionNamed('kms:DescribeKey'),
  validate: compileShape<DescribeKeyInput>({
    KeyId: requiredKeyIdMember,
    GrantTokens: grantTokensMember,
  }),
  key: { keyMember: 'KeyId', aliases: true },
  aliasMember: 'KeyId',
  state: anyState,
  run: (_request, key) => ({ KeyMetadata: keyMetadata(key) }),
};
