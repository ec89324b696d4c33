// A request of the endpoint, read from the wire whole, and the protocol that it speaks.

import type { MaybePromise } from '../maybe_promise.js';
import type { Answer } from './answer.js';
import type { SignedRequest } from './authenticate.js';
import type { Requester } from './backend.js';
import type { Failure } from './failure.js';
import type { RequestInProgress, ServiceName } from './served_request.js';

/** A request with its body. */
export interface WireCall extends SignedRequest {
  readonly body: Buffer;
  /** What is found out of it on the way. */
  readonly progress: RequestInProgress;
}

/**
 * Tells who sends a request for a service; at once when it is known without asking the store.
 *
 * @throws WireError, or rejects with it
 */
export type Authenticator = (call: WireCall, service: ServiceName) => MaybePromise<Requester>;

/** One of AWS's protocols. */
export interface Protocol {
  /** @throws WireError and whatever the operation throws, or rejects with it */
  answer(call: WireCall): MaybePromise<Answer>;
  failure(failure: Failure, progress: RequestInProgress): Answer;
}
