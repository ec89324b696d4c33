// ListAliases: of an account and Region, or of one key.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html

import { aliasArn } from '../arn.js';
import type { AliasRecord } from '../keys/alias_record.js';
import { readAlias } from '../keys/aliases.js';
import type { AliasListEntry, ListAliasesInput, ListAliasesOutput } from '../types.js';
import { findNamedKey } from './find_key.js';
import { refuseAlias } from './key_name.js';
import { keyIdMember } from './members.js';
import type { Caller, KeylessOperation } from './operation.js';
import { actionNamed, type OperationCall } from './operation_call.js';
import { cutPage, pageMembers, pageToRead, toPage } from './pages.js';
import { compileShape } from './shape.js';

interface Found {
  readonly aliasName: string;
  readonly alias: AliasRecord;
}

export const listAliases: KeylessOperation<ListAliasesInput, ListAliasesOutput> = {
  name: 'ListAliases',
  action: actionNamed('kms:ListAliases'),
  onNoResource: true,
  validate: compileShape<ListAliasesInput>({ KeyId: keyIdMember, ...pageMembers(100) }),
  async run(request, call) {
    const { caller } = call;
    const wanted = pageToRead(request, 50);
    const nameOf = ({ aliasName }: Found) => aliasName.slice('alias/'.length);
    const { account, region } = caller.names;
    const { items, page } =
      request.KeyId === undefined
        ? toPage(await caller.engine.registry.listAliases(account, region, wanted), wanted, nameOf)
        : cutPage(await aliasesOf(request.KeyId, call), wanted, nameOf);
    return { Aliases: items.map((found) => toEntry(found, caller)), ...page };
  },
};

/** @throws KmsError NotFoundException; AccessDeniedException for a key of another account */
async function aliasesOf(keyId: string, call: OperationCall<ListAliasesInput>): Promise<Found[]> {
  refuseAlias(keyId);
  const { registry } = call.engine;
  const { account, region, record } = await findNamedKey(keyId, call);
  if (account !== call.caller.names.account) throw call.unknownKey();
  const found = await Promise.all(
    [...record.aliasNames].sort().map(async (aliasName) => {
      const alias = await readAlias(registry, account, region, aliasName);
      return alias && { aliasName, alias: alias.record };
    }),
  );
  // One that was deleted meanwhile is left out.
  return found.filter((alias) => alias !== undefined);
}

function toEntry({ aliasName, alias }: Found, { names }: Caller): AliasListEntry {
  return {
    AliasName: aliasName,
    AliasArn: aliasArn(names.account, names.region, aliasName),
    TargetKeyId: alias.targetKeyId,
    CreationDate: new Date(alias.createdAtMs),
    LastUpdatedDate: new Date(alias.updatedAtMs),
  };
}
