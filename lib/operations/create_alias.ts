// CreateAlias: needs the permission on the alias and on the key.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html

import { aliasArn } from '../arn.js';
import { createAlias as createAliasOf } from '../keys/aliases.js';
import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { CreateAliasInput, EmptyOutput } from '../types.js';
import { checkAliasName } from './alias_name.js';
import { aliasNameMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const createAlias: KeyOperation<CreateAliasInput, EmptyOutput> = {
  name: 'CreateAlias',
  action: actionNamed('kms:CreateAlias'),
  validate: compileShape<CreateAliasInput>({
    AliasName: aliasNameMember,
    TargetKeyId: requiredKeyIdMember,
  }),
  check: checkAliasName,
  key: { keyMember: 'TargetKeyId', aliases: false },
  state: mustNotBePendingDeletion,
  async run({ AliasName }, key, call) {
    const { names, engine } = call.caller;
    call.authorizeAlias(aliasArn(names.account, names.region, AliasName));
    await createAliasOf(engine.registry, key, AliasName, (current) => call.admit(current));
    return {};
  },
};
