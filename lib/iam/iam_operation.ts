// What an operation of IAM or STS is: a row of the table. The row says what the request looks like,
// which permission it needs on what, and what conditions may ask of it; `run` does the rest.

import type { AuditNote } from '../audit/note.js';
import type { AuditTrail } from '../audit/trail.js';
import type {
  Caller as Asker,
  CompiledPolicy,
  ConditionValues,
  KmsAction,
} from '../authorization/index.js';
import { kmsAction } from '../authorization/index.js';
import type { Identity } from '../operations/operation.js';
import type { Shape } from '../operations/shape.js';
import { compileShape } from '../operations/shape.js';
import type { IamGround } from './iam_store.js';
import type { Identities } from './identities.js';

/** On whose behalf an operation runs. */
export interface IamCaller {
  readonly identities: Identities;
  readonly identity: Identity;
  /** What conditions can ask of the connection: `aws:SourceIp`, … */
  readonly keys: ConditionValues;
  /** Whether trust policies may name only users and roles that the store knows. */
  readonly strictPrincipals: boolean;
  /** Where every request is told of, when it is. */
  readonly audit?: AuditTrail | undefined;
  /** What the audit trail is to know of the request. */
  readonly note?: AuditNote | undefined;
  /** Throws ERR_CLOSED once the caller's Kms is closed. */
  readonly assertOpen: () => void;
}

/** One request on its way. */
export interface IamCall {
  readonly ground: IamGround;
  readonly identities: Identities;
  readonly caller: IamCaller;
  readonly asker: Asker;
  /** The caller's account: IAM never reaches into another one. */
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** What an operation is done to. */
export interface IamTarget {
  readonly arn: string;
  readonly account: string;
  /** The trust policy of a role that is to be assumed. */
  readonly policy?: CompiledPolicy | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** The ARN of the permissions boundary that it has: `iam:PermissionsBoundary`, unless the request names one. */
  readonly boundary?: string | undefined;
}

interface Definition<Input, Output> {
  readonly service: 'iam' | 'sts';
  /** AWS's name. */
  readonly name: string;
  /** For those who read requests from text: the kinds of the members. */
  readonly shape: Shape<Input>;
  /** Members of the shape that are not served: asking for one is an error, never ignored. */
  readonly unserved?: readonly string[];
  /**
   * What the permission is needed on; undefined: none is needed, or `run` asks for it.
   *
   * @throws IamError
   */
  readonly on?: (request: Input, call: IamCall) => IamTarget | Promise<IamTarget>;
  /** Values of condition keys that are this operation's own. */
  readonly conditions?: (request: Input) => ConditionValues;
  /** Tags in the request. */
  readonly tags?: (request: Input) => Readonly<Record<string, string>>;
  readonly run: (request: Input, call: IamCall) => Promise<Output>;
}

/** A row of the table. */
export interface IamOperation<Input, Output> extends Definition<Input, Output> {
  readonly action: KmsAction | undefined;
  /** Its own copy of a request that keeps to the shape. @throws KmsError */
  readonly validate: (input: Input) => Input;
}

export function iamOperation<Input, Output>(
  definition: Definition<Input, Output>,
): IamOperation<Input, Output> {
  const { service, name, shape, unserved } = definition;
  return {
    ...definition,
    action: kmsAction(`${service}:${name}`),
    // Nothing in these shapes changes its form: they have no encryption context.
    validate: compileShape<Input>(shape, unserved) as (input: Input) => Input,
  };
}
