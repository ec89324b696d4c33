// Encrypt of a data key that stays inside: the wrapped form that a further KMS key gives it. It
// needs the permission of Encrypt.

import { type DataKey, handleOfDataKey } from '../hsm/index.js';
import type { NewDataKeyInput } from '../types.js';
import { encrypt } from './encrypt.js';
import { newDataKey } from './new_data_key.js';
import type { KeyOperation } from './operation.js';

export interface WrapDataKeyInput extends NewDataKeyInput {
  readonly dataKey: DataKey;
}
export interface WrapDataKeyOutput {
  encryptedDataKey: Uint8Array;
  /** The ARN of the KMS key that wrapped it. */
  keyId: string;
  keyMaterialId: string;
}

/** The operation for one data key, which is no member that a shape could check. */
export function wrappingOf(dataKey: DataKey): KeyOperation<NewDataKeyInput, WrapDataKeyOutput> {
  return {
    ...newDataKey,
    name: 'WrapDataKey',
    action: encrypt.action,
    usedFor: 'Encrypt',
    run({ encryptionContext }, key, { engine: { hsm, registry } }) {
      const { keyMaterialId } = key.currentMaterial;
      const encryptedDataKey = hsm.kmsKeyWrapDataKey(
        registry.currentHandle(key),
        handleOfDataKey(dataKey),
        encryptionContext,
      );
      return { encryptedDataKey, keyId: key.arn, keyMaterialId };
    },
  };
}
