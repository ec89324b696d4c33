// GenerateDataKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { parseEncryptionContext } from '../envelope/encryption_context.js';
import { allocateCiphertext } from '../hsm/index.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type { GenerateDataKeyInput, GenerateDataKeyOutput } from '../types.js';
import { checkDataKeySize, dataKeyShape, dataKeySizeBytes } from './data_key_size.js';
import { algorithmValues } from './encryption_algorithm.js';
import { recipient } from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const generateDataKey: KeyOperation<GenerateDataKeyInput, GenerateDataKeyOutput> = {
  name: 'GenerateDataKey',
  action: actionNamed('kms:GenerateDataKey'),
  validate: compileShape(dataKeyShape, [recipient]),
  key: { keyMember: 'KeyId', aliases: true },
  aliasMember: 'KeyId',
  encryptionContext: ({ EncryptionContext }) => parseEncryptionContext(EncryptionContext),
  conditions: () => algorithmValues(),
  state: mustBeEnabled,
  usedFor: 'GenerateDataKey',
  check: checkDataKeySize,
  run(request, key, { engine: { hsm, registry } }) {
    const sizeBytes = dataKeySizeBytes(request);
    const CiphertextBlob = allocateCiphertext(sizeBytes + ciphertextBlobOverheadBytes);
    const { currentMaterial } = key;
    const handle = registry.currentHandle(key);
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
