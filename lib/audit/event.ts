// An event of the audit trail, in CloudTrail's shape
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).

import type { Principal } from '../authorization/index.js';

/** Who asked. */
export interface UserIdentity {
  readonly type: string;
  readonly principalId?: string | undefined;
  readonly arn?: string | undefined;
  readonly accountId?: string | undefined;
  readonly userName?: string | undefined;
  /** The service that called, for itself or on the principal's behalf. */
  readonly invokedBy?: string | undefined;
}

/** What an event is about. */
export interface EventResource {
  readonly accountId: string;
  readonly type: 'AWS::KMS::Key';
  readonly ARN: string;
}

/** One request, allowed or refused. Nothing in it is secret. */
export interface AuditEvent {
  readonly eventVersion: '1.11';
  readonly userIdentity: UserIdentity;
  /** ISO 8601, whole seconds. */
  readonly eventTime: string;
  /** `kms.amazonaws.com` */
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly requestParameters: object | null;
  readonly responseElements: object | null;
  readonly additionalEventData?: object | undefined;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources?: readonly EventResource[] | undefined;
  readonly eventType: 'AwsApiCall' | 'AwsServiceEvent';
  readonly managementEvent: true;
  readonly recipientAccountId: string;
  readonly eventCategory: 'Management';
}

const types: Readonly<Record<Principal['kind'], string>> = {
  root: 'Root',
  user: 'IAMUser',
  role: 'Role',
  'assumed role': 'AssumedRole',
  'federated user': 'FederatedUser',
  service: 'AWSService',
};

/** @param invokedBy - the service that calls on the principal's behalf */
export function userIdentity(
  { kind, arn, account, uniqueId, service }: Principal,
  invokedBy?: string | undefined,
): UserIdentity {
  if (kind === 'service') return { type: types.service, invokedBy: service };
  return {
    type: types[kind],
    principalId: kind === 'root' ? account : uniqueId,
    arn,
    accountId: account,
    userName: kind === 'user' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined,
    invokedBy,
  };
}

/** CloudTrail's times have whole seconds. */
export function eventTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
