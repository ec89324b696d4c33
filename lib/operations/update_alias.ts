// UpdateAlias: needs the permission on the alias and on both keys. The key that the alias leaves may
// be pending deletion. https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html

import { aliasArn } from '../arn.js';
import { updateAlias as updateAliasOf } from '../keys/aliases.js';
import { mustNotBePendingDeletion } from '../keys/key_state.js';
import type { EmptyOutput, UpdateAliasInput } from '../types.js';
import { checkAliasName } from './alias_name.js';
import { aliasNameMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const updateAlias: KeyOperation<UpdateAliasInput, EmptyOutput> = {
  name: 'UpdateAlias',
  action: actionNamed('kms:UpdateAlias'),
  validate: compileShape<UpdateAliasInput>({
    AliasName: aliasNameMember,
    TargetKeyId: requiredKeyIdMember,
  }),
  check: checkAliasName,
  key: { keyMember: 'TargetKeyId', aliases: false },
  state: mustNotBePendingDeletion,
  async run({ AliasName }, key, call) {
    const { names, engine } = call.caller;
    call.authorizeAlias(aliasArn(names.account, names.region, AliasName));
    await updateAliasOf(engine.registry, key, AliasName, (target, old) => {
      call.admit(target);
      if (old !== undefined) call.authorizeKey(old);
    });
    return {};
  },
};
