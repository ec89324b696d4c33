// What the audit trail is to know of one request, gathered while it is served: who asked, with which
// parameters, on which keys, and how it ended.

import { randomUUID } from 'node:crypto';
import type { ConditionValues, Principal } from '../authorization/index.js';
import { IamError, KeysteadError, KmsError } from '../errors.js';
import type { SealedChange } from '../store/sealed_store.js';
import type { AuditEvent, EventResource } from './event.js';
import { eventTime, userIdentity } from './event.js';
import type { AuditTrail } from './trail.js';

/** What is known of a request when it comes. */
export interface NotedRequest {
  /** `kms.amazonaws.com` */
  readonly eventSource: string;
  /** AWS's name of the operation. */
  readonly eventName: string;
  readonly awsRegion: string;
  /** Whose keys bare names mean: told of a caller that no account has. */
  readonly account: string;
  /** What the connection tells. */
  readonly keys: ConditionValues;
  /** The service that calls on the principal's behalf. */
  readonly viaService?: string | undefined;
  readonly nowMs: () => number;
}

const reading = /^(Describe|Get|List|Encrypt|Decrypt|ReEncrypt|Generate|AssumeRole)/;

export class AuditNote {
  /** AWS's request id: in the event, and in what the caller is told. */
  readonly requestId: string = randomUUID();
  readonly #trail: AuditTrail;
  readonly #noted: NotedRequest;
  readonly #eventId: string = randomUUID();
  readonly #keys = new Map<string, EventResource>();
  #parameters: object | null = null;
  #principal: Principal | undefined;
  #committed: AuditEvent | undefined;

  constructor(trail: AuditTrail, noted: NotedRequest) {
    this.#trail = trail;
    this.#noted = noted;
  }

  /** Who asks. */
  asks(principal: Principal): void {
    this.#principal = principal;
  }

  /** @param parameters - those that may be recorded */
  reads(parameters: object): void {
    this.#parameters = parameters;
  }

  /** A key that the request is about. */
  touches({ account, arn }: { readonly account: string; readonly arn: string }): void {
    this.#keys.set(arn, { accountId: account, type: 'AWS::KMS::Key', ARN: arn });
  }

  /** What is committed together with a change. */
  commits(responseElements: object | null): SealedChange[] {
    this.#committed = this.#event({ responseElements });
    return [this.#trail.outboxChange(this.#committed)];
  }

  /**
   * Writes the event of a request that succeeded.
   *
   * @param additionalEventData - what else is told
   * @throws KeysteadError ERR_AUDIT
   */
  succeeds(additionalEventData?: object | undefined): Promise<void> {
    if (this.#committed !== undefined) return this.#trail.writeCommitted(this.#committed);
    return this.#trail.write(this.#event({ additionalEventData }));
  }

  /**
   * Writes the event of a request that failed. When a change was committed all the same, its own event
   * waits in the outbox, and must not be taken for this one.
   *
   * @throws KeysteadError ERR_AUDIT
   */
  fails(error: unknown): Promise<void> {
    const isTyped =
      error instanceof KmsError || error instanceof IamError || error instanceof KeysteadError;
    const errorCode = isTyped ? error.code : 'InternalFailure';
    const errorMessage = isTyped && error.message !== '' ? error.message : undefined;
    const eventID = this.#committed === undefined ? this.#eventId : randomUUID();
    return this.#trail.write(this.#event({ errorCode, errorMessage, eventID }));
  }

  #event(outcome: Partial<AuditEvent>): AuditEvent {
    const { eventSource, eventName, awsRegion, account, keys, viaService, nowMs } = this.#noted;
    const principal = this.#principal;
    return {
      eventVersion: '1.11',
      userIdentity:
        principal === undefined ? { type: 'Unknown' } : userIdentity(principal, viaService),
      eventTime: eventTime(nowMs()),
      eventSource,
      eventName,
      awsRegion,
      sourceIPAddress: viaService ?? textOr(keys['aws:SourceIp'], '127.0.0.1'),
      userAgent: viaService ?? textOr(keys['aws:UserAgent'], 'keystead'),
      requestParameters: this.#parameters,
      responseElements: null,
      requestID: this.requestId,
      eventID: this.#eventId,
      readOnly: reading.test(eventName),
      resources: this.#keys.size === 0 ? undefined : [...this.#keys.values()],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: principal?.account || account,
      eventCategory: 'Management',
      ...outcome,
    };
  }
}

/**
 * Serves a request whose event goes into the trail: the event of a change together with the change,
 * that of anything else before the answer. A request whose event cannot be written fails.
 *
 * @param tell - what else the event tells of an answer
 * @throws KeysteadError ERR_AUDIT; whatever serving throws
 */
export async function noting<Output extends object>(
  note: AuditNote,
  serve: () => Promise<Output>,
  tell: (output: Output) => object | undefined,
): Promise<Output> {
  const output = await serve().catch(async (error: unknown) => {
    await note.fails(error);
    throw withRequestId(error, note.requestId);
  });
  await note.succeeds(tell(output));
  return withRequestId(output, note.requestId);
}

function withRequestId<T>(told: T, requestId: string): T {
  const { $metadata } = told as { $metadata?: object };
  if ($metadata === undefined) return told;
  return Object.assign(told as object, { $metadata: { ...$metadata, requestId } }) as T;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
