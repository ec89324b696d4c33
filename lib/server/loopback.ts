// Is it this machine?

import { BlockList, isIP } from 'node:net';

const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addAddress('::1', 'ipv6');

/** @param host - an address or a name; of the names, only `localhost` is this machine in any case */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host.toLowerCase() === 'localhost';
  return own.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
