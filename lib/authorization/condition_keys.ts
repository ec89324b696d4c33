// The condition keys that exist (AWS KMS Developer Guide, "Condition keys for AWS KMS"; IAM User
// Guide, "AWS global condition context keys"), and where the value of each comes from. A policy
// that names another `kms:` or `aws:` key is refused when it is written.

import { principalArn, principalType, userId, userName } from './caller_values.js';
import {
  type ambiguous,
  type ConditionValue,
  type ConditionValues,
  namesOf,
  valueNamed,
} from './condition_values.js';
import { formatDateTime } from './date_time.js';
import type { PolicyOwner } from './policy_document.js';
import type { AuthorizationRequest } from './request.js';

/** A condition key as a policy names it. */
export interface ConditionKey {
  /** As the policy spells it. */
  readonly name: string;
  /**
   * A multivalued key matches only under a set qualifier, and never stands for a policy variable.
   */
  readonly multivalued: boolean;
  readonly read: (request: AuthorizationRequest) => ConditionValue | typeof ambiguous;
}

interface Definition {
  readonly multivalued: boolean;
  /** Where it has a meaning; undefined for everywhere. */
  readonly only?: readonly PolicyOwner[];
  readonly read: (request: AuthorizationRequest, name: string) => ConditionValue | typeof ambiguous;
}

type Source = (request: AuthorizationRequest) => ConditionValues | undefined;
const ofCall: Source = ({ call }) => call.keys;
const ofResource: Source = ({ resource }) => resource.keys;
const ofPrincipal: Source = ({ caller }) => caller.principal.keys;

/** Keys whose values the request carries as they are; * marks the multivalued ones. */
const given: readonly (readonly [Source, string])[] = [
  [
    ofCall,
    'kms:RequestAlias kms:EncryptionAlgorithm kms:DataKeyPairSpec kms:SigningAlgorithm ' +
      'kms:MessageType kms:MacAlgorithm kms:KeyAgreementAlgorithm kms:EncapsulationAlgorithm ' +
      'kms:ReEncryptOnSameKey kms:BypassPolicyLockoutSafetyCheck ' +
      'kms:ScheduleKeyDeletionPendingWindowInDays kms:TrailingDaysWithoutKeyUsage ' +
      'kms:RotationPeriodInDays kms:ExpirationModel kms:ValidTo kms:WrappingAlgorithm ' +
      'kms:WrappingKeySpec kms:ReplicaRegion kms:PrimaryRegion kms:GrantIsForAWSResource ' +
      'kms:GrantOperations* kms:GrantConstraintType kms:GrantConstraintSourceArn ' +
      'kms:GranteePrincipal kms:RetiringPrincipal kms:GranteeServicePrincipal ' +
      'kms:RetiringServicePrincipal kms:RecipientAttestation:ImageSha384 ' +
      'kms:RecipientAttestation:NitroTPMPCR4 kms:RecipientAttestation:NitroTPMPCR7 ' +
      'kms:RecipientAttestation:NitroTPMPCR12 aws:TagKeys* aws:RequestedRegion aws:SourceIp ' +
      'aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:VpcSourceIp aws:VpceAccount ' +
      'aws:VpceOrgID aws:VpceOrgPaths* aws:SourceArn aws:SourceAccount aws:SourceOrgID ' +
      'aws:SourceOrgPaths* aws:SecureTransport aws:UserAgent aws:Referer',
  ],
  [
    ofResource,
    'kms:KeySpec kms:KeyUsage kms:KeyOrigin kms:CustomerMasterKeySpec ' +
      'kms:CustomerMasterKeyUsage kms:MultiRegion kms:MultiRegionKeyType aws:ResourceOrgID ' +
      'aws:ResourceOrgPaths*',
  ],
  [
    ofPrincipal,
    'aws:PrincipalOrgID aws:PrincipalOrgPaths* aws:PrincipalServiceNamesList* aws:TokenIssueTime ' +
      'aws:MultiFactorAuthPresent aws:MultiFactorAuthAge aws:SourceIdentity',
  ],
];

const pcrs = Array.from({ length: 32 }, (_, i) => `kms:RecipientAttestation:PCR${i}`);

const computed: Readonly<Record<string, Omit<Definition, 'multivalued'>>> = {
  'kms:CallerAccount': {
    read: ({ action, caller }) =>
      action.tellsCaller ? caller.principal.account || undefined : undefined,
  },
  'kms:ViaService': {
    read: ({ action, call }) => (action.tellsCaller ? call.viaService : undefined),
  },
  'aws:CurrentTime': { read: ({ call }) => formatDateTime(call.timeMs) },
  'aws:EpochTime': { read: ({ call }) => String(Math.floor(call.timeMs / 1000)) },
  'aws:PrincipalArn': { read: ({ caller }) => principalArn(caller.principal) },
  'aws:PrincipalAccount': { read: ({ caller }) => caller.principal.account || undefined },
  'aws:PrincipalType': { read: ({ caller }) => principalType(caller.principal) },
  'aws:PrincipalIsAWSService': {
    read: ({ caller }) => String(caller.principal.kind === 'service'),
  },
  'aws:PrincipalServiceName': { read: ({ caller }) => caller.principal.service },
  'aws:FederatedProvider': { read: ({ caller }) => caller.principal.federatedProvider },
  'aws:userid': { read: ({ caller }) => userId(caller.principal) },
  'aws:username': { read: ({ caller }) => userName(caller.principal) },
  'aws:ResourceAccount': { read: ({ resource }) => resource.account },
  'aws:ViaAWSService': { read: ({ call }) => String(call.viaService !== undefined) },
  'aws:CalledViaFirst': { read: ({ call }) => call.calledVia?.[0] },
  'aws:CalledViaLast': { read: ({ call }) => call.calledVia?.at(-1) },
};

