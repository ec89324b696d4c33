// RetireGrant: by those who may give a grant up. A key policy cannot allow it.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html

import { parseKmsArn } from '../arn.js';
import { KmsError } from '../errors.js';
import type { StoredGrant } from '../keys/grant_set.js';
import type { GrantPlace } from '../keys/grant_token.js';
import { grantNotFound, removeGrant } from '../keys/grants.js';
import type { KmsKey } from '../keys/kms_key.js';
import { keyNotFound, locateKey } from '../keys/registry.js';
import type { EmptyOutput, RetireGrantInput } from '../types.js';
import { wouldHaveSucceeded } from './dry_run.js';
import { checkGrantId } from './grant_id.js';
import { readTokenOf } from './grant_tokens.js';
import { constraintPairs, constraintValues } from './grant_values.js';
import { refuseAlias } from './key_name.js';
import { dryRunMember, grantIdMember, grantTokensMember, keyIdMember } from './members.js';
import type { KeylessOperation, Permission } from './operation.js';
import { actionNamed, type OperationCall } from './operation_call.js';
import type { Validated } from './shape.js';
import { compileShape } from './shape.js';

type Request = Validated<RetireGrantInput>;

const action = actionNamed('kms:RetireGrant');

export const retireGrant: KeylessOperation<RetireGrantInput, EmptyOutput> = {
  name: 'RetireGrant',
  action,
  onNoResource: false,
  validate: compileShape<RetireGrantInput>({
    GrantToken: grantTokensMember.of,
    KeyId: keyIdMember,
    GrantId: grantIdMember,
    DryRun: dryRunMember,
  }),
  check(request) {
    checkNames(request);
    checkGrantId(request.GrantId);
  },
  async run(request, call) {
    const { registry } = call.engine;
    const place = findPlace(request, call);
    const key = await registry.find(place);
    const stored = key?.grants.get(place.grantId);
    if (key === undefined || stored === undefined) throw unknownGrant(place, key, call);
    const retiring = callToRetire(stored, request, call);
    retiring.authorizeKey(key);
    if (request.DryRun === true) throw wouldHaveSucceeded();
    await removeGrant(registry, key, place.grantId, (current) => retiring.authorizeKey(current));
    return {};
  },
};

function callToRetire(
  { grant, record: { constraints } }: StoredGrant,
  request: Request,
  call: OperationCall<RetireGrantInput>,
): OperationCall<RetireGrantInput> {
  const permission: Permission<RetireGrantInput> = {
    action,
    encryptionContext: () => constraintPairs(constraints),
    conditions: () => constraintValues(constraints),
  };
  const retiring = call.for(permission, request);
  retiring.retiredGrant = grant;
  return retiring;
}

/** @throws KmsError ValidationException unless the grant is named in exactly one way */
function checkNames({ GrantToken, KeyId, GrantId }: Request): void {
  const byToken = GrantToken !== undefined;
  const byId = KeyId !== undefined && GrantId !== undefined;
  const both = KeyId !== undefined || GrantId !== undefined;
  if (byToken ? !both : byId) return;
  throw new KmsError(
    'ValidationException',
    'Specify either a grant token, or a key ARN and a grant ID.',
  );
}

/** @throws KmsError InvalidGrantTokenException, InvalidArnException, NotFoundException */
function findPlace(
  { GrantToken, KeyId, GrantId }: Request,
  { caller }: OperationCall<RetireGrantInput>,
): GrantPlace {
  if (GrantToken !== undefined) return readTokenOf(GrantToken, caller);
  const arn = KeyId as string;
  refuseAlias(arn);
  if (parseKmsArn(arn) === undefined)
    throw new KmsError('InvalidArnException', 'RetireGrant needs the key ARN.');
  return { ...locateKey(caller.names, arn), grantId: GrantId as string };
}

/** Another account is not told whether the key or the grant exists. */
function unknownGrant(
  place: GrantPlace,
  key: KmsKey | undefined,
  call: OperationCall<RetireGrantInput>,
): KmsError {
  if (call.asker.principal.account !== place.account) return call.unknownKey();
  return key === undefined ? keyNotFound(place) : grantNotFound(place.grantId);
}
