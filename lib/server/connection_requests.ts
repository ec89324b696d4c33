// The requests of a connection. A client may send further ones before the first is answered, and
// Node tells the answers that still wait in line nothing when the connection ends.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

class ConnectionRequests {
  /** With their places in line, those that are known. */
  readonly #inProgress = new Map<IncomingMessage, number | undefined>();
  #latest: IncomingMessage | undefined;
  #arrived = 0;
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
    if (this.#whenAnswered !== undefined && this.#wholeOnes().length === 0) this.#whenAnswered();
  }

  /**
   * The answer to the request is the last of the connection: what comes behind it must not be
   * processed (RFC 9112 §9.6).
   */
  stopAfter(request: IncomingMessage): void {
    this.#last = Math.min(this.#last, this.#inProgress.get(request) ?? this.#last);
  }

  isBehindLast(request: IncomingMessage): boolean {
    return (this.#inProgress.get(request) ?? 0) > this.#last;
  }

  /**
   * Nothing more can be read: the last answer is that to the last request that has come as a whole.
   *
   * @param whenAnswered - called once all of them are answered
   * @returns whether there are any; otherwise nobody is called
   */
  breakOff(whenAnswered: () => void): boolean {
    const whole = this.#wholeOnes();
    if (whole.length === 0) return false;
    this.#last = Math.min(this.#last, Math.max(...whole.map(([, place = 0]) => place)));
    this.#whenAnswered = whenAnswered;
    return true;
  }

  onEnd(ending: () => void): void {
    this.#endings.add(ending);
  }

  forget(ending: () => void): void {
    this.#endings.delete(ending);
  }

  #wholeOnes(): [IncomingMessage, number | undefined][] {
    return [...this.#inProgress].filter(([{ complete }]) => complete);
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
