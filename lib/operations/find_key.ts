// Finds the key of a request in the store, by the name that the request gives it or by the ciphertext.

import {
  blobKeyId,
  blobKeyIdKind,
  blobKeyIdOffset,
  isCiphertextBlob,
} from '../envelope/ciphertext_blob.js';
import { KmsError } from '../errors.js';
import { findInAnyAccount } from '../keys/accounts.js';
import type { KmsKey } from '../keys/kms_key.js';
import { locate } from '../keys/registry.js';
import { firstUseOfAwsManagedKey } from './aws_managed_key.js';
import { refuseAlias } from './key_name.js';
import type { KeyLocator } from './operation.js';
import type { OperationCall } from './operation_call.js';
import { invalidCiphertext } from './unwrap.js';

type Members = Readonly<Record<string, unknown>>;

/** The usual case: a key that this process has open, under a name that it has seen. */
export function findOpenKey<Input>(
  { keyMember, aliases, blobMember }: KeyLocator<Input>,
  { request, caller: { names } }: OperationCall<Input>,
): KmsKey | undefined {
  const members = request as Members;
  const name = members[keyMember];
  if (name !== undefined) {
    if (!aliases) refuseAlias(name as string);
    return names.find(name as string);
  }
  const blob = members[blobMember as string] as Uint8Array;
  if (!isCiphertextBlob(blob)) throw invalidCiphertext();
  return names.findById(blobKeyIdKind(blob), blob, blobKeyIdOffset);
}

/** @throws KmsError NotFoundException, AccessDeniedException, InvalidCiphertextException */
export function findKey<Input>(
  { keyMember, blobMember }: KeyLocator<Input>,
  call: OperationCall<Input>,
): Promise<KmsKey> {
  const members = call.request as Members;
  const name = members[keyMember];
  if (name !== undefined) return findNamedKey(name as string, call);
  return findKeyOfBlob(members[blobMember as string] as Uint8Array, call);
}

/**
 * Finds the key that made a ciphertext blob: in the caller's account as a rule, else in the others.
 *
 * @throws KmsError AccessDeniedException, InvalidCiphertextException
 */
async function findKeyOfBlob<Input>(blob: Uint8Array, call: OperationCall<Input>): Promise<KmsKey> {
  if (!isCiphertextBlob(blob)) throw invalidCiphertext();
  const { engine, names } = call.caller;
  const keyId = blobKeyId(blob);
  const key =
    (await engine.registry.findById(names, keyId)) ??
    (await findInAnyAccount(engine.registry, names.region, keyId));
  if (key === undefined) throw call.unknownKey();
  return key;
}

/** @throws KmsError NotFoundException; AccessDeniedException in its place in another account */
export async function findNamedKey<Input>(
  name: string,
  call: OperationCall<Input>,
): Promise<KmsKey> {
  const { engine, names } = call.caller;
  const known = names.find(name);
  if (known !== undefined) return known;
  const { account } = locate(names, name);
  try {
    return await engine.registry.resolve(names, name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const made = await firstUseOfAwsManagedKey(name, call);
    if (made !== undefined) return made;
    // No answer tells whether another account's key exists. A service is of no account.
    throw account === (call.asker.principal.account || names.account) ? error : call.unknownKey();
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof KmsError && error.code === 'NotFoundException';
}
