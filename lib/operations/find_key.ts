// Finds the key of a request in the store, by the name that the request gives it or by the ciphertext.

import { parseKmsArn } from '../arn.js';
import type { Caller as Asker } from '../authorization/index.js';
import { unknownCiphertextText, unknownKeyText } from '../authorization/index.js';
import {
  blobKeyId,
  blobKeyIdKind,
  blobKeyIdOffset,
  isCiphertextBlob,
} from '../envelope/ciphertext_blob.js';
import { KmsError } from '../errors.js';
import type { KmsKey } from '../keys/kms_key.js';
import { firstUseOfAwsManagedKey } from './aws_managed_key.js';
import { refuseAlias } from './key_name.js';
import type { Caller, KeyLocator, Permission } from './operation.js';
import type { Validated } from './shape.js';
import { invalidCiphertext } from './unwrap.js';

/** What of an operation says how its key is found. */
type Finding<Input> = Permission<Input> & { readonly key: KeyLocator<Input> };
type Members = Readonly<Record<string, unknown>>;

/** The usual case: a key that this process has open, under a name that it has seen. */
export function findOpenKey<Input>(
  { key: { keyMember, aliases, blobMember } }: Finding<Input>,
  request: Validated<Input>,
  caller: Caller,
): KmsKey | undefined {
  const members = request as Members;
  const name = members[keyMember];
  if (name !== undefined) {
    if (!aliases) refuseAlias(name as string);
    return caller.names.find(name as string);
  }
  const blob = members[blobMember as string] as Uint8Array;
  if (!isCiphertextBlob(blob)) throw invalidCiphertext();
  return caller.names.findById(blobKeyIdKind(blob), blob, blobKeyIdOffset);
}

/** @throws KmsError NotFoundException, AccessDeniedException, InvalidCiphertextException */
export function findKey<Input>(
  operation: Finding<Input>,
  request: Validated<Input>,
  caller: Caller,
  asker: Asker,
): Promise<KmsKey> {
  const members = request as Members;
  const { keyMember, blobMember } = operation.key;
  const name = members[keyMember];
  if (name !== undefined) return findNamedKey(operation, name as string, caller, asker);
  return findKeyOfBlob(operation, members[blobMember as string] as Uint8Array, caller, asker);
}

/**
 * Finds the key that made a ciphertext blob. Whoever may not use a key of another account is told
 * what is told of one that does not exist.
 *
 * @throws KmsError AccessDeniedException, InvalidCiphertextException
 */
export async function findKeyOfBlob<Input>(
  { action }: Permission<Input>,
  blob: Uint8Array,
  { engine, names }: Caller,
  { principal }: Asker,
): Promise<KmsKey> {
  if (!isCiphertextBlob(blob)) throw invalidCiphertext();
  const key = await engine.registry.findById(names, blobKeyId(blob));
  if (key !== undefined) return key;
  throw new KmsError('AccessDeniedException', unknownCiphertextText(principal.arn, action.name));
}

/** @throws KmsError NotFoundException; AccessDeniedException in its place in another account */
export async function findNamedKey<Input>(
  permission: Permission<Input>,
  name: string,
  caller: Caller,
  { principal }: Asker,
): Promise<KmsKey> {
  const { engine, names } = caller;
  const known = names.find(name);
  if (known !== undefined) return known;
  try {
    return await engine.registry.resolve(names, name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const made = await firstUseOfAwsManagedKey(name, permission.action, caller);
    if (made !== undefined) return made;
    // No answer tells whether another account's key exists.
    const { account = names.account } = parseKmsArn(name) ?? {};
    if (account === principal.account || account === names.account) throw error;
    const text = unknownKeyText(principal.arn, permission.action.name);
    throw new KmsError('AccessDeniedException', text);
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof KmsError && error.code === 'NotFoundException';
}
