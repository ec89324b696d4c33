// What Kms.client takes, checked, and the caller that comes of it: who asks, with which policies,
// over what kind of connection.

import { accountRootArn } from './arn.js';
import type {
  Caller as Asker,
  CompiledPolicy,
  ConditionValues,
  PolicyKind,
  Principal,
} from './authorization/index.js';
import { compilePolicy, principalOfArn, servicePrincipal } from './authorization/index.js';
import type { KmsScope } from './kms_options.js';
import { checkScope, demand, refuseUnknown } from './kms_options.js';

/** A policy document: JSON text, or what it means. */
export type PolicyDocument = string | object;

/** What {@link Kms.client} takes. */
export interface KmsClientOptions {
  /**
   * Who acts: the ARN of an account's root, a user, a role, a role session
   * (`arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`) or a federated user. Default: the account's root.
   */
  readonly principal?: string | undefined;
  /** The account whose keys bare ids and aliases mean. Default: the principal's. */
  readonly account?: string | undefined;
  /** Default: the Region of the Kms. */
  readonly region?: string | undefined;
  /** The principal's identity policies. */
  readonly identityPolicies?: readonly PolicyDocument[] | undefined;
  /** Bounds what the identity policies allow. */
  readonly permissionsBoundary?: PolicyDocument | undefined;
  /** Bound what a session does: one of them must allow it. */
  readonly sessionPolicies?: readonly PolicyDocument[] | undefined;
  /** The principal's tags: `aws:PrincipalTag/…`. */
  readonly principalTags?: Readonly<Record<string, string>> | undefined;
  /** Acts as a service for itself: `rds.amazonaws.com`. Takes the place of `principal`. */
  readonly service?: string | undefined;
  /** For which resource the service acts: `aws:SourceArn`. */
  readonly sourceArn?: string | undefined;
  /** For which account the service acts: `aws:SourceAccount`. */
  readonly sourceAccount?: string | undefined;
  /** Values of `aws:` condition keys that the connection or the session gives: see {@link givenConditionKeys}. */
  readonly conditionValues?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** The options of a client, complete. */
export interface CheckedClientOptions extends KmsScope {
  readonly asker: Asker;
  readonly keys: ConditionValues;
}

/** The condition keys whose values only the importing server can know. */
export const givenConditionKeys: readonly string[] = [
  'aws:FederatedProvider',
  'aws:MultiFactorAuthAge',
  'aws:MultiFactorAuthPresent',
  'aws:PrincipalOrgID',
  'aws:PrincipalOrgPaths',
  'aws:PrincipalServiceNamesList',
  'aws:Referer',
  'aws:ResourceOrgID',
  'aws:ResourceOrgPaths',
  'aws:SecureTransport',
  'aws:SourceIdentity',
  'aws:SourceIp',
  'aws:SourceOrgID',
  'aws:SourceOrgPaths',
  'aws:SourceVpc',
  'aws:SourceVpcArn',
  'aws:SourceVpce',
  'aws:TokenIssueTime',
  'aws:UserAgent',
  'aws:VpcSourceIp',
  'aws:VpceAccount',
  'aws:VpceOrgID',
  'aws:VpceOrgPaths',
];

const clientOptionNames: readonly string[] = [
  'principal',
  'account',
  'region',
  'identityPolicies',
  'permissionsBoundary',
  'sessionPolicies',
  'principalTags',
  'service',
  'sourceArn',
  'sourceAccount',
  'conditionValues',
];

/** @throws KeysteadError ERR_INVALID_ARGUMENT; KmsError for a policy that cannot be one */
export function checkClientOptions(
  options: KmsClientOptions,
  defaults: KmsScope,
): CheckedClientOptions {
  refuseUnknown(options, clientOptionNames);
  const values = checkConditionValues(options.conditionValues);
  const principal = checkPrincipal(options, defaults, values);
  const { account, region } = options;
  const scope = checkScope(
    { account, region },
    { ...defaults, account: principal.account || defaults.account },
  );
  return {
    ...scope,
    asker: { principal, ...checkPolicies(options) },
    keys: { ...values, ...sourceValues(options), 'aws:RequestedRegion': scope.region },
  };
}

function checkPrincipal(
  options: KmsClientOptions,
  defaults: KmsScope,
  keys: ConditionValues,
): Principal {
  const { principal, service, account = defaults.account } = options;
  const tags = takeTags(options.principalTags);
  demand(service === undefined || principal === undefined, 'give either `principal` or `service`');
  if (service !== undefined) {
    demand(isServiceName(service), '`service` must be a name like rds.amazonaws.com');
    return servicePrincipal(service, keys);
  }
  const arn = principal ?? accountRootArn(checkScope({ account }, defaults).account);
  const provider = keys['aws:FederatedProvider'] as string | undefined;
  const found = principalOfArn(String(arn), { tags, keys, federatedProvider: provider });
  demand(
    found !== undefined,
    '`principal` must be the ARN of an account, user, role, role session or federated user',
  );
  return found;
}

function checkPolicies(options: KmsClientOptions): Omit<Asker, 'principal'> {
  const { identityPolicies = [], permissionsBoundary, sessionPolicies } = options;
  demand(Array.isArray(identityPolicies), '`identityPolicies` must be a list');
  demand(
    sessionPolicies === undefined || Array.isArray(sessionPolicies),
    '`sessionPolicies` must be a list',
  );
  return {
    identityPolicies: compileAll(identityPolicies, 'identity policy', 'identityPolicies'),
    permissionsBoundary:
      permissionsBoundary === undefined
        ? undefined
        : compileDocument(permissionsBoundary, 'permissions boundary', 'permissionsBoundary'),
    sessionPolicies:
      sessionPolicies === undefined
        ? undefined
        : compileAll(sessionPolicies, 'session policy', 'sessionPolicies'),
  };
}

function compileAll(
  documents: readonly PolicyDocument[],
  kind: PolicyKind,
  name: string,
): readonly CompiledPolicy[] {
  return documents.map((document, i) => compileDocument(document, kind, `${name}[${i}]`));
}

function compileDocument(document: PolicyDocument, kind: PolicyKind, name: string): CompiledPolicy {
  const text = textOf(document);
  demand(text !== undefined, `\`${name}\` must be a policy document`);
  const result = compilePolicy(text, { kind, name });
  demand(result.ok, `\`${name}\` is no policy: ${result.ok ? '' : result.error.message}`);
  return (result as Extract<typeof result, { ok: true }>).value;
}

/** @returns undefined for what JSON cannot say */
function textOf(document: unknown): string | undefined {
  if (typeof document === 'string') return document;
  try {
    return JSON.stringify(document);
  } catch {
    return undefined;
  }
}

function checkConditionValues(values: KmsClientOptions['conditionValues'] = {}): ConditionValues {
  demand(typeof values === 'object' && values !== null, '`conditionValues` must be an object');
  const taken = Object.entries(values).map(([name, given]) => {
    demand(givenConditionKeys.includes(name), `\`conditionValues\` cannot say what ${name} is`);
    const value = Array.isArray(given) ? Array.from<unknown>(given) : given;
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    demand(typeof value === 'string' || isList, `\`conditionValues\`: ${name} must be text`);
    return [name, value as string | readonly string[]] as const;
  });
  return Object.fromEntries(taken);
}

function sourceValues({ sourceArn, sourceAccount }: KmsClientOptions): ConditionValues {
  for (const [name, value] of Object.entries({ sourceArn, sourceAccount }))
    demand(value === undefined || typeof value === 'string', `\`${name}\` must be text`);
  return { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount };
}

function isServiceName(service: unknown): service is string {
  return typeof service === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(service);
}

/** A copy, each tag read once: what the caller changes afterwards does not count. */
function takeTags(tags: KmsClientOptions['principalTags']): KmsClientOptions['principalTags'] {
  if (tags === undefined) return undefined;
  const taken = typeof tags === 'object' && tags !== null ? Object.entries(tags) : undefined;
  demand(
    taken?.every(([, value]) => typeof value === 'string') === true,
    '`principalTags` must be an object of strings',
  );
  return Object.fromEntries(taken as [string, string][]);
}
