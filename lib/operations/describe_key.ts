// DescribeKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html

import { keyMetadata } from '../keys/key_metadata.js';
import { allStates } from '../keys/key_state.js';
import type { DescribeKeyInput, DescribeKeyOutput } from '../types.js';
import { grantTokens, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { compileShape } from './shape.js';

export const describeKey: KeyOperation<DescribeKeyInput, DescribeKeyOutput> = {
  name: 'DescribeKey',
  action: 'kms:DescribeKey',
  validate: compileShape<DescribeKeyInput>({ KeyId: requiredKeyIdMember }, [grantTokens]),
  key: { keyMember: 'KeyId', aliases: true },
  states: allStates,
  run: (_request, key) => ({ KeyMetadata: keyMetadata(key) }),
};
