// XAES-256-GCM of the core against C2SP's answers.

import { describe, expect, it } from 'vitest';
import { type Check, expectAnswers } from './support/expect_answers.js';
import { strictRecord } from './support/strict_record.js';
import { itWithVectors } from './support/vector_files.js';
import { accumulatedXaesHash } from './support/xaes_accumulated.js';

interface Xaes {
  readonly key: string;
  readonly nonce: string;
  readonly aad: string;
  readonly plaintext: string;
  readonly sealed: string;
}

function ascii(text: string): string {
  return Buffer.from(text, 'ascii').toString('hex');
}

function sealAndOpen({ key, nonce, aad, plaintext, sealed }: Xaes): Check[] {
  return [
    {
      name: 'seal',
      operation: 'xaes_gcm_seal',
      fields: [key, nonce, aad, plaintext],
      expected: { ok: sealed },
    },
    {
      name: 'open',
      operation: 'xaes_gcm_open',
      fields: [key, nonce, aad, sealed],
      expected: { ok: plaintext },
    },
    {
      name: 'box',
      operation: 'box_open',
      fields: [key, aad, nonce + sealed],
      expected: { ok: plaintext },
    },
  ];
}

// C2SP XAES-256-GCM, test vectors.
const nonce = ascii('ABCDEFGHIJKLMNOPQRSTUVWX');
const plaintext = ascii('XAES-256-GCM');
const knownAnswers: Xaes[] = [
  {
    key: '01'.repeat(32),
    nonce,
    aad: '',
    plaintext,
    sealed: 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271',
  },
  {
    key: '03'.repeat(32),
    nonce,
    aad: ascii('c2sp.org/XAES-256-GCM'),
    plaintext,
    sealed: '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
  },
];
const accumulatedOf10000 = 'e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939';

describe('XAES-256-GCM: known answers', () => {
  it.each(knownAnswers)('C2SP, key $key', (answer) => expectAnswers(sealAndOpen(answer)));
  it('C2SP, accumulated over 10,000 random messages', { timeout: 60_000 }, () => {
    expect(accumulatedXaesHash(10_000)).toBe(accumulatedOf10000);
  });
});

describe('XAES-256-GCM: vectors', () => {
  itWithVectors(['xaes/xaes-256-gcm.json'], (text) => {
    const file = strictRecord(JSON.parse(text), 'file', {
      source: 'string',
      tests: 'array',
      accumulated: 'object',
      note: 'string',
    });
    const accumulated = strictRecord(file.accumulated, 'accumulated', {
      rng: 'string',
      hash: 'string',
      10000: 'string',
      1000000: 'string',
    });
    expect(accumulated[10000]).toBe(accumulatedOf10000);
    expectAnswers(file.tests.flatMap((value) => sealAndOpen(readTest(value))));
  });
});

// The intermediate values are checked by the reference implementation (reference_xaes.test.ts).
function readTest(value: unknown): Xaes {
  const test = strictRecord(value, 'test', {
    key: 'string',
    nonceAscii: 'string',
    L: 'string',
    K1: 'string',
    M1: 'string',
    M2: 'string',
    Kx: 'string',
    Nx: 'string',
    plaintextAscii: 'string',
    aadAscii: 'string',
    ciphertextAndTag: 'string',
    kcCommitment: 'string',
  });
  return {
    key: test.key,
    nonce: ascii(test.nonceAscii),
    aad: ascii(test.aadAscii),
    plaintext: ascii(test.plaintextAscii),
    sealed: test.ciphertextAndTag,
  };
}
