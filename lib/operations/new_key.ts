// A key that is not there yet, as far as it can be decided upon: its id is not known, so that no
// policy can ask for it.

import { keyArn } from '../arn.js';
import type { CompiledPolicy, Resource } from '../authorization/index.js';
import { keyResource } from '../authorization/index.js';
import { keySpecValues } from '../keys/kms_key.js';
import type { Caller } from './operation.js';

/** What conditions can ask of every key that is made here. */
export const newKeyValues = keySpecValues({
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
});

/** The key that is about to be made in the caller's account and Region. */
export function newKeyResource(
  { names: { account, region } }: Caller,
  policy: CompiledPolicy,
  tags: Readonly<Record<string, string>>,
): Resource {
  return keyResource(keyArn(account, region, '*'), account, { policy, tags, keys: newKeyValues });
}
