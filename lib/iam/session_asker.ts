// Who a role session is to the decision: its role, bounded by the policy that the session was given.

import type { Caller as Asker, Principal } from '../authorization/index.js';
import { principalOfArn } from '../authorization/index.js';
import { sessionArn } from './iam_arn.js';
import { compileIamPolicy } from './iam_policy.js';
import type { KnownSubject } from './identities.js';
import type { Session } from './session_token.js';

/** @param role - of the session, as it is now */
export function askerOfSession(session: Session, role: KnownSubject): Asker {
  const { policy } = session;
  return {
    ...role.asker,
    principal: principalOfSession(session, role),
    sessionPolicies:
      policy === undefined ? undefined : [compileIamPolicy(policy, 'session policy', 'Policy')],
  };
}

function principalOfSession(session: Session, { arn, record, asker }: KnownSubject): Principal {
  const { account, sessionName, issuedAtMs, tags } = session;
  return principalOfArn(sessionArn(account, record.name, sessionName), {
    roleArn: arn,
    uniqueId: record.id,
    // The tags of a session come on top of its role's.
    tags: { ...asker.principal.tags, ...Object.fromEntries(tags) },
    keys: {
      'aws:TokenIssueTime': new Date(issuedAtMs).toISOString(),
      'aws:MultiFactorAuthPresent': 'false',
    },
  }) as Principal;
}
