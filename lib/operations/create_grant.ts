// CreateGrant. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html

import type { GrantProposal } from '../authorization/index.js';
import { grantOperations, parsePrincipalPattern } from '../authorization/index.js';
import { KmsError } from '../errors.js';
import { principalName } from '../keys/grant_record.js';
import { makeGrantToken } from '../keys/grant_token.js';
import type { NewGrant } from '../keys/grants.js';
import { checkGrant, createGrant as createGrantOn } from '../keys/grants.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { CreateGrantInput, CreateGrantOutput } from '../types.js';
import { wouldHaveSucceeded } from './dry_run.js';
import { constraintPairs, constraintValues, forAwsResource } from './grant_values.js';
import {
  dryRunMember,
  grantTokensMember,
  principalMember,
  requiredKeyIdMember,
  servicePrincipalMember,
} from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed, type OperationCall } from './operation_call.js';
import { findUniqueIdsOf } from './principals.js';
import type { Validated } from './shape.js';
import { compileShape } from './shape.js';

type Request = Validated<CreateGrantInput>;

export const createGrant: KeyOperation<CreateGrantInput, CreateGrantOutput> = {
  name: 'CreateGrant',
  action: actionNamed('kms:CreateGrant'),
  validate: compileShape<CreateGrantInput>({
    KeyId: requiredKeyIdMember,
    GranteePrincipal: principalMember,
    RetiringPrincipal: principalMember,
    Operations: {
      kind: 'list',
      min: 0,
      max: 100,
      of: { kind: 'enum', values: grantOperations },
      required: true,
    },
    Constraints: {
      kind: 'structure',
      members: {
        EncryptionContextSubset: { kind: 'pairs' },
        EncryptionContextEquals: { kind: 'pairs' },
        SourceArn: {
          kind: 'string',
          min: 20,
          max: 512,
          pattern: /^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$/,
        },
      },
    },
    GrantTokens: grantTokensMember,
    Name: { kind: 'string', min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ },
    DryRun: dryRunMember,
    GranteeServicePrincipal: servicePrincipalMember,
    RetiringServicePrincipal: servicePrincipalMember,
  }),
  key: { keyMember: 'KeyId', aliases: false },
  encryptionContext: ({ Constraints }) => constraintPairs(Constraints),
  conditions: (request, { viaService }) => ({
    ...constraintValues(request.Constraints),
    ...forAwsResource(viaService),
    'kms:GrantOperations': request.Operations,
    'kms:GranteePrincipal': nameOf(request.GranteePrincipal),
    'kms:RetiringPrincipal': nameOf(request.RetiringPrincipal),
    'kms:GranteeServicePrincipal': request.GranteeServicePrincipal,
    'kms:RetiringServicePrincipal': request.RetiringServicePrincipal,
  }),
  proposedGrant,
  state: mustBeEnabled,
  async run(request, key, call) {
    const grant = await toNewGrant(request, call);
    checkGrant(grant, key);
    if (request.DryRun === true) throw wouldHaveSucceeded();
    const { registry } = call.engine;
    const grantId = await createGrantOn(registry, key, grant, (current) => call.admit(current));
    return { GrantId: grantId, GrantToken: tokenOf(key, grantId, call) };
  },
};

function tokenOf(
  key: KmsKey,
  grantId: string,
  { engine }: OperationCall<CreateGrantInput>,
): string {
  const { account, region, keyId } = key;
  return makeGrantToken(engine.registry.ground, { account, region, keyId, grantId });
}

/** An account has one name, by which conditions and the grant know it. */
function nameOf(principal: string | undefined): string | undefined {
  return principal && principalName(principal);
}

/** @throws KmsError InvalidArnException for a principal that does not exist, where that counts */
async function toNewGrant(
  request: Request,
  { caller, asker }: OperationCall<CreateGrantInput>,
): Promise<NewGrant> {
  const { GranteePrincipal, RetiringPrincipal } = request;
  const grantee = nameOf(GranteePrincipal);
  const retiring = nameOf(RetiringPrincipal);
  const named = [grantee, retiring].filter((name) => name !== undefined);
  const patterns = named.map((name) => parsePrincipalPattern(name));
  const { bindings, unknown } = await findUniqueIdsOf(
    patterns.filter((pattern) => pattern !== undefined),
    caller,
  );
  if (unknown !== undefined && caller.strictPrincipals) throw noSuchPrincipal(unknown);
  return {
    name: request.Name,
    granteePrincipal: grantee,
    granteeServicePrincipal: request.GranteeServicePrincipal,
    retiringPrincipal: retiring,
    retiringServicePrincipal: request.RetiringServicePrincipal,
    issuingAccount: asker.principal.account || caller.names.account,
    operations: [...new Set(request.Operations)],
    constraints: hasMembers(request.Constraints) ? request.Constraints : undefined,
    bindings,
  };
}

function proposedGrant({ Operations, Constraints }: Request): GrantProposal {
  return {
    operations: new Set(Operations.map((name) => actionNamed(`kms:${name}`))),
    constraints: {
      encryptionContextEquals: Constraints?.EncryptionContextEquals,
      encryptionContextSubset: Constraints?.EncryptionContextSubset,
      sourceArn: Constraints?.SourceArn,
    },
  };
}

function hasMembers(constraints: Request['Constraints']): boolean {
  return constraints !== undefined && Object.keys(constraints).length > 0;
}

function noSuchPrincipal(arn: string): KmsError {
  return new KmsError('InvalidArnException', `ARN does not refer to a valid principal: ${arn}`);
}
