// The listening socket: node:http or node:https with the limits of a server that strangers reach, and
// an end that loses no request.

import { once } from 'node:events';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { ServerOptions as HttpsOptions } from 'node:https';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Server as NetServer } from 'node:net';
import { KeysteadError } from '../errors.js';
import { lingerMs } from './answer.js';
import { requestsOf } from './connection_requests.js';

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

/** Serves a request; `asksFirst`: the client waits to be told to send its body (`Expect: 100-continue`). */
export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  asksFirst: boolean,
) => void;

/** The longest headers of a request, in bytes: session tokens are long. */
const headersSizeBytesMax = 32_768;
const checkIntervalMs = 500;
const idleCheckMs = 50;
/**
 * At the end of a server, connections that do nothing may still bring a request for so long: it may be
 * on its way.
 */
const lastCallMs = 500;

/** A listening socket. */
export class HttpServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those on which no request has come yet, by their other ends. */
  readonly #fresh = new Map<string, Socket>();

  constructor(tls: TlsOptions | undefined, limits: ConnectionLimits, handler: HttpHandler) {
    const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, connectionsMax } = limits;
    this.#server = createServer(tls, {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: checkIntervalMs,
      maxHeaderSize: headersSizeBytesMax,
      noDelay: true,
      // The endpoint answers that itself, in AWS's shape.
      requireHostHeader: false,
    });
    const server = this.#server;
    server.maxConnections = connectionsMax;
    // Node would drop what is more without a word; the endpoint refuses it.
    server.maxHeadersCount = 0;
    // What neither sends nor takes anything is dead.
    server.setTimeout(keepAliveTimeoutMs + requestTimeoutMs);
    server.on('connection', (socket: Socket) => this.#track(socket));
    server.on('request', (request, response) => {
      this.#settle(request);
      handler(request, response, false);
    });
    server.on('checkContinue', (request, response) => {
      this.#settle(request);
      handler(request, response, true);
    });
    server.on('clientError', (error, socket) => answerBrokenRequest(error, socket as Socket));
  }

  /** @throws KeysteadError ERR_INVALID_ARGUMENT when the address cannot be had */
  async listen(host: string, port: number): Promise<AddressInfo> {
    this.#server.listen({ host, port });
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new KeysteadError('ERR_INVALID_ARGUMENT', `cannot listen: ${reason}`, { cause });
    }
    return this.#server.address() as AddressInfo;
  }

  /**
   * Takes no further connections, lets requests in flight end, and closes each connection once it is
   * idle.
   *
   * @param graceMs - after which what is left is cut off
   * @returns whether everything ended by itself
   */
  async close(graceMs: number): Promise<boolean> {
    const closed = once(this.#server, 'close');
    // Not http.Server's own: that one cuts idle connections at once, with requests on their way.
    NetServer.prototype.close.call(this.#server);
    let idle: NodeJS.Timeout | undefined;
    const lastCall = setTimeout(
      () => {
        destroyAll(this.#fresh.values());
        this.#server.closeIdleConnections();
        idle = setInterval(() => this.#server.closeIdleConnections(), idleCheckMs);
      },
      Math.min(lastCallMs, graceMs),
    );
    let isCut = false;
    const deadline = setTimeout(() => {
      isCut = true;
      destroyAll(this.#sockets);
    }, graceMs);
    await closed;
    clearTimeout(lastCall);
    clearInterval(idle);
    clearTimeout(deadline);
    return !isCut;
  }

  #settle(request: IncomingMessage): void {
    const { socket } = request;
    requestsOf(socket).arrive(request);
    if (this.#fresh.size > 0) this.#fresh.delete(otherEnd(socket));
  }

  #track(socket: Socket): void {
    const name = otherEnd(socket);
    this.#sockets.add(socket);
    this.#fresh.set(name, socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#fresh.get(name) === socket) this.#fresh.delete(name);
    });
  }
}

function createServer(tls: TlsOptions | undefined, options: ServerOptions): Server {
  if (tls === undefined) return createHttpServer(options);
  const { headersTimeout = 0 } = options;
  const defaults = { minVersion: 'TLSv1.2', handshakeTimeout: headersTimeout } as const;
  return createHttpsServer({ ...defaults, ...tls, ...options });
}

function destroyAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

/** The same for a TLS connection and the socket under it. */
function otherEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** What no request came of: Node's parser stopped at it. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const requests = requestsOf(socket);
  if (!requests.break()) return;
  // It would be taken for the answer to a request before it, which gets its own.
  if (requests.endAfterWholeOnes(() => socket.destroySoon())) return;
  // Behind an answer that is under way, another one would be part of it.
  if (!hasAnswerUnderWay(socket)) socket.end(brokenAnswer(error.code));
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

function hasAnswerUnderWay(socket: Socket): boolean {
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
