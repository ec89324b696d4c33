// Our newDataKey: GenerateDataKey whose plaintext stays inside, as a handle. It needs the
// permission of GenerateDataKey.

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { parseEncryptionContext } from '../envelope/encryption_context.js';
import { allocateCiphertext, dataKeyFromHandle, takeEmptiedHandle } from '../hsm/index.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type { NewDataKeyInput, NewDataKeyOutput } from '../types.js';
import { algorithmValues } from './encryption_algorithm.js';
import { encryptionContextMember, requiredKeyIdMember } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

/** The size of every data key that stays inside. */
export const dataKeySizeBytes = 32;

export const newDataKey: KeyOperation<NewDataKeyInput, NewDataKeyOutput> = {
  name: 'NewDataKey',
  ours: true,
  action: actionNamed('kms:GenerateDataKey'),
  validate: compileShape<NewDataKeyInput>({
    keyId: requiredKeyIdMember,
    encryptionContext: encryptionContextMember,
  }),
  key: { keyMember: 'keyId', aliases: true },
  aliasMember: 'keyId',
  encryptionContext: ({ encryptionContext }) => parseEncryptionContext(encryptionContext),
  conditions: () => algorithmValues(),
  state: mustBeEnabled,
  usedFor: 'GenerateDataKey',
  run({ encryptionContext }, key, { engine: { hsm, registry } }) {
    const encryptedDataKey = allocateCiphertext(dataKeySizeBytes + ciphertextBlobOverheadBytes);
    const { currentMaterial } = key;
    const handle = registry.currentHandle(key);
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
