// The endpoint for a server of one's own.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kms } from '../kms.js';
import { Endpoint } from './endpoint.js';
import type { HandlerOptions } from './handler_options.js';
import { checkHandlerOptions } from './handler_options.js';
import { kmsBackend } from './kms_backend.js';

/** Serves one request of node:http, node:https, Express, Fastify's `handler`, …. */
export type KmsHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Makes the handler of an endpoint that the AWS CLI and SDKs can talk to, to be mounted in a server of
 * one's own, before whatever reads bodies.
 *
 * @throws KeysteadError ERR_INVALID_ARGUMENT
 */
export function createHandler(kms: Kms, options: HandlerOptions = {}): KmsHandler {
  const endpoint = new Endpoint(kmsBackend(kms), checkHandlerOptions(options));
  return (request, response) => void endpoint.serve(request, response);
}
