// The body of a request, up to a limit. Keys stand in it: its owner wipes it.

import type { IncomingMessage } from 'node:http';
import { KeysteadError } from '../errors.js';
import { WireError } from './wire_error.js';

/** The client left before its request was whole: nobody waits for an answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/**
 * @param sizeBytesMax - the longest body that is taken
 * @returns the body, for the caller to wipe
 * @throws WireError RequestEntityTooLargeException, as soon as it is known; ClientGone;
 * KeysteadError ERR_INVALID_ARGUMENT when somebody else has read the body
 */
export function readBody(request: IncomingMessage, sizeBytesMax: number): Promise<Buffer> {
  if (request.readableEnded || request.readableDidRead) {
    throw new KeysteadError(
      'ERR_INVALID_ARGUMENT',
      'the body was read already: the handler must come before body parsers',
    );
  }
  if (isTooLong(request, sizeBytesMax)) throw tooLong(sizeBytesMax);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let isWhole = false;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= sizeBytesMax) {
        chunks.push(chunk);
        return;
      }
      for (const kept of chunks.splice(0)) kept.fill(0);
      reject(tooLong(sizeBytesMax));
    });
    request.on('end', () => {
      isWhole = true;
      resolve(join(chunks, sizeBytes));
    });
    const leave = () => {
      if (!isWhole) reject(new ClientGone());
    };
    request.on('error', leave);
    request.on('close', leave);
  });
}

/** Whether the headers say already that the body is too long. */
export function isTooLong({ headers }: IncomingMessage, sizeBytesMax: number): boolean {
  return Number(headers['content-length'] ?? 0) > sizeBytesMax;
}

function join(chunks: readonly Buffer[], sizeBytes: number): Buffer {
  if (chunks.length === 1) return chunks[0] as Buffer;
  const body = Buffer.concat(chunks, sizeBytes);
  for (const chunk of chunks) chunk.fill(0);
  return body;
}

function tooLong(sizeBytesMax: number): WireError {
  const message = `the body is longer than ${sizeBytesMax} bytes`;
  return new WireError('RequestEntityTooLargeException', message);
}
