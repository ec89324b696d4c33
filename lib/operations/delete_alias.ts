// DeleteAlias: needs the permission on the alias and on the key that it names.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html

import { aliasArn } from '../arn.js';
import { deleteAlias as deleteAliasOf, findAlias } from '../keys/aliases.js';
import { aliasNotFound } from '../keys/registry.js';
import type { DeleteAliasInput, EmptyOutput } from '../types.js';
import { checkAliasName } from './alias_name.js';
import { aliasNameMember } from './members.js';
import type { KeylessOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const deleteAlias: KeylessOperation<DeleteAliasInput, EmptyOutput> = {
  name: 'DeleteAlias',
  action: actionNamed('kms:DeleteAlias'),
  onNoResource: false,
  validate: compileShape<DeleteAliasInput>({ AliasName: aliasNameMember }),
  check: checkAliasName,
  async run({ AliasName }, call) {
    const { registry } = call.engine;
    const { account, region } = call.caller.names;
    const arn = aliasArn(account, region, AliasName);
    call.authorizeAlias(arn);
    const { record } = await findAlias(registry, account, region, AliasName);
    const key = await registry.find({ account, region, keyId: record.targetKeyId });
    if (key === undefined) throw aliasNotFound(arn);
    await deleteAliasOf(registry, key, AliasName, (current) => call.authorizeKey(current));
    return {};
  },
};
