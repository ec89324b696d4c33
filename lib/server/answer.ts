// Answers on their way out.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { giveBackAnswer } from './answer_buffers.js';
import { requestsOf } from './connection_requests.js';

/** What a client is answered. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  readonly contentType: string;
  /** In memory of its own; wiped when it is sent. */
  readonly body: Buffer;
}

/** How long a client that still sends is listened to after its answer, in milliseconds. */
export const lingerMs = 2_000;
/** Keys stand in answers: nobody on the way keeps them. */
const cacheControl = 'no-cache, no-store, must-revalidate, private';

/** What every answer carries. */
export interface AnswerHead {
  readonly requestId: string;
  /** Milliseconds since 1970: clients set their clocks by the Date of a refusal. */
  readonly timeMs: number;
}

/**
 * @param isLast - of its connection
 * @returns resolves when the answer is sent or the client left; its body is wiped then
 */
export async function sendAnswer(
  { socket }: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  head: AnswerHead,
  isLast: boolean,
): Promise<void> {
  try {
    if (response.destroyed || socket.destroyed) return;
    const over = untilOver(socket, response);
    writeHead(response, answer, head, isLast);
    response.end(answer.body);
    await over;
  } finally {
    giveBackAnswer(answer.body);
  }
}

/**
 * Answers a client that still sends. It gets the whole answer at once, but the connection ends only
 * when it stops or has had time to: closed before, the answer would be lost in the reset.
 */
export async function sendEarlyAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  head: AnswerHead,
): Promise<void> {
  const { socket } = request;
  try {
    if (response.destroyed || socket.destroyed) return;
    const over = untilOver(socket, response);
    writeHead(response, answer, head, true);
    response.write(answer.body);
    await untilQuiet(request, over);
    // Node ends the connection behind it, once the answers before it are given.
    response.end();
    await over;
  } finally {
    giveBackAnswer(answer.body);
  }
}

function writeHead(
  response: ServerResponse,
  { status, contentType, body }: Answer,
  { requestId, timeMs }: AnswerHead,
  isLast: boolean,
): void {
  const headers = ['x-amzn-RequestId', requestId, 'Content-Type', contentType];
  headers.push('Content-Length', String(body.length), 'Date', httpDate(timeMs));
  headers.push('Cache-Control', cacheControl);
  if (isLast) headers.push('Connection', 'close');
  response.writeHead(status, headers);
}

let dateSecond = -1;
let dateText = '';

/** The same for all answers of a second. */
function httpDate(timeMs: number): string {
  const second = Math.floor(timeMs / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(timeMs).toUTCString();
  }
  return dateText;
}

/** Until the answer is sent or the client left. */
function untilOver(socket: Socket, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const requests = requestsOf(socket);
    const end = () => {
      requests.forget(end);
      resolve();
    };
    // It comes after `finish` too.
    response.on('close', end);
    requests.onEnd(end);
  });
}

function untilQuiet(request: IncomingMessage, over: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    if (request.complete) done();
    request.on('end', done);
    request.on('error', done);
    void over.then(done);
    request.resume();
  });
}
