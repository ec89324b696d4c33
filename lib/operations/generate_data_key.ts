// GenerateDataKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { allocateCiphertext } from '../hsm/index.js';
import { usableStates } from '../keys/key_state.js';
import type { GenerateDataKeyInput, GenerateDataKeyOutput } from '../types.js';
import { checkDataKeySize, dataKeyShape, dataKeySizeBytes } from './data_key_size.js';
import { grantTokens, recipient } from './members.js';
import type { KeyOperation } from './operation.js';
import { compileShape } from './shape.js';

export const generateDataKey: KeyOperation<GenerateDataKeyInput, GenerateDataKeyOutput> = {
  name: 'GenerateDataKey',
  action: 'kms:GenerateDataKey',
  validate: compileShape(dataKeyShape, [grantTokens, recipient]),
  key: { keyMember: 'KeyId', aliases: true },
  states: usableStates,
  check: checkDataKeySize,
  run(request, key, { engine: { hsm, registry } }) {
    const sizeBytes = dataKeySizeBytes(request);
    const CiphertextBlob = allocateCiphertext(sizeBytes + ciphertextBlobOverheadBytes);
    const { currentMaterial } = key;
    const handle = registry.handle(key, currentMaterial);
    return {
      CiphertextBlob,
      Plaintext: hsm.kmsKeyGenerateDataKey(
        handle,
        sizeBytes,
        CiphertextBlob,
        request.EncryptionContext,
      ),
      KeyId: key.arn,
      KeyMaterialId: currentMaterial.keyMaterialId,
    };
  },
};
