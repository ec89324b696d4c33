// Whether a caller may have now what it was given before: the authorization decision and the look
// at the key's state that an operation on data keys begins with, and nothing else. What keeps data
// keys asks at every use, so that a disabled key, a changed policy and a revoked grant count at
// once.

import type { NewDataKeyInput } from '../types.js';
import { dispatchAtOnce } from './dispatch.js';
import { encrypt } from './encrypt.js';
import { newDataKey } from './new_data_key.js';
import { openDataKey } from './open_data_key.js';
import type { Caller, KeyOperation, Operation } from './operation.js';

/** The operation whose permission is asked for. */
export type DataKeyUseName = keyof typeof dataKeyUses;

export interface AllowedDataKeyUse {
  /** The ARN of the key that the name means now. */
  keyId: string;
  /** The material that would wrap a data key now. */
  keyMaterialId: string;
}

/** Asks the question: at once, unless something must be waited for. */
export type DataKeyUseCheck = () => AllowedDataKeyUse | Promise<AllowedDataKeyUse>;

/**
 * @returns what asks, as often as it is called, whether the caller may do it now: it throws what the
 * operation would
 * @throws KmsError ValidationException
 */
export function prepareDataKeyUse(
  use: DataKeyUseName,
  input: NewDataKeyInput,
  caller: Caller,
): DataKeyUseCheck {
  const operation = dataKeyUses[use];
  const { validate } = operation;
  const request = validate(input);
  const valid = { ...operation, validate: Object.assign(() => request, { shape: validate.shape }) };
  return () => dispatchAtOnce(valid, input, caller);
}

const dataKeyUses = {
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
