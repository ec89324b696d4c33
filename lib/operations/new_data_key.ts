// Our newDataKey: GenerateDataKey whose plaintext stays inside, as a handle. It needs the
// permission of GenerateDataKey.

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { allocateCiphertext, dataKeyFromHandle, takeEmptiedHandle } from '../hsm/index.js';
import { usableStates } from '../keys/key_state.js';
import type { NewDataKeyInput, NewDataKeyOutput } from '../types.js';
import { encryptionContextMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { compileShape } from './shape.js';

/** The size of every data key that stays inside. */
export const dataKeySizeBytes = 32;

export const newDataKey: KeyOperation<NewDataKeyInput, NewDataKeyOutput> = {
  name: 'NewDataKey',
  action: 'kms:GenerateDataKey',
  validate: compileShape<NewDataKeyInput>({
    keyId: requiredKeyIdMember,
    encryptionContext: encryptionContextMember,
  }),
  key: { keyMember: 'keyId', aliases: true },
  states: usableStates,
  run({ encryptionContext }, key, { engine: { hsm, registry } }) {
    const encryptedDataKey = allocateCiphertext(dataKeySizeBytes + ciphertextBlobOverheadBytes);
    const { currentMaterial } = key;
    const handle = registry.handle(key, currentMaterial);
    return {
      dataKey: dataKeyFromHandle(
        hsm.kmsKeyNewDataKey(handle, encryptedDataKey, encryptionContext, takeEmptiedHandle()),
      ),
      encryptedDataKey,
      keyId: key.arn,
      keyMaterialId: currentMaterial.keyMaterialId,
    };
  },
};
