// The body of a request, up to a limit. Keys stand in it: its owner wipes it.

import type { IncomingMessage } from 'node:http';
import { KeysteadError } from '../errors.js';
import type { BodyBudget } from './body_budget.js';
import { WireError } from './wire_error.js';

/** The client left before its request was whole: nobody waits for an answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/**
 * @param sizeBytesMax - the longest body that is taken
 * @param budget - what the body is taken out of
 * @returns the body, for the caller to wipe and to give back to the budget
 * @throws WireError RequestEntityTooLargeException, as soon as it is known;
 * ServiceUnavailableException; ClientGone; KeysteadError ERR_INVALID_ARGUMENT when somebody else has
 * read the body
 */
export function readBody(
  request: IncomingMessage,
  sizeBytesMax: number,
  budget: BodyBudget,
): Promise<Buffer> {
  if (request.readableEnded || request.readableDidRead) {
    throw new KeysteadError(
      'ERR_INVALID_ARGUMENT',
      'the body was read already: the handler must come before body parsers',
    );
  }
  if (isTooLong(request, sizeBytesMax)) throw tooLong(sizeBytesMax);
  return new Promise((resolve, reject) => {
    const body = new BodyInParts(sizeBytesMax, budget);
    let isOver = false;
    const fail = (error: unknown) => {
      if (isOver) return;
      isOver = true;
      body.drop();
      reject(error);
    };
    request.on('data', (part: Buffer) => {
      if (isOver) return;
      try {
        body.add(part);
      } catch (error) {
        fail(error);
      }
    });
    request.on('end', () => {
      if (isOver) return;
      isOver = true;
      resolve(body.join());
    });
    const leave = () => {
      if (!isOver) fail(new ClientGone());
    };
    request.on('error', leave);
    request.on('close', leave);
  });
}

class BodyInParts {
  readonly #sizeBytesMax: number;
  readonly #budget: BodyBudget;
  #parts: Buffer[] = [];
  #sizeBytes = 0;

  constructor(sizeBytesMax: number, budget: BodyBudget) {
    this.#sizeBytesMax = sizeBytesMax;
    this.#budget = budget;
  }

  add(part: Buffer): void {
    if (this.#sizeBytes + part.length > this.#sizeBytesMax) throw tooLong(this.#sizeBytesMax);
    this.#budget.take(part.length);
    this.#sizeBytes += part.length;
    this.#parts.push(part);
  }

  join(): Buffer {
    if (this.#parts.length === 1) return this.#parts[0] as Buffer;
    // Memory of its own, not of Node's pool.
    const body = Buffer.from(new ArrayBuffer(this.#sizeBytes));
    let at = 0;
    for (const part of this.#parts) {
      at += part.copy(body, at);
      part.fill(0);
    }
    return body;
  }

  /** Forgets everything. */
  drop(): void {
    for (const part of this.#parts) part.fill(0);
    this.#parts = [];
    this.#budget.giveBack(this.#sizeBytes);
    this.#sizeBytes = 0;
  }
}

/** Whether the headers say already that the body is too long. */
export function isTooLong({ headers }: IncomingMessage, sizeBytesMax: number): boolean {
  return Number(headers['content-length'] ?? 0) > sizeBytesMax;
}

function tooLong(sizeBytesMax: number): WireError {
  const message = `the body is longer than ${sizeBytesMax} bytes`;
  return new WireError('RequestEntityTooLargeException', message);
}
