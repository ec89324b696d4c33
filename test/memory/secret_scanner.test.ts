// The tools of the memory tests themselves.

import { describe, expect, it } from 'vitest';
import { hex, unhex } from '../reference/bytes.js';
import { aes256RoundKeys } from './support/aes_key_schedule.js';
import { aesKey, pieces } from './support/needles.js';
import { SecretScanner } from './support/secret_scanner.js';

describe('the AES-256 key schedule', () => {
  it('is that of FIPS 197, A.3', () => {
    const key = '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4';
    const roundKeys = aes256RoundKeys(unhex(key)).map(hex);
    expect(roundKeys).toHaveLength(15);
    expect(roundKeys.slice(0, 4)).toEqual([
      '603deb1015ca71be2b73aef0857d7781',
      '1f352c073b6108d72d9810a30914dff4',
      '9ba354118e6925afa51a8b5f2067fcde',
      'a8b09c1a93d194cdbe49846eb75d5b9a',
    ]);
    expect(roundKeys[14]).toBe('fe4890d1e6188d0b046df344706c631e');
  });
});

describe('the scanner', () => {
  const secret = crypto.getRandomValues(new Uint8Array(40));
  // A secret that begins with zeros could hide at the end of a block of zeros.
  const sparse = new Uint8Array(16).fill(1, 15);
  const needles = [...pieces('secret', secret), { name: 'sparse', bytes: sparse }];
  const scanner = new SecretScanner(needles);

  it.each([0, 1, 100, 4079, 4080, 4081, 4095, 4096, 8191, 9960])('finds a secret at %d', (at) => {
    const memory = new Uint8Array(10_000);
    memory.set(secret, at);
    expect(scanner.scan(memory)).toEqual([
      { name: 'secret, piece 0', offset: at },
      { name: 'secret, piece 1', offset: at + 16 },
      { name: 'secret, piece 2', offset: at + 24 },
    ]);
  });

  it.each([0, 4066, 4080, 4085, 4096, 9984])('finds a secret of zeros at %d', (at) => {
    const memory = new Uint8Array(10_000);
    memory.set(sparse, at);
    expect(scanner.scan(memory)).toEqual([{ name: 'sparse', offset: at }]);
  });

  it('finds each of many round keys, and nothing that is not there', () => {
    const roundKeys = aesKey('key', secret.slice(0, 32));
    const memory = Buffer.concat(roundKeys.flatMap(({ bytes }) => [bytes, Uint8Array.of(0xaa)]));
    const hits = new SecretScanner(roundKeys).scan(memory);
    expect(hits.map(({ name }) => name)).toEqual(roundKeys.map(({ name }) => name));
    expect(scanner.scan(memory).filter(({ name }) => name === 'sparse')).toEqual([]);
  });
});
