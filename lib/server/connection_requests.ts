// The requests of a connection. A client may send further ones before the first is answered, and
// Node tells the answers that still wait in line nothing when the connection ends.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

class ConnectionRequests {
  /** With their places in line, those that are known. */
  readonly #inProgress = new Map<IncomingMessage, number | undefined>();
  #latest: IncomingMessage | undefined;
  #arrived = 0;
  /** The place in line of the one with the last answer. */
  #last = Number.POSITIVE_INFINITY;
  /** The one with the last answer, where it was found to be the first of those left. */
  #onlyOne: IncomingMessage | undefined;
  #isBroken = false;
  #whenAnswered: (() => void) | undefined;
  /** What the requests do when the connection ends. */
  readonly #endings = new Set<() => void>();

  constructor(socket: Socket) {
    socket.once('close', () => {
      for (const end of [...this.#endings]) end();
    });
  }

  get inProgress(): number {
    return this.#inProgress.size;
  }

  /** One has come, and begins before anything else happens: only then its place in line is known. */
  arrive(request: IncomingMessage): void {
    this.#arrived += 1;
    this.#latest = request;
  }

  begin(request: IncomingMessage): void {
    this.#inProgress.set(request, request === this.#latest ? this.#arrived : undefined);
    this.#latest = undefined;
  }

  end(request: IncomingMessage): void {
    this.#inProgress.delete(request);
    if (this.#whenAnswered !== undefined && !this.#hasWholeOnes()) this.#whenAnswered();
  }

  /**
   * The response to the request is the last of the connection: what comes behind it must not be
   * processed (RFC 9112 §9.6).
   */
  stopAfter(request: IncomingMessage, response: ServerResponse): void {
    const place = this.#inProgress.get(request);
    if (place !== undefined) {
      this.#last = Math.min(this.#last, place);
      return;
    }
    const isFirst = () => {
      this.#onlyOne ??= request;
    };
    // Node gives the socket to the first in line.
    if (response.socket === null) response.once('socket', isFirst);
    else isFirst();
  }

  isBehindLast(request: IncomingMessage): boolean {
    if (this.#onlyOne !== undefined) return request !== this.#onlyOne;
    return (this.#inProgress.get(request) ?? 0) > this.#last;
  }

  /** Whether it is broken for the first time: Node tells of every piece that comes after it. */
  break(): boolean {
    const wasBroken = this.#isBroken;
    this.#isBroken = true;
    return !wasBroken;
  }

  /**
   * Nothing more can be read: the last answer is that to the last request that has come as a whole.
   *
   * @param whenAnswered - called once all of them are answered
   * @returns whether there are any; otherwise nobody is called
   */
  endAfterWholeOnes(whenAnswered: () => void): boolean {
    if (!this.#hasWholeOnes()) return false;
    let last = 0;
    for (const [{ complete }, place = 0] of this.#inProgress) {
      if (complete && place > last) last = place;
    }
    this.#last = Math.min(this.#last, last);
    this.#whenAnswered = whenAnswered;
    return true;
  }

  onEnd(ending: () => void): void {
    this.#endings.add(ending);
  }

  forget(ending: () => void): void {
    this.#endings.delete(ending);
  }

  #hasWholeOnes(): boolean {
    for (const { complete } of this.#inProgress.keys()) if (complete) return true;
    return false;
  }
}

const known = new WeakMap<Socket, ConnectionRequests>();

/** The requests of the connection. */
export function requestsOf(socket: Socket): ConnectionRequests {
  const requests = known.get(socket);
  if (requests !== undefined) return requests;
  const made = new ConnectionRequests(socket);
  known.set(socket, made);
  return made;
}
