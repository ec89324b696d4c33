// Decrypt. https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html

import type { Addon, KmsKeyHandle } from '../hsm/index.js';
import { usableStates } from '../keys/key_state.js';
import type { DecryptInput, DecryptOutput } from '../types.js';
import { requireKeyIdForAsymmetric, requireSymmetricAlgorithm } from './encryption_algorithm.js';
import {
  ciphertextBlobMember,
  dryRunMember,
  encryptionAlgorithmMember,
  encryptionContextMember,
  grantTokens,
  keyIdMember,
  recipient,
} from './members.js';
import type { KeyOperation } from './operation.js';
import { compileShape } from './shape.js';
import { unwrap } from './unwrap.js';

export const decrypt: KeyOperation<DecryptInput, DecryptOutput> = {
  name: 'Decrypt',
  action: 'kms:Decrypt',
  validate: compileShape<DecryptInput>(
    {
      CiphertextBlob: ciphertextBlobMember,
      EncryptionContext: encryptionContextMember,
      KeyId: keyIdMember,
      EncryptionAlgorithm: encryptionAlgorithmMember,
      DryRun: dryRunMember,
    },
    [grantTokens, recipient, 'DryRunModifiers'],
  ),
  key: { keyMember: 'KeyId', aliases: true, blobMember: 'CiphertextBlob' },
  states: usableStates,
  check: ({ EncryptionAlgorithm, KeyId }) => requireKeyIdForAsymmetric(EncryptionAlgorithm, KeyId),
  run({ CiphertextBlob, EncryptionContext, EncryptionAlgorithm }, key, { engine }) {
    requireSymmetricAlgorithm(EncryptionAlgorithm, key);
    const { value, keyMaterialId } = unwrap(
      CiphertextBlob,
      EncryptionContext,
      key,
      engine,
      openPlaintext,
    );
    return {
      KeyId: key.arn,
      Plaintext: value,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: keyMaterialId,
    };
  },
};

function openPlaintext(
  hsm: Addon,
  handle: KmsKeyHandle,
  blob: Uint8Array,
  encryptionContext: Uint8Array | undefined,
): Uint8Array {
  return hsm.kmsKeyDecrypt(handle, blob, encryptionContext);
}
