// ListRetirableGrants: the grants in a Region, of any account, that a principal of the caller's
// account may retire. https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html

import { parsePrincipalArn } from '../authorization/index.js';
import { KmsError } from '../errors.js';
import { principalName } from '../keys/grant_record.js';
import type { RetirableGrant } from '../keys/grants.js';
import { listRetirableGrants as readRetirableGrants } from '../keys/grants.js';
import type { KeyRegistry } from '../keys/registry.js';
import type { GrantListEntry, ListGrantsOutput, ListRetirableGrantsInput } from '../types.js';
import { toGrantEntry } from './grant_entry.js';
import { principalMember, servicePrincipalMember } from './members.js';
import type { KeylessOperation } from './operation.js';
import { actionNamed, type OperationCall } from './operation_call.js';
import { pageMembers, pageToRead, toPage } from './pages.js';
import { principalNotFound } from './principals.js';
import type { Validated } from './shape.js';
import { compileShape } from './shape.js';

type Request = Validated<ListRetirableGrantsInput>;

export const listRetirableGrants: KeylessOperation<ListRetirableGrantsInput, ListGrantsOutput> = {
  name: 'ListRetirableGrants',
  action: actionNamed('kms:ListRetirableGrants'),
  onNoResource: true,
  validate: compileShape<ListRetirableGrantsInput>({
    ...pageMembers(100),
    RetiringPrincipal: principalMember,
    RetiringServicePrincipal: servicePrincipalMember,
  }),
  check({ RetiringPrincipal, RetiringServicePrincipal }) {
    if ((RetiringPrincipal === undefined) !== (RetiringServicePrincipal === undefined)) return;
    throw new KmsError('ValidationException', 'Specify exactly one retiring principal.');
  },
  async run(request, call) {
    const { registry } = call.engine;
    const wanted = pageToRead(request, 50);
    const principal = principalOf(request, call);
    const found = await readRetirableGrants(registry, call.caller.names.region, principal, wanted);
    const { items, page } = toPage(found, wanted, ({ name }) => name);
    const entries = await Promise.all(items.map((item) => findEntry(registry, item)));
    return { Grants: entries.filter((entry) => entry !== undefined), ...page };
  },
};

/** @throws KmsError NotFoundException for a principal of another account or service */
function principalOf(request: Request, { asker }: OperationCall<ListRetirableGrantsInput>): string {
  const { RetiringPrincipal, RetiringServicePrincipal: service } = request;
  const arn = RetiringPrincipal && principalName(RetiringPrincipal);
  const { account, service: own } = asker.principal;
  if (service !== undefined && service === own) return service;
  if (arn !== undefined && account !== '' && parsePrincipalArn(arn)?.account === account)
    return arn;
  throw principalNotFound('Retiring', arn ?? service);
}

/** Undefined for a grant that is gone, or whose key is. */
async function findEntry(
  registry: KeyRegistry,
  { grantId, ...location }: RetirableGrant,
): Promise<GrantListEntry | undefined> {
  const key = await registry.find(location);
  const stored = key?.grants.get(grantId);
  return key === undefined || stored === undefined ? undefined : toGrantEntry(stored, key);
}
