// The listening socket: node:http or node:https with the limits of a server that strangers reach, and
// an end that loses no request.

import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { ServerOptions as HttpsOptions } from 'node:https';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { KeysteadError } from '../errors.js';

/** Certificate and key, as `https.createServer` takes them. */
export type TlsOptions = Pick<
  HttpsOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'minVersion' | 'ciphers' | 'requestCert'
>;

/** Limits of connections. */
export interface ConnectionLimits {
  /** How long the headers of a request may take, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** How long a whole request may take, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** How long a connection may be idle, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
  /** Connections at a time; more are closed at once. */
  readonly connectionsMax: number;
}

/** The longest headers of a request, in bytes: session tokens are long. */
const headersSizeBytesMax = 32_768;
const checkIntervalMs = 500;
const idleCheckMs = 50;

/** @returns a server that does not listen yet */
export function makeHttpServer(
  tls: TlsOptions | undefined,
  limits: ConnectionLimits,
  listener: RequestListener,
): Server {
  const options = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    maxHeaderSize: headersSizeBytesMax,
    noDelay: true,
    // The endpoint answers that itself, in AWS's shape.
    requireHostHeader: false,
  };
  const server =
    tls === undefined
      ? createHttpServer(options, listener)
      : createHttpsServer({ minVersion: 'TLSv1.2', ...tls, ...options }, listener);
  server.maxConnections = limits.connectionsMax;
  // Node would drop what is more without a word; the endpoint refuses it.
  server.maxHeadersCount = 0;
  // What neither sends nor takes anything is dead.
  server.setTimeout(limits.keepAliveTimeoutMs + limits.requestTimeoutMs);
  server.on('clientError', answerBrokenRequest);
  return server;
}

/** @throws KeysteadError ERR_INVALID_ARGUMENT when the address cannot be had */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new KeysteadError('ERR_INVALID_ARGUMENT', `cannot listen: ${reason}`, { cause });
  }
  return server.address() as AddressInfo;
}

/**
 * Takes no further connections, lets requests in flight end, and closes each connection as soon as it
 * is idle.
 *
 * @param graceMs - after which what is left is cut off
 * @returns whether everything ended by itself
 */
export async function closeServer(server: Server, graceMs: number): Promise<boolean> {
  const closed = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  let isCut = false;
  const deadline = setTimeout(() => {
    isCut = true;
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
  return !isCut;
}

/** What no request came of: Node's parser stopped at it. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Behind an answer that is under way, another one would be part of it.
  if (!socket.writable || error.code === 'ECONNRESET' || hasAnswerUnderWay(socket)) {
    socket.destroy();
    return;
  }
  socket.end(brokenAnswer(error.code));
}

function hasAnswerUnderWay(socket: Duplex): boolean {
  const { _httpMessage: message } = socket as { _httpMessage?: { headersSent: boolean } | null };
  return message?.headersSent === true;
}

function brokenAnswer(code: string | undefined): string {
  const [status, type] = brokenStatus(code);
  const body = JSON.stringify({ __type: type, message: '' });
  return [
    `HTTP/1.1 ${status}`,
    `Date: ${new Date().toUTCString()}`,
    'Content-Type: application/x-amz-json-1.1',
    `Content-Length: ${body.length}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function brokenStatus(code: string | undefined): readonly [status: string, type: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['431 Request Header Fields Too Large', 'RequestHeaderSectionTooLargeException'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'RequestTimeoutException'];
    default:
      return ['400 Bad Request', 'SerializationException'];
  }
}
