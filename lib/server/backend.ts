// What the endpoint asks of an opened Kms.

import type { ConditionValues } from '../authorization/index.js';
import type { CredentialFinder } from '../iam/credentials.js';
import type { AnyIamOperation } from '../iam/iam_table.js';
import type { MaybePromise } from '../maybe_promise.js';
import type { Identity } from '../operations/operation.js';

/** Who sends a request, over which connection, for which Region. */
export interface Requester {
  readonly identity: Identity;
  /** 12 digits. */
  readonly account: string;
  /** Of the account's root, the user or the role session. */
  readonly arn: string;
  /** Undefined where nothing is authenticated. */
  readonly accessKeyId: string | undefined;
  readonly region: string;
  /** What conditions can ask of the connection and the Region. */
  readonly keys: ConditionValues;
}

/** An opened Kms, as the endpoint sees it. */
export interface Backend {
  /** The account and Region of the Kms. */
  readonly account: string;
  readonly region: string;
  readonly credentials: CredentialFinder;
  /** Milliseconds since 1970, by the Kms's clock. */
  nowMs(): number;
  /** The root of the Kms's account: who calls when nobody is authenticated. */
  readonly root: Pick<Requester, 'identity' | 'account' | 'arn'>;
  /** Runs an operation of KMS. @throws KmsError, KeysteadError, or rejects with it */
  callKms(name: string, input: object, requester: Requester): MaybePromise<object>;
  /** The operation of IAM or STS with AWS's name. */
  queryOperation(name: string): AnyIamOperation | undefined;
  /** Runs it. @throws IamError, KeysteadError */
  callIam(operation: AnyIamOperation, input: object, requester: Requester): Promise<object>;
}
