// AssumeRole: temporary credentials of a role, for whom its trust policy and, where that asks for
// it, the caller's own policies allow it. Nothing is stored: the session token says everything.

import type { KmsAction } from '../authorization/index.js';
import { kmsAction } from '../authorization/index.js';
import { IamError } from '../errors.js';
import type { Member } from '../operations/shape.js';
import { makeSecret } from './iam_access_keys.js';
import { parseEntityArn, sessionArn } from './iam_arn.js';
import type { Asked } from './iam_dispatch.js';
import { decide } from './iam_dispatch.js';
import { requiredArnMember, tagsMember } from './iam_members.js';
import type { IamCall, IamOperation, IamTarget } from './iam_operation.js';
import { iamOperation } from './iam_operation.js';
import { compileIamPolicy, compileTrustPolicy } from './iam_policy.js';
import { addIamTags, requestedTags } from './iam_tags.js';
import type { KnownSubject } from './identities.js';
import type { RoleRecord, TagList } from './records.js';
import type { Session } from './session_token.js';
import { sealSession } from './session_token.js';
import type { AssumeRoleInput, AssumeRoleOutput } from './types.js';
import { newUniqueId } from './unique_id.js';

const durationSecondsDefault = 3600;
/** Sessions that a session makes are shorter (IAM User Guide, role chaining). */
const chainedSecondsMax = 3600;
/** AWS's quota on the plain text of session policies; also what PackedPolicySize is a part of. */
const policySizeMax = 2048;

const assumeRoleAction = kmsAction('sts:AssumeRole') as KmsAction;
const tagSessionAction = kmsAction('sts:TagSession') as KmsAction;

type KnownRole = KnownSubject<RoleRecord>;

const anyText = { kind: 'string', min: 0, max: 2048 } as const satisfies Member;

/** Members that are not served: in the shape, so that whoever reads requests by it meets them. */
const unserved = {
  PolicyArns: {
    kind: 'list',
    min: 0,
    max: 10,
    of: { kind: 'structure', members: { arn: requiredArnMember } },
  },
  TransitiveTagKeys: { kind: 'list', min: 0, max: 50, of: anyText },
  SerialNumber: anyText,
  TokenCode: anyText,
  SourceIdentity: anyText,
  ProvidedContexts: {
    kind: 'list',
    min: 0,
    max: 5,
    of: { kind: 'structure', members: { ProviderArn: anyText, ContextAssertion: anyText } },
  },
} as const satisfies Record<string, Member>;

type AskedInput = AssumeRoleInput & { readonly [Name in keyof typeof unserved]?: unknown };

export const assumeRole: IamOperation<AssumeRoleInput, AssumeRoleOutput> = iamOperation<
  AskedInput,
  AssumeRoleOutput
>({
  service: 'sts',
  name: 'AssumeRole',
  shape: {
    RoleArn: requiredArnMember,
    RoleSessionName: {
      kind: 'string',
      min: 2,
      max: 64,
      pattern: /^[\w+=,.@-]+$/,
      required: true,
    },
    Policy: {
      kind: 'string',
      min: 1,
      max: policySizeMax,
      pattern: /^[\t\n\r\u0020-\u00ff]+$/,
    },
    DurationSeconds: { kind: 'integer', min: 900, max: 43_200 },
    ExternalId: { kind: 'string', min: 2, max: 1224, pattern: /^[\w+=,.@:/-]+$/ },
    Tags: tagsMember,
    ...unserved,
  },
  unserved: Object.keys(unserved),
  async run(request, call) {
    const tags = addIamTags([], request.Tags ?? []);
    if (request.Policy !== undefined) compileIamPolicy(request.Policy, 'session policy', 'Policy');
    const role = await admit(request, call);
    checkDuration(request, role, call);
    return startSession(request, tags, role, call);
  },
});

/** Nobody learns whether a role exists that he may not assume. @throws IamError AccessDenied, ValidationError */
async function admit(request: AssumeRoleInput, call: IamCall): Promise<KnownRole> {
  const { RoleArn } = request;
  if (call.asker.principal.kind === 'root')
    throw new IamError('AccessDenied', 'Roles may not be assumed by root accounts.');
  const parsed = parseEntityArn(RoleArn);
  if (parsed?.kind !== 'role') throw new IamError('ValidationError', `${RoleArn} is invalid`);
  const found = await call.identities.find(parsed.account, 'role', parsed.name);
  const role = found?.arn === RoleArn ? (found as KnownRole) : undefined;
  const target = { arn: RoleArn, account: parsed.account, ...trustOf(role) };
  const asked = {
    conditions: {
      'sts:RoleSessionName': request.RoleSessionName,
      'sts:ExternalId': request.ExternalId,
    },
    tags: requestedTags(request),
  };
  requireTrust(assumeRoleAction, target, asked, call);
  if ((request.Tags ?? []).length > 0) requireTrust(tagSessionAction, target, asked, call);
  // Without a role there was no trust policy that could have allowed it.
  return role as KnownRole;
}

function trustOf(role: KnownRole | undefined): Pick<IamTarget, 'policy' | 'tags'> {
  if (role === undefined) return {};
  const { trustPolicy, trustBindings, tags } = role.record;
  return { policy: compileTrustPolicy(trustPolicy, trustBindings), tags: Object.fromEntries(tags) };
}

function requireTrust(action: KmsAction, target: IamTarget, asked: Asked, call: IamCall): void {
  if (decide(action, target, asked, call).decision.decision === 'Allow') return;
  const { arn } = call.asker.principal;
  throw new IamError(
    'AccessDenied',
    `User: ${arn} is not authorized to perform: ${action.name} on resource: ${target.arn}`,
  );
}

/** @throws IamError ValidationError */
function checkDuration(
  { DurationSeconds = durationSecondsDefault }: AssumeRoleInput,
  { record }: KnownRole,
  { asker }: IamCall,
): void {
  const isChained = asker.principal.kind === 'assumed role';
  if (isChained && DurationSeconds > chainedSecondsMax)
    throw new IamError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  if (DurationSeconds > record.maxSessionDurationSeconds)
    throw new IamError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
}

function startSession(
  { RoleSessionName, DurationSeconds = durationSecondsDefault, Policy }: AssumeRoleInput,
  tags: TagList,
  { account, record }: KnownRole,
  call: IamCall,
): AssumeRoleOutput {
  const { ground, nowMs } = call;
  const accessKeyId = newUniqueId(ground.hsm, 'ASIA');
  const { secretAccessKey, wrappedSecret } = makeSecret(call, accessKeyId);
  const session: Session = {
    account,
    roleName: record.name,
    roleId: record.id,
    sessionName: RoleSessionName,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + DurationSeconds * 1000,
    policy: Policy,
    tags,
    wrappedSecret,
  };
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sealSession(ground, accessKeyId, session),
      Expiration: new Date(session.expiresAtMs),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${record.id}:${RoleSessionName}`,
      Arn: sessionArn(account, record.name, RoleSessionName),
    },
    ...packedSize(session),
  };
}

function packedSize({ policy = '', tags }: Session): { readonly PackedPolicySize?: number } {
  const size = tags.reduce((sum, [key, value]) => sum + key.length + value.length, policy.length);
  return size === 0
    ? {}
    : { PackedPolicySize: Math.min(100, Math.ceil((size / policySizeMax) * 100)) };
}
