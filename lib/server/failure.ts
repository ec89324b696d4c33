// Whatever is thrown while a request is served, as what a client is told: a name, a message and a status.

import { IamError, KeysteadError, KmsError } from '../errors.js';
import { WireError } from './wire_error.js';

/** A failure as it is sent. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  /** The endpoint's own fault: somebody should look at it. */
  readonly isFault: boolean;
}

/** What the client is told of its own faults whole; of ours, nothing but that they are ours. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WireError) {
    const { code, message, status } = error;
    return { code, message, status, isFault: false };
  }
  if (error instanceof KmsError || error instanceof IamError) {
    const { code, message, $metadata, $fault } = error;
    return { code, message, status: $metadata.httpStatusCode, isFault: $fault === 'server' };
  }
  if (error instanceof KeysteadError && error.code === 'ERR_CLOSED') {
    const code = 'ServiceUnavailableException';
    return { code, message: 'the service is shutting down', status: 503, isFault: false };
  }
  return { code: 'KMSInternalException', message: '', status: 500, isFault: true };
}
