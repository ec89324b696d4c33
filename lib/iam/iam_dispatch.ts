// The one way through an operation of IAM or STS: validate, authorize, run.

import type {
  AuthorizationRequest,
  Call,
  ConditionValues,
  Decision,
  KmsAction,
} from '../authorization/index.js';
import { accessDeniedText, authorize, iamResource } from '../authorization/index.js';
import type { IamErrorCode } from '../errors.js';
import { IamError, KmsError } from '../errors.js';
import { auditedIam } from './iam_audited.js';
import type { IamCall, IamCaller, IamOperation, IamTarget } from './iam_operation.js';

/** What every answer of the AWS SDK carries. */
const metadata = Object.freeze({ httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 });

/** What a request says that conditions may ask of. */
export interface Asked {
  readonly conditions?: ConditionValues | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** @throws IamError with AWS's code; KeysteadError ERR_CLOSED and the ground's failures */
export async function dispatchIam<Input, Output extends object>(
  operation: IamOperation<Input, Output>,
  input: Input,
  caller: IamCaller,
): Promise<Output> {
  caller.assertOpen();
  return caller.audit === undefined
    ? serve(operation, input, caller)
    : auditedIam(operation, caller, (noted) => serve(operation, input, noted));
}

async function serve<Input, Output extends object>(
  operation: IamOperation<Input, Output>,
  input: Input,
  caller: IamCaller,
): Promise<Output> {
  const asker = caller.identity.current() ?? (await caller.identity.load());
  caller.note?.asks(asker.principal);
  const request = validate(operation, input);
  caller.note?.reads(parametersOf(request as object));
  const { identities } = caller;
  const ground = { ...identities.ground, attach: () => caller.note?.commits(null) ?? [] };
  const { account } = asker.principal;
  if (account === '') throw new IamError('AccessDenied', 'services do not call IAM and STS');
  const call = { ground, identities, caller, asker, account, nowMs: ground.nowMs() };
  const admit = admitting(operation, request, call);
  await admit?.();
  const output = await operation.run(request, { ...call, ground: { ...ground, admit } });
  (output as { $metadata?: object }).$metadata = metadata;
  return output;
}

/** Asks for the permission on what is there then. @returns undefined where none is needed */
function admitting<Input, Output>(
  { on, action, conditions, tags }: IamOperation<Input, Output>,
  request: Input,
  call: IamCall,
): (() => Promise<void>) | undefined {
  if (on === undefined || action === undefined) return undefined;
  const asked = { conditions: conditions?.(request), tags: tags?.(request) };
  return async () => requirePermission(action, await on(request, call), asked, call);
}

function parametersOf(request: object): object {
  const names = Object.entries(request).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    names.map(([name, value]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value]),
  );
}

/** @throws IamError AccessDenied */
export function requirePermission(
  action: KmsAction,
  target: IamTarget,
  asked: Asked,
  call: IamCall,
): void {
  const { request, decision } = decide(action, target, asked, call);
  if (decision.decision === 'Deny')
    throw new IamError('AccessDenied', accessDeniedText(request, decision));
}

/** Whether the caller may do this. */
export function decide(
  action: KmsAction,
  { arn, account, policy, tags, boundary }: IamTarget,
  asked: Asked,
  { caller, asker, nowMs }: IamCall,
): { readonly request: AuthorizationRequest; readonly decision: Decision } {
  const call: Call = {
    timeMs: nowMs,
    tags: asked.tags,
    keys: {
      ...caller.keys,
      ...tagKeysOf(asked.tags),
      'iam:PermissionsBoundary': boundary,
      ...asked.conditions,
    },
  };
  const resource = iamResource(arn, account, { policy, tags });
  const request = { caller: asker, action, resource, call };
  return { request, decision: authorize(request) };
}

function tagKeysOf(tags: Asked['tags'] = {}): ConditionValues {
  const names = Object.keys(tags);
  return names.length === 0 ? {} : { 'aws:TagKeys': names };
}

const codes: Readonly<Record<string, IamErrorCode>> = {
  SerializationException: 'ValidationError',
  UnsupportedOperationException: 'UnsupportedOperation',
  ValidationException: 'ValidationError',
};

/** IAM has names of its own for what the shapes refuse. */
function validate<Input>({ validate: check }: IamOperation<Input, unknown>, input: Input): Input {
  try {
    return check(input);
  } catch (error) {
    const code = error instanceof KmsError ? codes[error.code] : undefined;
    if (code === undefined) throw error;
    throw new IamError(code, (error as KmsError).message);
  }
}
