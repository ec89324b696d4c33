// The second port, for those who watch over a server: `GET /healthz` and `GET /metrics`, on this machine
// alone. It knows no keys and no callers.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpServer } from './http_server.js';
import { metricsContentType } from './metrics_text.js';

/** What the port tells of. */
export interface Monitored {
  /** False once the server ends, or cannot serve. */
  isHealthy(): boolean;
  metrics(): Promise<string>;
}

const limits = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
  keepAliveTimeoutMs: 30_000,
  connectionsMax: 64,
};

/** @returns a server that does not listen yet */
export function makeMonitorServer(monitored: Monitored): HttpServer {
  return new HttpServer(undefined, limits, (request, response) => {
    request.resume();
    void answer(monitored, request, response);
  });
}

async function answer(
  monitored: Monitored,
  { method, url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    send(response, 405, 'method not allowed\n');
  } else if (url === '/healthz') {
    const isHealthy = monitored.isHealthy();
    send(response, isHealthy ? 200 : 503, isHealthy ? 'ok\n' : 'unavailable\n');
  } else if (url === '/metrics') {
    await monitored.metrics().then(
      (text) => send(response, 200, text, metricsContentType),
      (error: Error) => send(response, 500, `${error.message}\n`),
    );
  } else {
    send(response, 404, 'not found\n');
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  const body = Buffer.from(text);
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length });
  response.end(body);
}
