// The actions of AWS KMS and what governs each: contract §1 (column "Auth · X-acct") and §5.2.

/** An action, one object for each: compare by identity. */
export interface KmsAction {
  /** `kms:Encrypt` */
  readonly name: string;
  readonly index: number;
  /** Whether the key's policy decides, or identity policies alone. */
  readonly authority: 'key' | 'identity';
  /** Whether a caller from another account can be allowed. */
  readonly crossAccount: boolean;
  /** Whether a grant can allow it. */
  readonly grantable: boolean;
}

type Row = Omit<KmsAction, 'name' | 'index'>;

const grantable: Row = { authority: 'key', crossAccount: true, grantable: true };
const shared: Row = { authority: 'key', crossAccount: true, grantable: false };
const own: Row = { authority: 'key', crossAccount: false, grantable: false };
const identity: Row = { authority: 'identity', crossAccount: false, grantable: false };

const rows: readonly (readonly [Row, string])[] = [
  [
    grantable,
    'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair ' +
      'GenerateDataKeyPairWithoutPlaintext ReEncryptFrom ReEncryptTo Sign Verify GetPublicKey CreateGrant ' +
      'RetireGrant DescribeKey GenerateMac VerifyMac DeriveSharedSecret Encapsulate Decapsulate',
  ],
  [shared, 'ListGrants RevokeGrant GetKeyRotationStatus'],
  [
    own,
    'CancelKeyDeletion CreateAlias DeleteAlias DeleteImportedKeyMaterial DisableKey DisableKeyRotation EnableKey ' +
      'EnableKeyRotation GetKeyLastUsage GetKeyPolicy GetParametersForImport ImportKeyMaterial ListKeyPolicies ' +
      'ListKeyRotations ListResourceTags PutKeyPolicy ReplicateKey RotateKeyOnDemand ScheduleKeyDeletion ' +
      'SynchronizeMultiRegionKey TagResource UntagResource UpdateAlias UpdateKeyDescription UpdatePrimaryRegion',
  ],
  [
    identity,
    'ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DescribeCustomKeyStores ' +
      'DisconnectCustomKeyStore GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore',
  ],
];

/** All actions, by index. */
export const kmsActions: readonly KmsAction[] = rows
  .flatMap(([row, list]) => list.split(' ').map((operation) => ({ ...row, operation })))
  .map(({ operation, ...row }, index) =>
    Object.freeze({ name: `kms:${operation}`, index, ...row }),
  );

const byName = new Map(kmsActions.map((action) => [action.name, action]));

/** @param name - as AWS spells it, `kms:Encrypt`; @returns undefined when there is no such action */
export function kmsAction(name: string): KmsAction | undefined {
  return byName.get(name);
}

/** The 19 operations that grants can allow, in AWS's order, without `kms:`. */
export const grantOperations: readonly string[] = kmsActions
  .filter((action) => action.grantable)
  .map(({ name }) => name.slice('kms:'.length));
