// What AWS KMS tells of a key, made from its record.

import type { KeyMetadata } from '../types.js';
import type { KmsKey } from './kms_key.js';

export function keyMetadata(key: KmsKey): KeyMetadata {
  const { record } = key;
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(record.createdAtMs),
    Enabled: record.keyState === 'Enabled',
    Description: record.description,
    KeyUsage: record.keyUsage,
    KeyState: record.keyState,
    ...(record.deletionAtMs === undefined ? {} : { DeletionDate: new Date(record.deletionAtMs) }),
    Origin: record.origin,
    KeyManager: record.keyManager,
    CustomerMasterKeySpec: record.keySpec,
    KeySpec: record.keySpec,
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    CurrentKeyMaterialId: key.currentMaterial.keyMaterialId,
  };
}
