// Requests and policies of a small world: two accounts, one key.

import {
  type AuthorizationRequest,
  authorize,
  type Call,
  type Caller,
  type CompiledPolicy,
  compilePolicy,
  type KmsAction,
  keyResource,
  kmsAction,
  type PolicyError,
  type PolicyKind,
  type Principal,
  principalOfArn,
  type Resource,
  type Result,
  servicePrincipal,
} from '../../../lib/authorization/index.js';

export const account = '111122223333';
export const otherAccount = '444455556666';
export const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
export const keyArn = `arn:aws:kms:us-east-1:${account}:key/${keyId}`;
export const sourceArn = `arn:aws:rds:us-east-1:${account}:db:one`;
export const timeMs = Date.UTC(2026, 8, 12, 8, 41, 7);

/** Callers, by what they are. */
export const callers = {
  root: principal(`arn:aws:iam::${account}:root`),
  alice: principal(`arn:aws:iam::${account}:user/alice`),
  session: principal(`arn:aws:sts::${account}:assumed-role/admin/s1`, {
    roleArn: `arn:aws:iam::${account}:role/team/admin`,
  }),
  role: principal(`arn:aws:iam::${account}:role/team/admin`),
  federated: principal(`arn:aws:sts::${account}:federated-user/fred`),
  stranger: principal(`arn:aws:iam::${otherAccount}:user/carol`),
  strangerSession: principal(`arn:aws:sts::${otherAccount}:assumed-role/ops/s2`),
  strangerRoot: principal(`arn:aws:iam::${otherAccount}:root`),
  service: servicePrincipal('rds.amazonaws.com'),
} as const;

export type CallerName = keyof typeof callers;

export function principal(arn: string, details: Partial<Principal> = {}): Principal {
  const found = principalOfArn(arn, details);
  if (found === undefined) throw new Error(`${arn} is no principal`);
  return found;
}

/**
 * Statements as plain data; what is left out is filled in so that the statement covers everything.
 */
export type Statement = Readonly<Record<string, unknown>>;

const ofIdentity = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
const defaults: Readonly<Record<PolicyKind, Statement>> = {
  'key policy': { ...ofIdentity, Principal: '*' },
  'trust policy': { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' },
  'identity policy': ofIdentity,
  'permissions boundary': ofIdentity,
  'session policy': ofIdentity,
};

function complete(statement: Statement, kind: PolicyKind): Statement {
  const whole = { ...defaults[kind], ...statement };
  const given = ['Principal', 'Action', 'Resource'].filter((name) => `Not${name}` in statement);
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !given.includes(name)));
}

export function documentOf(
  kind: PolicyKind,
  statements: readonly Statement[],
  Version = '2012-10-17',
): string {
  return JSON.stringify({ Version, Statement: statements.map((one) => complete(one, kind)) });
}

/** Without statements: one that allows everything. */
export function policy(kind: PolicyKind, ...statements: readonly Statement[]): CompiledPolicy {
  const text = documentOf(kind, statements.length === 0 ? [{}] : statements);
  return compiledOf(compilePolicy(text, { kind, name: kind }));
}

export const keyPolicy = (...statements: readonly Statement[]) =>
  policy('key policy', ...statements);
export const identityPolicy = (...statements: readonly Statement[]) =>
  policy('identity policy', ...statements);

export function compiledOf<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.error.name}: ${result.error.message}`);
  return result.value;
}

export function errorOf(result: Result<unknown>): PolicyError | undefined {
  return result.ok ? undefined : result.error;
}

/** Why a document is refused. */
export function refusal(text: string, kind: PolicyKind = 'key policy'): PolicyError | undefined {
  return errorOf(compilePolicy(text, { kind, name: 'default' }));
}

/** Why a document with one statement is refused: its message. */
export function statementRefusal(
  statement: Statement,
  kind: PolicyKind = 'key policy',
): string | undefined {
  return refusal(documentOf(kind, [statement]), kind)?.message;
}

export function action(name: string): KmsAction {
  const found = kmsAction(name.includes(':') ? name : `kms:${name}`);
  if (found === undefined) throw new Error(`${name} is no action`);
  return found;
}

export interface RequestParts {
  readonly as?: CallerName | Principal;
  readonly to?: string;
  readonly key?: CompiledPolicy | undefined;
  readonly identity?: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  readonly session?: readonly CompiledPolicy[];
  readonly resource?: Partial<Resource>;
  readonly call?: Partial<Call>;
}

export function requestOf(parts: RequestParts): AuthorizationRequest {
  const { as = 'alice', to = 'Decrypt', identity = [] } = parts;
  const caller: Caller = {
    principal: typeof as === 'string' ? callers[as] : as,
    identityPolicies: identity,
    permissionsBoundary: parts.boundary,
    sessionPolicies: parts.session,
  };
  const resource = { ...keyResource(keyArn, account, { policy: parts.key }), ...parts.resource };
  return { caller, action: action(to), resource, call: { timeMs, ...parts.call } };
}

export function reasonOf(parts: RequestParts): string {
  return authorize(requestOf(parts)).reason;
}

/** Whether a key policy of this one statement allows the request, or, with Deny, denies it. */
export function applies(statement: Statement, parts: RequestParts = {}): boolean {
  if (statement['Effect'] !== 'Deny')
    return reasonOf({ ...parts, key: keyPolicy(statement) }) === 'allowed';
  return reasonOf({ ...parts, key: keyPolicy({}, statement) }) === 'explicit deny in key policy';
}

/** As {@link applies}, for a condition. */
export function holds(Condition: object, parts: RequestParts = {}): boolean {
  return applies({ Condition }, parts);
}
