// How grants are listed. No token is ever listed.

import { accountRootArn } from '../arn.js';
import type { StoredGrant } from '../keys/grant_set.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { GrantConstraints, GrantListEntry, GrantOperation } from '../types.js';

export function toGrantEntry({ grantId, record }: StoredGrant, { arn }: KmsKey): GrantListEntry {
  const entry: GrantListEntry = {
    KeyId: arn,
    GrantId: grantId,
    // AWS tells whole seconds.
    CreationDate: new Date(Math.floor(record.createdAtMs / 1000) * 1000),
    IssuingAccount: accountRootArn(record.issuingAccount),
    Operations: [...record.operations] as GrantOperation[],
  };
  return Object.assign(entry, presentOf(record));
}

function presentOf(record: StoredGrant['record']): Partial<GrantListEntry> {
  const members = {
    Name: record.name,
    GranteePrincipal: record.granteePrincipal,
    RetiringPrincipal: record.retiringPrincipal,
    GranteeServicePrincipal: record.granteeServicePrincipal,
    RetiringServicePrincipal: record.retiringServicePrincipal,
    Constraints: record.constraints as GrantConstraints | undefined,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
