// GenerateDataKeyWithoutPlaintext.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { parseEncryptionContext } from '../envelope/encryption_context.js';
import { allocateCiphertext } from '../hsm/index.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type {
  GenerateDataKeyWithoutPlaintextInput,
  GenerateDataKeyWithoutPlaintextOutput,
} from '../types.js';
import { checkDataKeySize, dataKeyShape, dataKeySizeBytes } from './data_key_size.js';
import { algorithmValues } from './encryption_algorithm.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const generateDataKeyWithoutPlaintext: KeyOperation<
  GenerateDataKeyWithoutPlaintextInput,
  GenerateDataKeyWithoutPlaintextOutput
> = {
  name: 'GenerateDataKeyWithoutPlaintext',
  action: actionNamed('kms:GenerateDataKeyWithoutPlaintext'),
  validate: compileShape(dataKeyShape),
  key: { keyMember: 'KeyId', aliases: true },
  aliasMember: 'KeyId',
  encryptionContext: ({ EncryptionContext }) => parseEncryptionContext(EncryptionContext),
  conditions: () => algorithmValues(),
  state: mustBeEnabled,
  usedFor: 'GenerateDataKeyWithoutPlaintext',
  check: checkDataKeySize,
  run(request, key, { engine: { hsm, registry } }) {
    const sizeBytes = dataKeySizeBytes(request);
    const CiphertextBlob = allocateCiphertext(sizeBytes + ciphertextBlobOverheadBytes);
    const { currentMaterial } = key;
    const handle = registry.currentHandle(key);
    hsm.kmsKeyGenerateDataKeyWithoutPlaintext(
      handle,
      sizeBytes,
      CiphertextBlob,
      request.EncryptionContext,
    );
    return { CiphertextBlob, KeyId: key.arn, KeyMaterialId: currentMaterial.keyMaterialId };
  },
};
