// Encrypt. https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html

import { usableStates } from '../keys/key_state.js';
import type { EncryptInput, EncryptOutput } from '../types.js';
import { requireSymmetricAlgorithm } from './encryption_algorithm.js';
import {
  dryRunMember,
  encryptionAlgorithmMember,
  encryptionContextMember,
  grantTokens,
  plaintextMember,
  requiredKeyIdMember,
} from './members.js';
import type { KeyOperation } from './operation.js';
import { compileShape } from './shape.js';

export const encrypt: KeyOperation<EncryptInput, EncryptOutput> = {
  name: 'Encrypt',
  action: 'kms:Encrypt',
  validate: compileShape<EncryptInput>(
    {
      KeyId: requiredKeyIdMember,
      Plaintext: plaintextMember,
      EncryptionContext: encryptionContextMember,
      EncryptionAlgorithm: encryptionAlgorithmMember,
      DryRun: dryRunMember,
    },
    [grantTokens],
  ),
  key: { keyMember: 'KeyId', aliases: true },
  states: usableStates,
  run({ Plaintext, EncryptionContext, EncryptionAlgorithm }, key, { engine }) {
    requireSymmetricAlgorithm(EncryptionAlgorithm, key);
    const handle = engine.registry.handle(key, key.currentMaterial);
    return {
      CiphertextBlob: engine.hsm.kmsKeyEncrypt(handle, Plaintext, EncryptionContext),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },
};
