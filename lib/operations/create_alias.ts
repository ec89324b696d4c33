// CreateAlias. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html

import { KmsError } from '../errors.js';
import { keyStateError, notPendingDeletionStates } from '../keys/key_state.js';
import type { KmsKey } from '../keys/kms_key.js';
import { aliasNamePattern } from '../keys/registry.js';
import type { CreateAliasInput, CreateAliasOutput } from '../types.js';
import { requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import type { Validated } from './shape.js';
import { compileShape } from './shape.js';

export const createAlias: KeyOperation<CreateAliasInput, CreateAliasOutput> = {
  name: 'CreateAlias',
  action: 'kms:CreateAlias',
  validate: compileShape<CreateAliasInput>({
    AliasName: { kind: 'string', min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/, required: true },
    TargetKeyId: requiredKeyIdMember,
  }),
  key: { keyMember: 'TargetKeyId', aliases: false },
  states: notPendingDeletionStates,
  check,
  async run({ AliasName }, key, { engine }) {
    await engine.registry.createAlias(key, AliasName, refusePendingDeletion);
    return {};
  },
};

function check({ AliasName }: Validated<CreateAliasInput>): void {
  if (!AliasName.startsWith('alias/')) throw prefixMissing();
  // AWS reserves exactly this prefix for its own aliases: `alias/awesome` is free.
  if (AliasName.startsWith('alias/aws/')) throw new KmsError('NotAuthorizedException', '');
  if (!aliasNamePattern.test(AliasName)) {
    throw new KmsError(
      'InvalidAliasNameException',
      `${AliasName} contains invalid characters for an alias`,
    );
  }
}

function refusePendingDeletion({ record, arn }: KmsKey): void {
  if (!notPendingDeletionStates.has(record.keyState)) throw keyStateError(record.keyState, arn);
}

function prefixMissing(): KmsError {
  return new KmsError(
    'ValidationException',
    'Alias must start with the prefix "alias/". Please see ' +
      'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
  );
}
