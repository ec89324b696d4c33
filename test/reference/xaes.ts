// XAES-256-GCM (c2sp.org/XAES-256-GCM), docs/format.md §6: the per-message key comes from two CMAC blocks, built here
// from single AES block encryptions.

import { createCipheriv } from 'node:crypto';
import { gcmDecrypt, gcmEncrypt } from './aes_gcm.js';
import { concat } from './bytes.js';
import { xaesNonceBytes } from './limits.js';

const blockBytes = 16;
const derivationNonceBytes = 12;

/** The intermediate values of one message, named as in docs/format.md. */
export interface XaesDerivation {
  readonly L: Uint8Array;
  readonly K1: Uint8Array;
  readonly M1: Uint8Array;
  readonly M2: Uint8Array;
  readonly Kx: Uint8Array;
  readonly Nx: Uint8Array;
}

export function deriveXaes(key: Uint8Array, nonce: Uint8Array): XaesDerivation {
  if (nonce.length !== xaesNonceBytes) throw new RangeError('expected a nonce of 24 bytes');
  const head = nonce.subarray(0, derivationNonceBytes);
  const L = encryptBlock(key, new Uint8Array(blockBytes));
  const K1 = doubleBlock(L);
  const M1 = concat(Uint8Array.of(0, 1, 0x58, 0), head);
  const M2 = concat(Uint8Array.of(0, 2, 0x58, 0), head);
  const Kx = concat(encryptBlock(key, xor(M1, K1)), encryptBlock(key, xor(M2, K1)));
  return { L, K1, M1, M2, Kx, Nx: nonce.slice(derivationNonceBytes) };
}

export function xaesEncrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const { Kx, Nx } = deriveXaes(key, nonce);
  return gcmEncrypt(Kx, Nx, aad, plaintext);
}

export function xaesDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const { Kx, Nx } = deriveXaes(key, nonce);
  return gcmDecrypt(Kx, Nx, aad, sealed);
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return concat(cipher.update(block), cipher.final());
}

// Doubling in GF(2^128), SP 800-38B §6.1.
function doubleBlock(block: Uint8Array): Uint8Array {
  const doubled = block.map((value, i) => (value << 1) | ((block[i + 1] ?? 0) >>> 7));
  const last = blockBytes - 1;
  doubled[last] = byteAt(doubled, last) ^ (byteAt(block, 0) & 0x80 ? 0x87 : 0);
  return doubled;
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((value, i) => value ^ byteAt(b, i));
}

function byteAt(bytes: Uint8Array, index: number): number {
  const value = bytes[index];
  if (value === undefined) throw new RangeError('index outside the block');
  return value;
}
