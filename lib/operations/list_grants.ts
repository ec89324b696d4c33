// ListGrants. https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html

import { principalName } from '../keys/grant_record.js';
import { anyState } from '../keys/key_state.js';
import type { ListGrantsInput, ListGrantsOutput } from '../types.js';
import { toGrantEntry } from './grant_entry.js';
import { checkGrantId } from './grant_id.js';
import { forAwsResource } from './grant_values.js';
import {
  grantIdMember,
  principalMember,
  requiredKeyIdMember,
  servicePrincipalMember,
} from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { cutPage, pageMembers, pageToRead } from './pages.js';
import { principalNotFound } from './principals.js';
import { compileShape } from './shape.js';

export const listGrants: KeyOperation<ListGrantsInput, ListGrantsOutput> = {
  name: 'ListGrants',
  action: actionNamed('kms:ListGrants'),
  validate: compileShape<ListGrantsInput>({
    ...pageMembers(100),
    KeyId: requiredKeyIdMember,
    GrantId: grantIdMember,
    GranteePrincipal: principalMember,
    GranteeServicePrincipal: servicePrincipalMember,
  }),
  check: ({ GrantId }) => checkGrantId(GrantId),
  key: { keyMember: 'KeyId', aliases: false },
  conditions: (_request, { viaService }) => forAwsResource(viaService),
  state: anyState,
  run(request, key, { asker: { principal } }) {
    const { GrantId, GranteePrincipal, GranteeServicePrincipal } = request;
    // Only services ask for the grants of services, and only for their own.
    if (!matches(GranteeServicePrincipal, principal.service))
      throw principalNotFound('Grantee', GranteeServicePrincipal);
    const wanted = key.grants.all.filter(
      ({ grantId, record }) =>
        matches(GrantId, grantId) &&
        matches(GranteePrincipal && principalName(GranteePrincipal), record.granteePrincipal) &&
        matches(GranteeServicePrincipal, record.granteeServicePrincipal),
    );
    const { items, page } = cutPage(wanted, pageToRead(request, 50), ({ grantId }) => grantId);
    return { Grants: items.map((grant) => toGrantEntry(grant, key)), ...page };
  },
};

function matches(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}