const computedSets: Readonly<Record<string, Omit<Definition, 'multivalued'>>> = {
  'aws:CalledVia': { read: ({ call }) => call.calledVia },
  'kms:EncryptionContextKeys': { read: ({ call }) => namesOf(call.encryptionContext) },
  // The aliases of a key say nothing in its own policy.
  'kms:ResourceAliases': {
    only: ['identity'],
    read: (r) => r.resource.keys?.['kms:ResourceAliases'],
  },
};

/** Keys that go on with a name of the caller's choosing, compared without regard to case. */
const families: Readonly<Record<string, Definition>> = {
  'kms:encryptioncontext:': {
    multivalued: false,
    read: ({ call }, name) => valueNamed(call.encryptionContext, name),
  },
  'aws:principaltag/': {
    multivalued: false,
    read: ({ caller }, name) => valueNamed(caller.principal.tags, name),
  },
  'aws:requesttag/': { multivalued: false, read: ({ call }, name) => valueNamed(call.tags, name) },
  'aws:resourcetag/': {
    multivalued: false,
    // Aliases and stores have no tags.
    read: ({ resource }, name) =>
      resource.kind === 'key' || resource.kind === 'iam'
        ? valueNamed(resource.tags, name)
        : undefined,
  },
  'iam:resourcetag/': {
    multivalued: false,
    only: ['identity'],
    read: ({ resource }, name) =>
      resource.kind === 'iam' ? valueNamed(resource.tags, name) : undefined,
  },
};

/** Keys of calls to IAM and STS. */
const ofIam: Readonly<Record<string, readonly PolicyOwner[]>> = {
  'iam:PermissionsBoundary': ['identity'],
  'iam:PolicyARN': ['identity'],
  'sts:ExternalId': ['identity', 'role'],
  'sts:RoleSessionName': ['identity', 'role'],
};

const definitions: ReadonlyMap<string, Definition> = new Map([
  ...given.flatMap(([source, list]) => list.split(' ').map((entry) => givenKey(source, entry))),
  ...pcrs.map((name) => givenKey(ofCall, name)),
  ...Object.entries(computed).map(([name, row]) => keyed(name, { ...row, multivalued: false })),
  ...Object.entries(ofIam).map(([name, only]) =>
    keyed(name, { multivalued: false, only, read: ({ call }) => call.keys?.[name] }),
  ),
  ...Object.entries(computedSets).map(([name, row]) => keyed(name, { ...row, multivalued: true })),
]);

function keyed(name: string, definition: Definition): [string, Definition] {
  return [name.toLowerCase(), definition];
}

/** CreateKey has no key yet: what it asks for stands in the call. */
function givenKey(source: Source, entry: string): [string, Definition] {
  const name = entry.replace('*', '');
  const read =
    source === ofResource
      ? (request: AuthorizationRequest) => ofResource(request)?.[name] ?? ofCall(request)?.[name]
      : (request: AuthorizationRequest) => source(request)?.[name];
  return keyed(name, { multivalued: entry.endsWith('*'), read });
}

const keyForm = /^[A-Za-z0-9.-]+:[^$]+$/;

/**
 * The key that a policy names.
 *
 * @param owner - what kind of document names it: documents of identities may speak of other
 *   services, whose keys are never present here; the policy of a key or role may not
 * @returns undefined when there is no such key
 */
export function conditionKey(name: string, owner: PolicyOwner): ConditionKey | undefined {
  if (!keyForm.test(name)) return undefined;
  const lower = name.toLowerCase();
  const definition = definitions.get(lower);
  if (definition !== undefined) {
    if (!hasMeaning(definition, owner)) return undefined;
    return toKey(name, definition, '');
  }
  for (const [prefix, family] of Object.entries(families)) {
    const rest = lower.slice(prefix.length);
    if (lower.startsWith(prefix) && rest !== '' && hasMeaning(family, owner))
      return toKey(name, family, rest);
  }
  if (owner !== 'identity' || /^(kms|aws):/.test(lower)) return undefined;
  return { name, multivalued: false, read: () => undefined };
}

function hasMeaning({ only }: Definition, owner: PolicyOwner): boolean {
  return only === undefined || only.includes(owner);
}

function toKey(name: string, { multivalued, read }: Definition, rest: string): ConditionKey {
  // No kms: condition key applies to the alias half of alias operations; nor does one to IAM.
  const isOfKms = name.toLowerCase().startsWith('kms:');
  return {
    name,
    multivalued,
    read: (request) => (isOfKms && isForeign(request) ? undefined : read(request, rest)),
  };
}

function isForeign({ resource: { kind } }: AuthorizationRequest): boolean {
  return kind === 'alias' || kind === 'iam';
}
