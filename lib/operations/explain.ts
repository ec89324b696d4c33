// Why a request would be decided as it would: the decision's own account of it, for a caller, an
// action and a key. Nothing is done and nothing is recorded.

import type { Explanation } from '../authorization/index.js';
import {
  accessDeniedText,
  anyResource,
  authorize,
  explain as explainDecision,
  kmsAction,
} from '../authorization/index.js';
import { KmsError } from '../errors.js';
import { findGrant } from '../keys/grants.js';
import type { EncryptionContext } from '../types.js';
import type { Caller, Permission } from './operation.js';
import { OperationCall } from './operation_call.js';
import { reEncrypt, reEncryptFrom, reEncryptTo } from './re_encrypt.js';
import { operations } from './table.js';

/** What a request would ask for. */
export interface Question {
  /** `kms:Decrypt` */
  readonly action: string;
  /** A key id, key ARN, alias name or alias ARN; left out for an action on no key. */
  readonly keyId?: string | undefined;
  /** The encryption context of the request. */
  readonly encryptionContext?: EncryptionContext | undefined;
  /** The grant that a `kms:RetireGrant` would retire. */
  readonly grantId?: string | undefined;
}

/** The decision, what decided it, and what nearly did. */
export interface ExplainedDecision extends Explanation {
  /** The message of the AccessDeniedException that the request would end in. */
  readonly message: string | undefined;
}

interface Named {
  readonly KeyId: string;
}

/**
 * @throws KmsError ValidationException for an action that there is not, NotFoundException for a key
 * that there is not
 */
export async function explainRequest(
  question: Question,
  caller: Caller,
): Promise<ExplainedDecision> {
  caller.assertOpen();
  const request = await requestOf(question, caller);
  const decision = authorize(request);
  const message = decision.decision === 'Deny' ? accessDeniedText(request, decision) : undefined;
  return { ...explainDecision(request), message };
}

async function requestOf(question: Question, caller: Caller) {
  const { keyId, grantId, encryptionContext } = question;
  const action = kmsAction(question.action);
  if (action === undefined)
    throw new KmsError('ValidationException', `there is no action ${question.action}`);
  const asker = caller.identity.current() ?? (await caller.identity.load());
  const { conditions, prepare } = permissions.find((known) => known.action === action) ?? {};
  const permission: Permission<Named> = {
    action,
    aliasMember: 'KeyId',
    encryptionContext: () => encryptionContext,
    ...(conditions && { conditions }),
  };
  const call = new OperationCall(permission, { KeyId: keyId ?? '*' }, caller, asker);
  if (keyId === undefined) return call.ask(anyResource(caller.names.account));
  const key = await caller.engine.registry.resolve(caller.names, keyId);
  call.prepared = await prepare?.(key, caller.engine);
  if (grantId !== undefined) call.retiredGrant = findGrant(key, grantId).grant;
  return call.requestFor(key);
}

/** Of all of a request's members, explanations know the key's: conditions must do without the others. */
const permissions = [
  ...Object.values(operations).filter((operation) => operation !== reEncrypt),
  reEncryptFrom,
  reEncryptTo,
] as unknown as readonly Permission<Named>[];
