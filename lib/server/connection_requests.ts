// The requests of a connection. A client may send further ones before the first is answered, and
// Node tells the answers that still wait in line nothing when the connection ends.

import type { Socket } from 'node:net';

class ConnectionRequests {
  #inProgress = 0;
  /** What the requests do when the connection ends. */
  readonly #endings = new Set<() => void>();

  constructor(socket: Socket) {
    socket.once('close', () => {
      for (const end of [...this.#endings]) end();
    });
  }

  get inProgress(): number {
    return this.#inProgress;
  }

  begin(): void {
    this.#inProgress += 1;
  }

  end(): void {
    this.#inProgress -= 1;
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
