// The one way through an operation: validate, find the key, authorize, look at its state, run. In
// AWS's order of checks. A key that is open already costs no wait: the promise that is returned is
// the only one.

import { parseKmsArn } from '../arn.js';
import type { Principal } from '../authorization/decision.js';
import { decide } from '../authorization/decision.js';
import {
  blobKeyId,
  blobKeyIdKind,
  blobKeyIdOffset,
  isCiphertextBlob,
} from '../envelope/ciphertext_blob.js';
import { KmsError } from '../errors.js';
import { keyStateError } from '../keys/key_state.js';
import type { KmsKey } from '../keys/kms_key.js';
import { isAlias } from '../keys/registry.js';
import { ciphertextAccessDenied, resourceAccessDenied } from './access_denied.js';
import type { Caller, KeyLocator, Operation } from './operation.js';
import { invalidCiphertext } from './unwrap.js';

type Members = Readonly<Record<string, unknown>>;
type KeyRow = { readonly action: string; readonly key: KeyLocator };

/**
 * Runs an operation for a caller.
 *
 * @throws KmsError with AWS's exception name; KeysteadError ERR_CLOSED and the ground's failures
 */
export async function dispatch<Input, Output>(
  operation: Operation<Input, Output>,
  input: Input,
  caller: Caller,
): Promise<Output> {
  caller.assertOpen();
  const request = operation.validate(input);
  operation.check?.(request);
  if (operation.key === undefined) {
    authorize(operation.action, caller.names.account, caller.principal);
    return operation.run(request, caller);
  }
  const members = request as Members;
  let key = findOpenKey(operation.key, members, caller);
  if (key === undefined) {
    key = await findKey(operation, members, caller);
    caller.assertOpen();
  }
  authorize(operation.action, key.account, caller.principal);
  if (!operation.states.has(key.record.keyState)) throw keyStateError(key.record.keyState, key.arn);
  const output = operation.run(request, key, caller);
  return members['DryRun'] === true ? dryRun(await output) : output;
}

/** The usual case: a key that this process has open, under a name that it has seen. */
function findOpenKey(
  { keyMember, aliases, blobMember }: KeyLocator,
  members: Members,
  caller: Caller,
): KmsKey | undefined {
  const name = members[keyMember];
  if (name !== undefined) {
    if (!aliases) refuseAlias(name as string);
    return caller.names.find(name as string);
  }
  const blob = members[blobMember as string] as Uint8Array;
  if (!isCiphertextBlob(blob)) throw invalidCiphertext();
  return caller.names.findById(blobKeyIdKind(blob), blob, blobKeyIdOffset);
}

function refuseAlias(name: string): void {
  if (!isAlias(name)) return;
  throw new KmsError('InvalidArnException', 'Key Aliases are not supported for this operation.');
}

async function findKey(row: KeyRow, members: Members, caller: Caller): Promise<KmsKey> {
  const { keyMember, blobMember } = row.key;
  const name = members[keyMember];
  if (name !== undefined) return findNamedKey(row, name as string, caller);
  const blob = members[blobMember as string] as Uint8Array;
  const key = await caller.engine.registry.findById(caller.names, blobKeyId(blob));
  if (key === undefined) throw ciphertextAccessDenied(caller.principal, row.action);
  return key;
}

async function findNamedKey(row: KeyRow, name: string, caller: Caller): Promise<KmsKey> {
  try {
    return await caller.engine.registry.resolve(caller.names, name);
  } catch (error) {
    // No answer tells whether another account's key exists.
    if (isNotFound(error)) authorize(row.action, parseKmsArn(name)?.account, caller.principal);
    throw error;
  }
}

function authorize(
  action: string,
  resourceAccount: string | undefined,
  principal: Principal,
): void {
  if (resourceAccount === undefined) return;
  if (decide({ principal, resourceAccount }).decision === 'Deny')
    throw resourceAccessDenied(principal, action);
}

/**
 * A dry run goes all the way, so that it fails where the request would fail; what it made is thrown
 * away.
 */
function dryRun(output: unknown): never {
  const { Plaintext } = output as { Plaintext?: Uint8Array };
  Plaintext?.fill(0);
  const message = 'The request would have succeeded, but the DryRun option is set.';
  throw new KmsError('DryRunOperationException', message);
}

function isNotFound(error: unknown): boolean {
  return error instanceof KmsError && error.code === 'NotFoundException';
}
