// HKDF of the core against published answers.

import { describe, expect, it } from 'vitest';
import { readAcvp } from './support/acvp.js';
import { readCavp } from './support/cavp.js';
import { invalidArgument, number } from './support/core_driver.js';
import { expectAnswers } from './support/expect_answers.js';
import { itWithVectors } from './support/vector_files.js';
import { readWycheproof } from './support/wycheproof.js';

// RFC 5869 appendix A.1 to A.3 (SHA-256).
const knownAnswers = [
  {
    name: 'A.1',
    ikm: '0b'.repeat(22),
    salt: '000102030405060708090a0b0c',
    info: 'f0f1f2f3f4f5f6f7f8f9',
    okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  },
  {
    name: 'A.2',
    ikm: count(0x00, 80),
    salt: count(0x60, 80),
    info: count(0xb0, 80),
    okm:
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac78272' +
      '71cb41c65e590e09' +
      'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  },
  {
    name: 'A.3',
    ikm: '0b'.repeat(22),
    salt: '',
    info: '',
    okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  },
];

/** `size` bytes that count up from `first`. */
function count(first: number, size: number): string {
  return Buffer.from(Array.from({ length: size }, (_, i) => first + i)).toString('hex');
}

function hkdfSha256(vector: {
  name: string;
  ikm: string;
  salt: string;
  info: string;
  okm: string;
}) {
  const fields = [vector.ikm, vector.salt, vector.info, number(vector.okm.length / 2)];
  return { name: vector.name, operation: 'hkdf_sha256', fields, expected: { ok: vector.okm } };
}

describe('HKDF: known answers', () => {
  it.each(knownAnswers)('RFC 5869 $name', (vector) => expectAnswers([hkdfSha256(vector)]));
});

describe('HKDF: Wycheproof', () => {
  for (const hash of ['sha256', 'sha384', 'sha512']) {
    itWithVectors([`wycheproof/hkdf_${hash}_test.json`], (text) => {
      const tests = readWycheproof(
        text,
        'hkdf_test_schema_v1.json',
        { keySize: 'number' },
        { ikm: 'string', salt: 'string', info: 'string', size: 'number', okm: 'string' },
      );
      expectAnswers(
        tests.map(({ name, test, valid }) => ({
          name,
          operation: `hkdf_${hash}`,
          fields: [test.ikm, test.salt, test.info, number(test.size)],
          expected: valid ? { ok: test.okm } : invalidArgument,
        })),
      );
    });
  }
});

describe('HKDF: NIST', () => {
  itWithVectors(['nist-cavp/rfc-5869-HKDF-SHA256.txt'], (text) => {
    const records = readCavp(text, ['COUNT', 'Hash', 'IKM', 'salt', 'info', 'L', 'PRK', 'OKM']);
    const field = (record: Map<string, string>, name: string) => record.get(name) ?? '';
    for (const record of records) {
      expect(field(record, 'Hash')).toBe('SHA-256');
      expect(field(record, 'OKM')).toHaveLength(2 * Number(field(record, 'L')));
    }
    expectAnswers(
      records.map((record) =>
        hkdfSha256({
          name: `COUNT ${field(record, 'COUNT')}`,
          ikm: field(record, 'IKM'),
          salt: field(record, 'salt'),
          info: field(record, 'info'),
          okm: field(record, 'OKM'),
        }),
      ),
    );
  });

  // The set holds only hashes that the core has no HKDF over; one that it has would have to be run.
  itWithVectors(['acvp-boringssl/HKDF.vectors', 'acvp-boringssl/HKDF.expected'], (...texts) => {
    const tests = readAcvp(...texts, {
      group: { kdfConfiguration: 'object', zLength: 'number' },
      prompt: {
        fixedInfoPartyU: 'object',
        fixedInfoPartyV: 'object',
        kdfParameter: 'object',
        dkm: 'string?',
      },
      answer: { dkm: 'string?', testPassed: 'boolean?' },
    });
    const hashes = tests.map(
      ({ group }) => (group.kdfConfiguration as { hmacAlg?: unknown }).hmacAlg,
    );
    expect([...new Set(hashes)].sort()).toEqual(['SHA2-224', 'SHA2-512/256']);
  });
});
