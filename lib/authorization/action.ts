// The actions of AWS KMS and what governs each: AWS KMS Developer Guide, "Permissions reference".
// And those of IAM and STS that lib/iam serves, with what the Service Authorization Reference says
// of them.

/** An action, one object for each: compare by identity. */
export interface KmsAction {
  /** `kms:Encrypt`, `iam:CreateUser` */
  readonly name: string;
  readonly index: number;
  /** Whether the policy of the key (or role) decides, or identity policies alone. */
  readonly authority: 'key' | 'identity';
  /** Whether a caller from another account can be allowed. */
  readonly crossAccount: boolean;
  /** Whether a grant can allow it. */
  readonly grantable: boolean;
  /** Whether `kms:CallerAccount` and `kms:ViaService` have a value for it. */
  readonly tellsCaller: boolean;
}

type Row = Omit<KmsAction, 'name' | 'index'>;

const own: Row = { authority: 'key', crossAccount: false, grantable: false, tellsCaller: true };
const shared: Row = { ...own, crossAccount: true };
const grantable: Row = { ...shared, grantable: true };
const identity: Row = { ...own, authority: 'identity' };
const keyless: Row = { ...identity, tellsCaller: false };

const rows: readonly (readonly [Row, string, string])[] = [
  [
    grantable,
    'kms',
    'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair ' +
      'GenerateDataKeyPairWithoutPlaintext ReEncryptFrom ReEncryptTo Sign Verify GetPublicKey ' +
      'CreateGrant RetireGrant DescribeKey GenerateMac VerifyMac DeriveSharedSecret Encapsulate ' +
      'Decapsulate',
  ],
  [shared, 'kms', 'ListGrants RevokeGrant GetKeyRotationStatus'],
  [
    own,
    'kms',
    'CancelKeyDeletion CreateAlias DeleteAlias DeleteImportedKeyMaterial DisableKey ' +
      'DisableKeyRotation EnableKey EnableKeyRotation GetKeyLastUsage GetKeyPolicy ' +
      'GetParametersForImport ImportKeyMaterial ListKeyPolicies ListKeyRotations ' +
      'ListResourceTags PutKeyPolicy ReplicateKey RotateKeyOnDemand ScheduleKeyDeletion ' +
      'SynchronizeMultiRegionKey TagResource UntagResource UpdateAlias UpdateKeyDescription ' +
      'UpdatePrimaryRegion',
  ],
  [
    identity,
    'kms',
    'ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore ' +
      'DescribeCustomKeyStores DisconnectCustomKeyStore UpdateCustomKeyStore',
  ],
  [keyless, 'kms', 'GenerateRandom ListAliases ListKeys ListRetirableGrants'],
  [
    keyless,
    'iam',
    'CreateUser GetUser ListUsers UpdateUser DeleteUser TagUser UntagUser ListUserTags ' +
      'CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey PutUserPolicy ' +
      'GetUserPolicy ListUserPolicies DeleteUserPolicy AttachUserPolicy DetachUserPolicy ' +
      'ListAttachedUserPolicies PutUserPermissionsBoundary DeleteUserPermissionsBoundary ' +
      'CreateRole GetRole ListRoles UpdateRole DeleteRole TagRole UntagRole ListRoleTags ' +
      'UpdateAssumeRolePolicy PutRolePolicy GetRolePolicy ListRolePolicies DeleteRolePolicy ' +
      'AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies PutRolePermissionsBoundary ' +
      'DeleteRolePermissionsBoundary CreatePolicy GetPolicy ListPolicies DeletePolicy ' +
      'CreatePolicyVersion GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion ' +
      'DeletePolicyVersion',
  ],
  // What a role's trust policy must allow, as a key's policy must.
  [{ ...shared, tellsCaller: false }, 'sts', 'AssumeRole TagSession'],
];

/** All actions, by index. */
export const allActions: readonly KmsAction[] = rows
  .flatMap(([row, service, list]) =>
    list.split(' ').map((operation) => ({ ...row, name: `${service}:${operation}` })),
  )
  .map((action, index) => Object.freeze({ ...action, index }));

/** The actions of AWS KMS. */
export const kmsActions: readonly KmsAction[] = allActions.filter(({ name }) =>
  name.startsWith('kms:'),
);

const byName = new Map(allActions.map((action) => [action.name, action]));

/**
 * @param name - as AWS spells it, `kms:Encrypt`, `iam:CreateUser`
 * @returns undefined when there is no such action
 */
export function kmsAction(name: string): KmsAction | undefined {
  return byName.get(name);
}

/** The 19 operations that grants can allow, in AWS's order, without `kms:`. */
export const grantOperations: readonly string[] = kmsActions
  .filter((action) => action.grantable)
  .map(({ name }) => name.slice('kms:'.length));
