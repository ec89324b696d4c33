// ListAliases: of an account and Region, or of one key.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html

import { aliasArn } from '../arn.js';
import type { AliasRecord } from '../keys/alias_record.js';
import { findAlias } from '../keys/aliases.js';
import type { AliasListEntry, ListAliasesInput, ListAliasesOutput } from '../types.js';
import { refuseAlias } from './key_name.js';
import { keyIdMember } from './members.js';
import type { Caller, KeylessOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
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
  async run(request, { caller }) {
    const wanted = pageToRead(request, 50);
    const nameOf = ({ aliasName }: Found) => aliasName.slice('alias/'.length);
    const { account, region } = caller.names;
    const { items, page } =
      request.KeyId === undefined
        ? toPage(await caller.engine.registry.listAliases(account, region, wanted), wanted, nameOf)
        : cutPage(await aliasesOf(request.KeyId, caller), wanted, nameOf);
    return { Aliases: items.map((found) => toEntry(found, caller)), ...page };
  },
};

async function aliasesOf(keyId: string, { engine: { registry }, names }: Caller): Promise<Found[]> {
  refuseAlias(keyId);
  const { account, region, record } = await registry.resolve(names, keyId);
  if (account !== names.account) return [];
  return Promise.all(
    [...record.aliasNames].sort().map(async (aliasName) => {
      const { record: alias } = await findAlias(registry, account, region, aliasName);
      return { aliasName, alias };
    }),
  );
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
