// Decrypt. https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html

import { parseEncryptionContext } from '../envelope/encryption_context.js';
import type { Addon, KmsKeyHandle } from '../hsm/index.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type { DecryptInput, DecryptOutput } from '../types.js';
import { ignoresCiphertext, requireCiphertext } from './dry_run_modifiers.js';
import {
  algorithmValues,
  requireKeyIdForAsymmetric,
  requireSymmetricAlgorithm,
} from './encryption_algorithm.js';
import {
  ciphertextBlobMember,
  dryRunMember,
  dryRunModifiersMember,
  encryptionAlgorithmMember,
  encryptionContextMember,
  grantTokensMember,
  keyIdMember,
  recipient,
} from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';
import { unwrap } from './unwrap.js';

export const decrypt: KeyOperation<DecryptInput, DecryptOutput> = {
  name: 'Decrypt',
  action: actionNamed('kms:Decrypt'),
  validate: compileShape<DecryptInput>(
    {
      CiphertextBlob: ciphertextBlobMember,
      EncryptionContext: encryptionContextMember,
      GrantTokens: grantTokensMember,
      KeyId: keyIdMember,
      EncryptionAlgorithm: encryptionAlgorithmMember,
      DryRun: dryRunMember,
      DryRunModifiers: dryRunModifiersMember,
    },
    [recipient],
  ),
  check(request) {
    const { EncryptionAlgorithm, KeyId } = request;
    requireCiphertext(request, KeyId, 'keyId');
    requireKeyIdForAsymmetric(EncryptionAlgorithm, KeyId);
  },
  key: { keyMember: 'KeyId', aliases: true, blobMember: 'CiphertextBlob' },
  aliasMember: 'KeyId',
  encryptionContext: ({ EncryptionContext }) => parseEncryptionContext(EncryptionContext),
  conditions: ({ EncryptionAlgorithm }) => algorithmValues(EncryptionAlgorithm),
  state: mustBeEnabled,
  usedFor: 'Decrypt',
  run(request, key, { engine }) {
    const { CiphertextBlob, EncryptionContext, EncryptionAlgorithm } = request;
    requireSymmetricAlgorithm(EncryptionAlgorithm, key);
    const { value, keyMaterialId } = ignoresCiphertext(request)
      ? { value: new Uint8Array(0), keyMaterialId: key.currentMaterial.keyMaterialId }
      : unwrap(CiphertextBlob as Uint8Array, EncryptionContext, key, engine, openPlaintext);
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
