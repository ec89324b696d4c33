// The requests of a connection. A client may send further ones before the first is answered, and
// Node tells the answers that still wait in line nothing when the connection ends.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

class ConnectionRequests {
  readonly #inProgress = new Set<IncomingMessage>();
  #begun = 0;
  /** The place in line of the one with the last answer. */
  #last = Number.POSITIVE_INFINITY;
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

  /** @returns the request's place in line */
  begin(request: IncomingMessage): number {
    this.#inProgress.add(request);
    this.#begun += 1;
    return this.#begun;
  }

  end(request: IncomingMessage): void {
    this.#inProgress.delete(request);
    if (this.#whenAnswered !== undefined && !this.#hasWholeOnes()) this.#whenAnswered();
  }

  /**
   * The answer to the request in this place, by default the latest, is the last of the connection:
   * what comes behind it must not be processed (RFC 9112 §9.6).
   */
  stopAfter(place = this.#begun): void {
    this.#last = Math.min(this.#last, place);
  }

  isBehindLast(place: number): boolean {
    return place > this.#last;
  }

  /**
   * Calls back once all are answered that have come as a whole.
   *
   * @returns whether there are any; otherwise nobody is called
   */
  whenAnswered(callback: () => void): boolean {
    const isToCome = this.#hasWholeOnes();
    if (isToCome) this.#whenAnswered = callback;
    return isToCome;
  }

  #hasWholeOnes(): boolean {
    for (const { complete } of this.#inProgress) if (complete) return true;
    return false;
  }

  onEnd(ending: () => void): void {
    this.#endings.add(ending);
  }

  forget(ending: () => void): void {
    this.#endings.delete(ending);
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
