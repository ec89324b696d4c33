// The one way through an operation: validate, find the key, authorize, look at its state, run. In
// AWS's order of checks. A key that is open already costs no wait: the promise that is returned is
// the only one, and who can do without one gets none.

import type { Caller as Asker } from '../authorization/index.js';
import type { KmsKey } from '../keys/kms_key.js';
import { isPromise, type MaybePromise } from '../maybe_promise.js';
import { audited, parametersOf } from './audited.js';
import { endDryRun } from './dry_run.js';
import { findKey, findOpenKey } from './find_key.js';
import { checkGrantTokens } from './grant_tokens.js';
import type { Caller, KeyOperation, Operation } from './operation.js';
import { OperationCall } from './operation_call.js';

type Members = Readonly<Record<string, unknown>>;

/** What every answer of the AWS SDK carries. */
const metadata = Object.freeze({ httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 });

/**
 * Runs an operation for a caller.
 *
 * @throws KmsError with AWS's exception name; KeysteadError ERR_CLOSED and the ground's failures
 */
export function dispatch<Input, Output extends object>(
  operation: Operation<Input, Output>,
  input: Input,
  caller: Caller,
): Promise<Output> {
  // Not async: a promise that is passed on by another one takes three more turns.
  return caller.engine.audit === undefined
    ? serve(operation, input, caller)
    : serveAudited(operation, input, caller);
}

/**
 * As {@link dispatch}, but without a promise where nothing must be waited for: then it also throws
 * at once. Its answers may lack `$metadata`.
 */
export function dispatchAtOnce<Input, Output extends object>(
  operation: Operation<Input, Output>,
  input: Input,
  caller: Caller,
): MaybePromise<Output> {
  return caller.engine.audit === undefined
    ? start(operation, input, caller)
    : serveAudited(operation, input, caller);
}

async function serveAudited<Input, Output extends object>(
  operation: Operation<Input, Output>,
  input: Input,
  caller: Caller,
): Promise<Output> {
  caller.assertOpen();
  return audited(operation, caller, (noted) => serve(operation, input, noted));
}

async function serve<Input, Output extends object>(
  operation: Operation<Input, Output>,
  input: Input,
  caller: Caller,
): Promise<Output> {
  const running = start(operation, input, caller);
  const output = isPromise(running) ? await running : running;
  if (operation.ours !== true) (output as { $metadata?: object }).$metadata = metadata;
  return output;
}

function start<Input, Output extends object>(
  operation: Operation<Input, Output>,
  input: Input,
  caller: Caller,
): MaybePromise<Output> {
  caller.assertOpen();
  const asker = caller.identity.current();
  if (asker !== undefined) return startFor(asker, operation, input, caller);
  return caller.identity.load().then((loaded) => startFor(loaded, operation, input, caller));
}

function startFor<Input, Output extends object>(
  asker: Asker,
  operation: Operation<Input, Output>,
  input: Input,
  caller: Caller,
): MaybePromise<Output> {
  caller.note?.asks(asker.principal);
  const request = operation.validate(input);
  caller.note?.reads(parametersOf(request));
  operation.check?.(request);
  const call = new OperationCall(operation, request, caller, asker);
  return operation.key === undefined ? runWithoutKey(operation, call) : runWithKey(operation, call);
}

function runWithoutKey<Input, Output>(
  operation: Exclude<Operation<Input, Output>, KeyOperation<Input, Output>>,
  call: OperationCall<Input>,
): Promise<Output> {
  if (operation.onNoResource) call.authorizeOnNoKey();
  return operation.run(call.request, call);
}

function runWithKey<Input, Output>(
  operation: KeyOperation<Input, Output>,
  call: OperationCall<Input>,
): MaybePromise<Output> {
  const key = findOpenKey(operation.key, call);
  if (key !== undefined) return runOnKey(operation, key, call);
  return findKey(operation.key, call).then((found) => {
    call.caller.assertOpen();
    return runOnKey(operation, found, call);
  });
}

function runOnKey<Input, Output>(
  operation: KeyOperation<Input, Output>,
  key: KmsKey,
  call: OperationCall<Input>,
): MaybePromise<Output> {
  if (operation.prepare === undefined) return runAdmitted(operation, key, call);
  return operation.prepare(key, call.engine).then((prepared) => {
    call.prepared = prepared;
    return runAdmitted(operation, key, call);
  });
}

function runAdmitted<Input, Output>(
  operation: KeyOperation<Input, Output>,
  key: KmsKey,
  call: OperationCall<Input>,
): MaybePromise<Output> {
  const { request, engine } = call;
  const members = request as Members;
  checkGrantTokens(members['GrantTokens'] as readonly string[] | undefined, call.caller);
  call.admit(key);
  const output = operation.run(request, key, call);
  // An operation that changes something ended its dry run before it did.
  if (members['DryRun'] === true)
    return isPromise(output) ? output.then(endDryRun) : endDryRun(output);
  const { usedFor } = operation;
  if (usedFor !== undefined) engine.usage.record(key, usedFor, call.timeMs);
  return output;
}
