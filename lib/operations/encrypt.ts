// Encrypt. https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html

import { parseEncryptionContext } from '../envelope/encryption_context.js';
import { mustBeEnabled } from '../keys/key_state.js';
import type { EncryptInput, EncryptOutput } from '../types.js';
import { algorithmValues, requireSymmetricAlgorithm } from './encryption_algorithm.js';
import {
  dryRunMember,
  encryptionAlgorithmMember,
  encryptionContextMember,
  grantTokensMember,
  plaintextMember,
  requiredKeyIdMember,
} from './members.js';
import type { KeyOperation } from './operation.js';
import { actionNamed } from './operation_call.js';
import { compileShape } from './shape.js';

export const encrypt: KeyOperation<EncryptInput, EncryptOutput> = {
  name: 'Encrypt',
  action: actionNamed('kms:Encrypt'),
  validate: compileShape<EncryptInput>({
    KeyId: requiredKeyIdMember,
    Plaintext: plaintextMember,
    EncryptionContext: encryptionContextMember,
    EncryptionAlgorithm: encryptionAlgorithmMember,
    GrantTokens: grantTokensMember,
    DryRun: dryRunMember,
  }),
  key: { keyMember: 'KeyId', aliases: true },
  aliasMember: 'KeyId',
  encryptionContext: ({ EncryptionContext }) => parseEncryptionContext(EncryptionContext),
  conditions: ({ EncryptionAlgorithm }) => algorithmValues(EncryptionAlgorithm),
  state: mustBeEnabled,
  usedFor: 'Encrypt',
  run({ Plaintext, EncryptionContext, EncryptionAlgorithm }, key, { engine }) {
    requireSymmetricAlgorithm(EncryptionAlgorithm, key);
    const handle = engine.registry.currentHandle(key);
    return {
      CiphertextBlob: engine.hsm.kmsKeyEncrypt(handle, Plaintext, EncryptionContext),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    };
  },
};
