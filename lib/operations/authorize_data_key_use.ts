// Whether a caller may have now what it was given before: the authorization decision and the look
// at the key's state that an operation on data keys begins with, and nothing else. What keeps data
// keys asks at every use, so that a disabled key, a changed policy and a revoked grant count at
// once.

import type { NewDataKeyInput } from '../types.js';
import { encrypt } from './encrypt.js';
import { newDataKey } from './new_data_key.js';
import { openDataKey } from './open_data_key.js';
import type { KeyOperation, Operation } from './operation.js';

/** The operation whose permission is asked for. */
export type DataKeyUseName = keyof typeof dataKeyUses;

export interface AllowedDataKeyUse {
  /** The ARN of the key that the name means now. */
  keyId: string;
  /** The material that would wrap a data key now. */
  keyMaterialId: string;
}

export const dataKeyUses = {
  NewDataKey: useOf(newDataKey),
  WrapDataKey: useOf(encrypt),
  OpenDataKey: useOf(openDataKey),
} as const;

function useOf({
  name,
  action,
}: Pick<Operation<never, never>, 'name' | 'action'>): KeyOperation<
  NewDataKeyInput,
  AllowedDataKeyUse
> {
  // It is no use of the KMS key: GetKeyLastUsage does not tell of it.
  const { usedFor: _, ...request } = newDataKey;
  return {
    ...request,
    name: `${name} (cached)`,
    action,
    run: (_request, key) => ({
      keyId: key.arn,
      keyMaterialId: key.currentMaterial.keyMaterialId,
    }),
  };
}
