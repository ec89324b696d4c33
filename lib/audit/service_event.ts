// Events of what KMS does by itself: keys whose waiting period is over are destroyed, and key material
// is rotated (KMS Developer Guide, DeleteKey and RotateKey in CloudTrail).

import { randomUUID } from 'node:crypto';
import type { DueJobName, DueWitness } from '../keys/due_witness.js';
import type { KmsKey } from '../keys/kms_key.js';
import type { SealedChange } from '../store/sealed_store.js';
import type { AuditEvent } from './event.js';
import { eventTime } from './event.js';
import type { AuditTrail } from './trail.js';

/** Whom CloudTrail names when nobody asked. */
const itself = 'AWS Internal';

/** The witness of one job, for a trail. */
export class ServiceEventWitness implements DueWitness {
  readonly #trail: AuditTrail;
  readonly #nowMs: () => number;
  readonly #eventId = randomUUID();
  #event: AuditEvent | undefined;

  constructor(trail: AuditTrail, nowMs: () => number) {
    this.#trail = trail;
    this.#nowMs = nowMs;
  }

  commits(job: DueJobName, key: Pick<KmsKey, 'account' | 'region' | 'arn'>): SealedChange[] {
    this.#event = this.#eventOf(job, key);
    return [this.#trail.outboxChange(this.#event)];
  }

  /** @throws KeysteadError ERR_AUDIT */
  async committed(): Promise<void> {
    if (this.#event !== undefined) await this.#trail.writeCommitted(this.#event);
  }

  #eventOf(
    eventName: DueJobName,
    { account, region, arn }: Pick<KmsKey, 'account' | 'region' | 'arn'>,
  ): AuditEvent {
    return {
      eventVersion: '1.11',
      userIdentity: { type: 'AWSService', accountId: account, invokedBy: itself },
      eventTime: eventTime(this.#nowMs()),
      eventSource: 'kms.amazonaws.com',
      eventName,
      awsRegion: region,
      sourceIPAddress: itself,
      userAgent: itself,
      requestParameters: null,
      responseElements: null,
      requestID: randomUUID(),
      eventID: this.#eventId,
      readOnly: false,
      resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: arn }],
      eventType: 'AwsServiceEvent',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
    };
  }
}
