// What createHandler takes, checked.

import type { IncomingMessage } from 'node:http';
import { checkScope, demand, refuseUnknown } from '../kms_options.js';
import type { GivenConnection } from './connection.js';
import type { ServedRequest } from './served_request.js';

/** What {@link createHandler} takes. */
export interface HandlerOptions {
  /** The only Region that is served. Default: every one that a signature is scoped to. */
  readonly region?: string | undefined;
  /** Where the endpoint is in a server of one's own, as clients see it. Default `/`. */
  readonly path?: string | undefined;
  /** The longest body of a request: 1,024 to 16,777,216 bytes; default 1,048,576. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * Serves whoever asks, on the machine itself, as the account's root, unsigned. For development.
   * Default false.
   */
  readonly insecureNoAuth?: boolean | undefined;
  /**
   * What a proxy in front of the server tells of the client, where it is to be believed: for
   * `aws:SourceIp` and `aws:SecureTransport`. Default: what the socket tells.
   */
  readonly connection?: ((request: IncomingMessage) => GivenConnection) | undefined;
  /**
   * Called before an answer is written, a refusal too. When it throws or rejects, the client gets
   * KMSInternalException in the answer's place. What it sees holds secrets.
   */
  readonly beforeAnswer?: ((request: ServedRequest) => void | Promise<void>) | undefined;
  /** Called when a request is over, with the seconds it took, answered or not. */
  readonly afterRequest?: ((request: ServedRequest, seconds: number) => void) | undefined;
  /** Told of failures that are the endpoint's own. Default: a line on standard error. */
  readonly onFault?: ((error: unknown, requestId: string) => void) | undefined;
}

/** The options, complete. */
export interface CheckedHandlerOptions {
  readonly region: string | undefined;
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly insecureNoAuth: boolean;
  readonly connection: ((request: IncomingMessage) => GivenConnection) | undefined;
  readonly beforeAnswer: ((request: ServedRequest) => void | Promise<void>) | undefined;
  readonly afterRequest: ((request: ServedRequest, seconds: number) => void) | undefined;
  readonly onFault: (error: unknown, requestId: string) => void;
}

/** The names of {@link HandlerOptions}. */
export const handlerOptionNames: readonly string[] = [
  'region',
  'path',
  'maxBodyBytes',
  'insecureNoAuth',
  'connection',
  'beforeAnswer',
  'afterRequest',
  'onFault',
];

/** @throws KeysteadError ERR_INVALID_ARGUMENT */
export function checkHandlerOptions(options: HandlerOptions): CheckedHandlerOptions {
  refuseUnknown(options, handlerOptionNames);
  const { region, path = '/', maxBodyBytes = 1_048_576, insecureNoAuth = false } = options;
  const { connection, beforeAnswer, afterRequest, onFault } = options;
  if (region !== undefined) checkScope({ region }, { account: '000000000000', region });
  demand(typeof path === 'string' && path.startsWith('/'), '`path` must begin with /');
  const isSize = Number.isInteger(maxBodyBytes) && maxBodyBytes >= 1024;
  demand(isSize && maxBodyBytes <= 16_777_216, '`maxBodyBytes` must be 1024 to 16777216');
  demand(typeof insecureNoAuth === 'boolean', '`insecureNoAuth` must be true or false');
  for (const [name, hook] of Object.entries({ connection, beforeAnswer, afterRequest, onFault }))
    demand(hook === undefined || typeof hook === 'function', `\`${name}\` must be a function`);
  const hooks = { connection, beforeAnswer, afterRequest, onFault: tellingOf(onFault) };
  return { region, path, maxBodyBytes, insecureNoAuth, ...hooks };
}

/** A failure in the telling of failures is told of too, and ends no process. */
function tellingOf(tell: HandlerOptions['onFault'] = printFault) {
  return (error: unknown, requestId: string) => {
    try {
      tell(error, requestId);
    } catch (failure) {
      printFault(failure, requestId);
    }
  };
}

function printFault(error: unknown, requestId: string): void {
  console.error(`keystead: request ${requestId} failed:`, error);
}
