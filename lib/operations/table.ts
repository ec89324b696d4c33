// All operations of AWS's API: those that are served, and those that are not yet. Asking for one of
// these is UnsupportedOperationException.

import { KmsError } from '../errors.js';
import { cancelKeyDeletion } from './cancel_key_deletion.js';
import { createAlias } from './create_alias.js';
import { createGrant } from './create_grant.js';
import { createKey } from './create_key.js';
import { decrypt } from './decrypt.js';
import { deleteAlias } from './delete_alias.js';
import { describeKey } from './describe_key.js';
import { disableKey } from './disable_key.js';
import { disableKeyRotation } from './disable_key_rotation.js';
import { enableKey } from './enable_key.js';
import { enableKeyRotation } from './enable_key_rotation.js';
import { encrypt } from './encrypt.js';
import { generateDataKey } from './generate_data_key.js';
import { generateDataKeyWithoutPlaintext } from './generate_data_key_without_plaintext.js';
import { generateRandom } from './generate_random.js';
import { getKeyLastUsage } from './get_key_last_usage.js';
import { getKeyPolicy } from './get_key_policy.js';
import { getKeyRotationStatus } from './get_key_rotation_status.js';
import { listAliases } from './list_aliases.js';
import { listGrants } from './list_grants.js';
import { listKeyPolicies } from './list_key_policies.js';
import { listKeyRotations } from './list_key_rotations.js';
import { listKeys } from './list_keys.js';
import { listResourceTags } from './list_resource_tags.js';
import { listRetirableGrants } from './list_retirable_grants.js';
import type { Operation } from './operation.js';
import { putKeyPolicy } from './put_key_policy.js';
import { reEncrypt } from './re_encrypt.js';
import { retireGrant } from './retire_grant.js';
import { revokeGrant } from './revoke_grant.js';
import { rotateKeyOnDemand } from './rotate_key_on_demand.js';
import { scheduleKeyDeletion } from './schedule_key_deletion.js';
import { tagResource } from './tag_resource.js';
import { untagResource } from './untag_resource.js';
import { updateAlias } from './update_alias.js';
import { updateKeyDescription } from './update_key_description.js';

/** What is served, by AWS's name. */
export const operations = {
  CancelKeyDeletion: cancelKeyDeletion,
  CreateAlias: createAlias,
  CreateGrant: createGrant,
  CreateKey: createKey,
  Decrypt: decrypt,
  DeleteAlias: deleteAlias,
  DescribeKey: describeKey,
  DisableKey: disableKey,
  DisableKeyRotation: disableKeyRotation,
  EnableKey: enableKey,
  EnableKeyRotation: enableKeyRotation,
  Encrypt: encrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  GenerateRandom: generateRandom,
  GetKeyLastUsage: getKeyLastUsage,
  GetKeyPolicy: getKeyPolicy,
  GetKeyRotationStatus: getKeyRotationStatus,
  ListAliases: listAliases,
  ListGrants: listGrants,
  ListKeyPolicies: listKeyPolicies,
  ListKeyRotations: listKeyRotations,
  ListKeys: listKeys,
  ListResourceTags: listResourceTags,
  ListRetirableGrants: listRetirableGrants,
  PutKeyPolicy: putKeyPolicy,
  ReEncrypt: reEncrypt,
  RetireGrant: retireGrant,
  RevokeGrant: revokeGrant,
  RotateKeyOnDemand: rotateKeyOnDemand,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateAlias: updateAlias,
  UpdateKeyDescription: updateKeyDescription,
} as const;

/** What is not served yet: other key specs, imported material, multi-Region keys, key stores. */
export const unservedOperations: readonly string[] = [
  'ConnectCustomKeyStore',
  'CreateCustomKeyStore',
  'Decapsulate',
  'DeleteCustomKeyStore',
  'DeleteImportedKeyMaterial',
  'DeriveSharedSecret',
  'DescribeCustomKeyStores',
  'DisconnectCustomKeyStore',
  'Encapsulate',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateMac',
  'GetParametersForImport',
  'GetPublicKey',
  'ImportKeyMaterial',
  'ReplicateKey',
  'Sign',
  'UpdateCustomKeyStore',
  'UpdatePrimaryRegion',
  'Verify',
  'VerifyMac',
];

/** The operation with AWS's name. @throws KmsError UnsupportedOperationException */
export function operationNamed(name: string): Operation<object, object> {
  if (Object.hasOwn(operations, name)) {
    return operations[name as keyof typeof operations] as unknown as Operation<object, object>;
  }
  throw new KmsError('UnsupportedOperationException', `${String(name)} is not supported yet`);
}
