// AES-KWP of the core against published answers. RFC 5649 §6 has 192-bit keys only, so the known
// answers are NIST's.

import { describe, it } from 'vitest';
import { readAcvp } from './support/acvp.js';
import { decryptionFailed, invalidArgument } from './support/core_driver.js';
import { type Check, expectAnswers } from './support/expect_answers.js';
import { itWithVectors } from './support/vector_files.js';
import { readWycheproof } from './support/wycheproof.js';

interface Wrapped {
  readonly name: string;
  readonly key: string;
  readonly plaintext: string;
  readonly wrapped: string;
}

function wrapAndUnwrap({ name, key, plaintext, wrapped }: Wrapped): Check[] {
  return [
    { name, operation: 'aes_kwp_wrap', fields: [key, plaintext], expected: { ok: wrapped } },
    { name, operation: 'aes_kwp_unwrap', fields: [key, wrapped], expected: { ok: plaintext } },
  ];
}

function unwrapFails({ name, key, wrapped }: Wrapped): Check[] {
  return [
    { name, operation: 'aes_kwp_unwrap', fields: [key, wrapped], expected: decryptionFailed },
  ];
}

function refused({ name, key, plaintext, wrapped }: Wrapped): Check[] {
  return [
    { name, operation: 'aes_kwp_wrap', fields: [key, plaintext], expected: invalidArgument },
    { name, operation: 'aes_kwp_unwrap', fields: [key, wrapped], expected: invalidArgument },
  ];
}

// NIST ACVP, vector set 397201 (ACVP-AES-KWP, revision 1.0): tests 911, 1011, 2111 and 2211.
const knownAnswers: Wrapped[] = [
  {
    name: 'tcId 911',
    key: 'f0389a57e096106b5ed771aa9e62f5679445468c47b5231dd1c566cb9dab2596',
    plaintext: '6284828b40e23777d88a7c44eeb93cb2',
    wrapped: 'd9c1e6bf28a4834eb5d930b6e0ee9076c28821d83efeb483',
  },
  {
    name: 'tcId 1011',
    key: '00167758a6370208070ef2269269363380df293251ecabf7e248098efc830a69',
    plaintext: '808aa1d28bf37cfc77f43ba406ff65bd10f357dd680f650c0f32cba4b8bb6e69',
    wrapped: '9bac075fa7f37eda99a001016b94524840f63f682a7e4a54e8e85ffc9e9fcab469c67c5582a16394',
  },
  {
    name: 'tcId 2111',
    key: '4069db22951af34fbc990c125b35316fe34b2eb355985b62d7f2c294dada8c49',
    plaintext: 'f7a85b6a23698a1bf476f8baf19fe826',
    wrapped: '8940d3d49672a92adec3d09bf6da4bba879a1561e8134772',
  },
  {
    name: 'tcId 2211',
    key: '93bd65a087b87bb9000902d52a211167762616889b39528e7f8358924d52bec7',
    plaintext: '28dffb9f179452b4c49b43c88e55af3756c60f8db86227814b55c04ab14b2504',
    wrapped: 'd376419511b0e843298dfdcfd9d3baf53e544b2df7ba6cf733307198909efdde4287eb6ae5cddace',
  },
];

describe('AES-KWP: known answers', () => {
  it.each(knownAnswers)('NIST ACVP 397201, $name', (answer) =>
    expectAnswers(wrapAndUnwrap(answer)),
  );
  it('wraps nothing but 1 to 65,536 bytes', () => {
    const key = '00'.repeat(32);
    expectAnswers(
      ['', 'aa'.repeat(65_537)].map((plaintext) => ({
        name: `${plaintext.length / 2} bytes`,
        operation: 'aes_kwp_wrap',
        fields: [key, plaintext],
        expected: invalidArgument,
      })),
    );
  });
});

describe('AES-KWP: Wycheproof', () => {
  itWithVectors(['wycheproof/aes_kwp_test.json'], (text) => {
    const tests = readWycheproof(
      text,
      'keywrap_test_schema_v1.json',
      { keySize: 'number' },
      { key: 'string', msg: 'string', ct: 'string' },
    );
    const checks = tests.flatMap(({ name, group, test, valid }) => {
      const wrapped = { name, key: test.key, plaintext: test.msg, wrapped: test.ct };
      if (group.keySize !== 256) return refused(wrapped);
      return valid ? wrapAndUnwrap(wrapped) : unwrapFails(wrapped);
    });
    expectAnswers(checks);
  });
});

describe('AES-KWP: NIST ACVP', () => {
  itWithVectors(
    ['acvp-boringssl/ACVP-AES-KWP.vectors', 'acvp-boringssl/ACVP-AES-KWP.expected'],
    (...texts) => {
      const tests = readAcvp(...texts, {
        group: { direction: 'string', keyLen: 'number', kwCipher: 'string', payloadLen: 'number' },
        prompt: { key: 'string', pt: 'string?', ct: 'string?' },
        answer: { ct: 'string?', pt: 'string?', testPassed: 'boolean?' },
      });
      const checks = tests.flatMap(({ name, group, prompt, answer }) => {
        const plaintext = (prompt.pt ?? answer.pt ?? '').toLowerCase();
        const wrapped = {
          name,
          key: prompt.key,
          plaintext,
          wrapped: (prompt.ct ?? answer.ct ?? '').toLowerCase(),
        };
        if (group.keyLen !== 256) return refused(wrapped);
        return answer.testPassed === false ? unwrapFails(wrapped) : wrapAndUnwrap(wrapped);
      });
      expectAnswers(checks);
    },
  );
});
