// How a request came: what the socket tells.

import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { ConnectionInfo } from './served_request.js';

/** What of a connection somebody in front of the handler knows better. */
export type GivenConnection = Partial<Pick<ConnectionInfo, 'sourceIp' | 'secureTransport'>>;

/** @param given - what a proxy in front tells, when it is to be believed */
export function connectionOf(
  { socket }: IncomingMessage,
  given: GivenConnection | undefined,
): ConnectionInfo {
  const isTls = (socket as Partial<TLSSocket>).encrypted === true;
  const { sourceIp = plainAddress(socket.remoteAddress), secureTransport = isTls } = given ?? {};
  if (!isTls) {
    return { sourceIp, secureTransport, tlsVersion: undefined, cipherSuite: undefined };
  }
  const tls = socket as TLSSocket;
  const tlsVersion = tls.getProtocol() ?? undefined;
  return { sourceIp, secureTransport, tlsVersion, cipherSuite: tls.getCipher()?.name };
}

/** An IPv4 client of a socket for both is itself, not a mapped address. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
