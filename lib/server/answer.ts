// Answers on their way out.

import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a client is answered. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  readonly contentType: string;
  /** In memory of its own; wiped when it is sent. */
  readonly body: Buffer;
}

/** How long a client that still sends is listened to after its answer, in milliseconds. */
const lingerMs = 2_000;
/** Keys stand in answers: nobody on the way keeps them. */
const cacheControl = 'no-cache, no-store, must-revalidate, private';

/** @returns resolves when the answer is sent or the client left; its body is wiped then */
export function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  requestId: string,
  isLast: boolean,
): Promise<void> {
  const { status, contentType, body } = answer;
  return new Promise((resolve) => {
    const done = () => {
      body.fill(0);
      resolve();
    };
    response.on('finish', done);
    response.on('close', done);
    const headers = ['x-amzn-RequestId', requestId, 'Content-Type', contentType];
    headers.push('Content-Length', String(body.length), 'Cache-Control', cacheControl);
    if (isLast) headers.push('Connection', 'close');
    response.writeHead(status, headers);
    response.end(body);
  });
}

/**
 * Answers a client that still sends. It gets the whole answer at once, but the connection ends only
 * when it stops or has had time to: closed before, the answer would be lost in the reset.
 */
export async function sendEarlyAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  requestId: string,
): Promise<void> {
  const { status, contentType, body } = answer;
  const headers = ['x-amzn-RequestId', requestId, 'Content-Type', contentType];
  headers.push('Content-Length', String(body.length), 'Connection', 'close');
  response.writeHead(status, headers);
  response.write(body);
  await untilQuiet(request, response);
  response.end();
  request.socket.destroySoon();
}

function untilQuiet(request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    if (request.complete) done();
    request.on('end', done);
    request.on('error', done);
    response.on('close', done);
    request.resume();
  });
}
