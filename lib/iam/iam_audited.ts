// What the audit trail is told of a request to IAM or STS. Secrets are in answers only, which are not
// recorded.

import { AuditNote, noting } from '../audit/note.js';
import type { IamCaller, IamOperation } from './iam_operation.js';

/** IAM is not of a Region; CloudTrail has its events in this one. */
const iamRegion = 'us-east-1';

/** @param serve - serves the request for the caller that it is given */
export async function auditedIam<Output extends object>(
  { service, name }: Pick<IamOperation<unknown, unknown>, 'service' | 'name'>,
  caller: IamCaller,
  serve: (caller: IamCaller) => Promise<Output>,
): Promise<Output> {
  const { audit, keys, identities } = caller;
  if (audit === undefined) return serve(caller);
  const note = new AuditNote(audit, {
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: service === 'iam' ? iamRegion : String(keys['aws:RequestedRegion'] ?? iamRegion),
    account: '',
    keys,
    nowMs: identities.ground.nowMs,
  });
  return noting(
    note,
    () => serve({ ...caller, note }),
    () => undefined,
  );
}
