// GenerateDataKeyWithoutPlaintext.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html

import { ciphertextBlobOverheadBytes } from '../envelope/ciphertext_blob.js';
import { allocateCiphertext } from '../hsm/index.js';
import { usableStates } from '../keys/key_state.js';
import type {
  GenerateDataKeyWithoutPlaintextInput,
  GenerateDataKeyWithoutPlaintextOutput,
} from '../types.js';
import { checkDataKeySize, dataKeyShape, dataKeySizeBytes } from './data_key_size.js';
import { grantTokens } from './members.js';
import type { KeyOperation } from './operation.js';
import { compileShape } from './shape.js';

export const generateDataKeyWithoutPlaintext: KeyOperation<
  GenerateDataKeyWithoutPlaintextInput,
  GenerateDataKeyWithoutPlaintextOutput
> = {
  name: 'GenerateDataKeyWithoutPlaintext',
  action: 'kms:GenerateDataKeyWithoutPlaintext',
  validate: compileShape(dataKeyShape, [grantTokens]),
  key: { keyMember: 'KeyId', aliases: true },
  states: usableStates,
  check: checkDataKeySize,
  run(request, key, { engine: { hsm, registry } }) {
    const sizeBytes = dataKeySizeBytes(request);
    const CiphertextBlob = allocateCiphertext(sizeBytes + ciphertextBlobOverheadBytes);
    const { currentMaterial } = key;
    const handle = registry.handle(key, currentMaterial);
    hsm.kmsKeyGenerateDataKeyWithoutPlaintext(
      handle,
      sizeBytes,
      CiphertextBlob,
      request.EncryptionContext,
    );
    return { CiphertextBlob, KeyId: key.arn, KeyMaterialId: currentMaterial.keyMaterialId };
  },
};
