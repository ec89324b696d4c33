// Clients that send what no SDK would: requests byte by byte, and answers taken apart.

import { once } from 'node:events';
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer, as it came. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
}

export const jsonType = 'application/x-amz-json-1.1';

/** The headers of a KMS request, unsigned. */
export function targetHeaders(operation: string): Record<string, string> {
  return { 'content-type': jsonType, 'x-amz-target': `TrentService.${operation}` };
}

/** Sends a request by node:http. */
export async function send(url: string, request: WireRequest): Promise<WireAnswer> {
  const { method = 'POST', path = '/', headers = {}, body = '', agent } = request;
  const options = { method, path, headers: headers as Record<string, string>, agent };
  const sent = httpRequest(url, options);
  sent.end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Sends JSON to an operation of a server that asks for no signature. */
export function sendJson(url: string, operation: string, body: unknown): Promise<WireAnswer> {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return send(url, { headers: targetHeaders(operation), body: text });
}

/** What a failed request tells. */
export function errorOf({ status, body }: WireAnswer) {
  const { __type: code, message } = JSON.parse(body);
  return { status, code, message };
}

/** Opens a bare connection. */
export async function dial(
  url: string,
  options: { allowHalfOpen?: boolean } = {},
): Promise<Socket> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), ...options });
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the server closes the connection, or resets it. */
export function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let all = '';
    socket.setEncoding('latin1').on('data', (data: string) => {
      all += data;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(all));
  });
}

/** Sends bytes on a connection of their own and gives the first answer that comes. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<WireAnswer> {
  const socket = await dial(url);
  const all = readAll(socket);
  socket.end(bytes);
  return parseAnswer(await all);
}

export function parseAnswer(all: string): WireAnswer {
  const end = all.indexOf('\r\n\r\n');
  const [first = '', ...lines] = all.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.replace(/^[^:]*: */, ''),
    ]),
  );
  const length = Number(headers['content-length'] ?? 0);
  const body = all.slice(end + 4, end + 4 + length);
  return { status: Number(first.split(' ')[1]), headers, body };
}
