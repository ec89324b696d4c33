// What a secret looks like in memory.

import { aes256RoundKeys } from './aes_key_schedule.js';
import type { Needle } from './secret_scanner.js';

const needleBytes = 16;

/** Every 16-byte piece of `bytes`; of the last piece, the last 16 bytes. */
export function pieces(name: string, bytes: Uint8Array): Needle[] {
  const count = Math.ceil(bytes.length / needleBytes);
  return Array.from({ length: count }, (_, i) => {
    const start = Math.min(i * needleBytes, bytes.length - needleBytes);
    return { name: `${name}, piece ${i}`, bytes: bytes.slice(start, start + needleBytes) };
  });
}

/** The halves of an AES-256 key and the rest of its round keys. */
export function aesKey(name: string, key: Uint8Array): Needle[] {
  return aes256RoundKeys(key).map((bytes, i) => ({
    name: i < 2 ? `${name}, half ${i}` : `${name}, round key ${i}`,
    bytes,
  }));
}

/**
 * The names of what is found of a data key together with its round keys, where the CPU's AES
 * instructions lay them out.
 */
export const wholeDataKey: ReadonlySet<string> = new Set(
  aesKey('data key', new Uint8Array(32)).map(({ name }) => name),
);
