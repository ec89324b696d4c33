// CreateKey. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html

import { KmsError } from '../errors.js';
import { keyMetadata } from '../keys/key_metadata.js';
import type { CreateKeyInput, CreateKeyOutput } from '../types.js';
import { customerMasterKeySpecValues, keySpecValues } from './members.js';
import type { KeylessOperation } from './operation.js';
import type { Validated } from './shape.js';
import { compileShape } from './shape.js';

const unserved = ['Policy', 'CustomKeyStoreId', 'Tags', 'MultiRegion', 'XksKeyId'];

export const createKey: KeylessOperation<CreateKeyInput, CreateKeyOutput> = {
  name: 'CreateKey',
  action: 'kms:CreateKey',
  validate: compileShape<CreateKeyInput>(
    {
      Description: { kind: 'string', min: 0, max: 8192 },
      KeyUsage: {
        kind: 'enum',
        values: [
          'ENCRYPT_DECRYPT',
          'SIGN_VERIFY',
          'GENERATE_VERIFY_MAC',
          'KEY_AGREEMENT',
          'ENCAPSULATE_DECAPSULATE',
        ],
      },
      CustomerMasterKeySpec: { kind: 'enum', values: customerMasterKeySpecValues },
      KeySpec: { kind: 'enum', values: keySpecValues },
      Origin: {
        kind: 'enum',
        values: ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'],
      },
    },
    unserved,
  ),
  check,
  async run({ Description = '' }, { engine, names }) {
    return { KeyMetadata: keyMetadata(await engine.registry.createKey(names, Description)) };
  },
};

function check({
  KeySpec,
  CustomerMasterKeySpec,
  KeyUsage,
  Origin,
}: Validated<CreateKeyInput>): void {
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) throw bothSpecs();
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  if (spec !== 'SYMMETRIC_DEFAULT') throw unsupported(`KeySpec ${spec} is not supported yet`);
  if (KeyUsage !== undefined && KeyUsage !== 'ENCRYPT_DECRYPT')
    throw incompatibleUsage(KeyUsage, spec);
  if (Origin !== undefined && Origin !== 'AWS_KMS')
    throw unsupported(`Origin ${Origin} is not supported yet`);
}

function bothSpecs(): KmsError {
  return new KmsError(
    'ValidationException',
    'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
  );
}

function incompatibleUsage(usage: string, spec: string): KmsError {
  return new KmsError(
    'ValidationException',
    `KeyUsage ${usage} is not compatible with KeySpec ${spec}`,
  );
}

function unsupported(message: string): KmsError {
  return new KmsError('UnsupportedOperationException', message);
}
