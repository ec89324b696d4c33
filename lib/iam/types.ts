// The shapes of IAM and STS, as AWS has them. Policy documents come back percent-encoded (RFC 3986),
// as they do from AWS.

/** A tag. */
export interface IamTag {
  readonly Key: string;
  readonly Value: string;
}

/** What every list takes. */
export interface IamPageInput {
  readonly Marker?: string | undefined;
  /** 1 to 1000; default 100. */
  readonly MaxItems?: number | undefined;
}

/** What every list gives. */
export interface IamPageOutput {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

export interface AttachedPermissionsBoundary {
  readonly PermissionsBoundaryType: 'PermissionsBoundaryPolicy';
  readonly PermissionsBoundaryArn: string;
}

export interface IamUser {
  readonly Path: string;
  readonly UserName: string;
  readonly UserId: string;
  readonly Arn: string;
  readonly CreateDate: Date;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary;
  readonly Tags?: readonly IamTag[];
}

export interface IamRole {
  readonly Path: string;
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly CreateDate: Date;
  /** Percent-encoded. */
  readonly AssumeRolePolicyDocument: string;
  readonly Description?: string;
  readonly MaxSessionDuration: number;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary;
  readonly Tags?: readonly IamTag[];
}

export interface IamPolicy {
  readonly PolicyName: string;
  readonly PolicyId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly DefaultVersionId: string;
  readonly AttachmentCount: number;
  readonly PermissionsBoundaryUsageCount: number;
  readonly IsAttachable: true;
  readonly Description?: string;
  readonly CreateDate: Date;
  readonly UpdateDate: Date;
  readonly Tags?: readonly IamTag[];
}

export interface IamPolicyVersion {
  /** Percent-encoded; only GetPolicyVersion tells it. */
  readonly Document?: string;
  readonly VersionId: string;
  readonly IsDefaultVersion: boolean;
  readonly CreateDate: Date;
}

export type AccessKeyStatus = 'Active' | 'Inactive';

export interface AccessKeyMetadata {
  /** Absent for a key of the account's root. */
  readonly UserName?: string;
  readonly AccessKeyId: string;
  readonly Status: AccessKeyStatus;
  readonly CreateDate: Date;
}

export interface NewAccessKey extends AccessKeyMetadata {
  /** Told this once and never again. */
  readonly SecretAccessKey: string;
}

export interface AttachedPolicy {
  readonly PolicyName: string;
  readonly PolicyArn: string;
}

export interface UserNameInput {
  readonly UserName: string;
}
export interface OptionalUserNameInput {
  /** Default: the caller's own. */
  readonly UserName?: string | undefined;
}
export interface RoleNameInput {
  readonly RoleName: string;
}
export interface PolicyArnInput {
  readonly PolicyArn: string;
}
export interface PolicyVersionInput extends PolicyArnInput {
  readonly VersionId: string;
}
export interface PathPrefixInput extends IamPageInput {
  readonly PathPrefix?: string | undefined;
}
export interface PolicyNameInput {
  readonly PolicyName: string;
}
export interface PolicyDocumentInput extends PolicyNameInput {
  readonly PolicyDocument: string;
}
export interface BoundaryInput {
  /** The ARN of a managed policy. */
  readonly PermissionsBoundary: string;
}
export interface TagsInput {
  readonly Tags: readonly IamTag[];
}
export interface TagKeysInput {
  readonly TagKeys: readonly string[];
}

export interface CreateUserInput extends UserNameInput {
  readonly Path?: string | undefined;
  readonly PermissionsBoundary?: string | undefined;
  readonly Tags?: readonly IamTag[] | undefined;
}
export interface UpdateUserInput extends UserNameInput {
  readonly NewPath?: string | undefined;
  readonly NewUserName?: string | undefined;
}
export interface UserOutput {
  readonly User: IamUser;
}
export interface ListUsersOutput extends IamPageOutput {
  readonly Users: readonly IamUser[];
}

export interface AccessKeyInput extends OptionalUserNameInput {
  readonly AccessKeyId: string;
}
export interface UpdateAccessKeyInput extends AccessKeyInput {
  readonly Status: AccessKeyStatus;
}
export interface CreateAccessKeyOutput {
  readonly AccessKey: NewAccessKey;
}
export interface ListAccessKeysInput extends OptionalUserNameInput, IamPageInput {}
export interface ListAccessKeysOutput extends IamPageOutput {
  readonly AccessKeyMetadata: readonly AccessKeyMetadata[];
}

export interface CreateRoleInput extends RoleNameInput {
  readonly Path?: string | undefined;
  readonly AssumeRolePolicyDocument: string;
  readonly Description?: string | undefined;
  /** Seconds: 3,600 to 43,200; default 3,600. */
  readonly MaxSessionDuration?: number | undefined;
  readonly PermissionsBoundary?: string | undefined;
  readonly Tags?: readonly IamTag[] | undefined;
}
export interface UpdateRoleInput extends RoleNameInput {
  readonly Description?: string | undefined;
  readonly MaxSessionDuration?: number | undefined;
}
export interface UpdateAssumeRolePolicyInput extends RoleNameInput {
  readonly PolicyDocument: string;
}
export interface RoleOutput {
  readonly Role: IamRole;
}
export interface ListRolesOutput extends IamPageOutput {
  readonly Roles: readonly IamRole[];
}

export interface InlinePolicyOutput {
  readonly PolicyName: string;
  /** Percent-encoded. */
  readonly PolicyDocument: string;
}
export interface UserPolicyOutput extends InlinePolicyOutput {
  readonly UserName: string;
}
export interface RolePolicyOutput extends InlinePolicyOutput {
  readonly RoleName: string;
}
export interface PolicyNamesOutput extends IamPageOutput {
  readonly PolicyNames: readonly string[];
}
export interface AttachedPoliciesOutput extends IamPageOutput {
  readonly AttachedPolicies: readonly AttachedPolicy[];
}
export interface ListTagsOutput extends IamPageOutput {
  readonly Tags: readonly IamTag[];
}

export interface CreatePolicyInput extends PolicyDocumentInput {
  readonly Path?: string | undefined;
  readonly Description?: string | undefined;
  readonly Tags?: readonly IamTag[] | undefined;
}
export interface PolicyOutput {
  readonly Policy: IamPolicy;
}
export interface ListPoliciesInput extends PathPrefixInput {
  /** Default `All`. */
  readonly Scope?: 'All' | 'AWS' | 'Local' | undefined;
  readonly OnlyAttached?: boolean | undefined;
  readonly PolicyUsageFilter?: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined;
}
export interface ListPoliciesOutput extends IamPageOutput {
  readonly Policies: readonly IamPolicy[];
}
export interface CreatePolicyVersionInput extends PolicyArnInput {
  readonly PolicyDocument: string;
  readonly SetAsDefault?: boolean | undefined;
}
export interface PolicyVersionOutput {
  readonly PolicyVersion: IamPolicyVersion;
}
export interface ListPolicyVersionsOutput extends IamPageOutput {
  readonly Versions: readonly IamPolicyVersion[];
}

export interface AssumeRoleInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  /** A session policy: the session may do what both it and the role's policies allow. */
  readonly Policy?: string | undefined;
  /** 900 to 43,200 and the role's maximum; default 3,600. */
  readonly DurationSeconds?: number | undefined;
  readonly ExternalId?: string | undefined;
  readonly Tags?: readonly IamTag[] | undefined;
}
export interface TemporaryCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}
export interface AssumeRoleOutput {
  readonly Credentials: TemporaryCredentials;
  readonly AssumedRoleUser: { readonly AssumedRoleId: string; readonly Arn: string };
  /** How much of what a session may carry its policy and tags take, in per cent. */
  readonly PackedPolicySize?: number;
}
export interface GetCallerIdentityOutput {
  readonly UserId: string;
  readonly Account: string;
  readonly Arn: string;
}
/** The answer of whatever has nothing to say. */
export type EmptyOutput = Readonly<Record<never, never>>;
