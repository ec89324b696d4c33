// AES-256-GCM of the core against published answers.

import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readAcvp } from './support/acvp.js';
import {
  type CoreAnswer,
  type CoreCase,
  decryptionFailed,
  invalidArgument,
  runCore,
} from './support/core_driver.js';
import { cpuCodes } from './support/cpu_code.js';
import { type Check, expectAnswers } from './support/expect_answers.js';
import { itWithVectors } from './support/vector_files.js';
import { readWycheproof } from './support/wycheproof.js';

interface Sealed {
  readonly name: string;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly plaintext: string;
  readonly sealed: string;
}

function sealAndOpen({ name, key, iv, aad, plaintext, sealed }: Sealed): Check[] {
  return [
    {
      name,
      operation: 'aes_gcm_seal',
      fields: [key, iv, aad, plaintext],
      expected: { ok: sealed },
    },
    {
      name,
      operation: 'aes_gcm_open',
      fields: [key, iv, aad, sealed],
      expected: { ok: plaintext },
    },
  ];
}

function openOnly({ name, key, iv, aad, sealed }: Sealed): Check[] {
  const fields = [key, iv, aad, sealed];
  return [{ name, operation: 'aes_gcm_open', fields, expected: decryptionFailed }];
}

function refused({ name, key, iv, aad, plaintext, sealed }: Sealed): Check[] {
  return [
    {
      name,
      operation: 'aes_gcm_seal',
      fields: [key, iv, aad, plaintext],
      expected: invalidArgument,
    },
    { name, operation: 'aes_gcm_open', fields: [key, iv, aad, sealed], expected: invalidArgument },
  ];
}

// McGrew and Viega, The Galois/Counter Mode of Operation (GCM), appendix B: the test cases with
// 256-bit keys.
const zeroKey = '00'.repeat(32);
const zeroIv = '00'.repeat(12);
const key = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
const iv = 'cafebabefacedbaddecaf888';
const aad = 'feedfacedeadbeeffeedfacedeadbeefabaddad2';
const plaintext =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953' +
  '2fcf0e2449a6b525' +
  'b16aedf5aa0de657ba637b391aafd255';
const ciphertext =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3d' +
  'a7b08b1056828838' +
  'c5f61e6393ba7a0abcc9f662898015ad';
const knownAnswers: Sealed[] = [
  {
    name: 'test case 13',
    key: zeroKey,
    iv: zeroIv,
    aad: '',
    plaintext: '',
    sealed: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    name: 'test case 14',
    key: zeroKey,
    iv: zeroIv,
    aad: '',
    plaintext: '00'.repeat(16),
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    name: 'test case 15',
    key,
    iv,
    aad: '',
    plaintext,
    sealed: `${ciphertext}b094dac5d93471bdec1a502270e3cc6c`,
  },
  {
    name: 'test case 16',
    key,
    iv,
    aad,
    plaintext: plaintext.slice(0, 120),
    sealed: `${ciphertext.slice(0, 120)}76fc6ece0f4e1768cddf8853bb2d551b`,
  },
];

describe('AES-256-GCM: known answers', () => {
  it.each(knownAnswers)('McGrew and Viega, $name', (answer) => expectAnswers(sealAndOpen(answer)));
  it('refuses the 64-bit and 480-bit IVs of test cases 17 and 18', () => {
    const other = { name: '', key, aad, plaintext, sealed: ciphertext };
    expectAnswers(
      ['cafebabefacedbad', '93'.repeat(60)].flatMap((bytes) => refused({ ...other, iv: bytes })),
    );
  });
  it('refuses each changed bit of a tag', () => {
    const { sealed } = knownAnswers[3] as Sealed;
    const tagAt = sealed.length - 32;
    const changed = Array.from({ length: 128 }, (_, bit) => {
      const tag = BigInt(`0x${sealed.slice(tagAt)}`) ^ (1n << BigInt(bit));
      return sealed.slice(0, tagAt) + tag.toString(16).padStart(32, '0');
    });
    const of = { name: 'changed tag', key, iv, aad, plaintext: '' };
    expectAnswers(changed.flatMap((bytes) => openOnly({ ...of, sealed: bytes })));
  });
});

// An independent implementation, at the sizes where the core changes its code.
describe('AES-256-GCM: node:crypto', () => {
  const bytes = (size: number, seed: number) =>
    Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + seed) & 0xff));

  function sealed(size: number, aadSize: number): Sealed {
    const [key, iv, aad] = [bytes(32, size), bytes(12, aadSize), bytes(aadSize, 3)];
    const plaintext = bytes(size, 5);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const fields = {
      key,
      iv,
      aad,
      plaintext,
      sealed: Buffer.concat([ciphertext, cipher.getAuthTag()]),
    };
    const hex = Object.entries(fields).map(([name, value]) => [name, value.toString('hex')]);
    return { name: `${size} bytes, ${aadSize} of aad`, ...Object.fromEntries(hex) };
  }

  it('agrees on every size up to 600 bytes, and around 2 KiB and 64 KiB', () => {
    const sizes = [...Array(601).keys(), 2047, 2048, 2049, 65_535, 65_536, 65_537];
    expectAnswers(sizes.flatMap((size) => sealAndOpen(sealed(size, size % 35))));
  });

  it('agrees on every size of associated data up to 300 bytes', () => {
    const sizes = [...Array(301).keys(), 4096, 70_001];
    expectAnswers(sizes.flatMap((size) => sealAndOpen(sealed(size % 37, size))));
  });
});

describe('AES-256-GCM: Wycheproof', () => {
  itWithVectors(['wycheproof/aes_gcm_test.json'], (text) => {
    const tests = readWycheproof(
      text,
      'aead_test_schema_v1.json',
      { ivSize: 'number', keySize: 'number', tagSize: 'number' },
      { key: 'string', iv: 'string', aad: 'string', msg: 'string', ct: 'string', tag: 'string' },
    );
    const served = tests.filter(
      ({ group }) => group.keySize === 256 && group.ivSize === 96 && group.tagSize === 128,
    );
    const others = tests.filter((test) => !served.includes(test));
    const sealed = ({ name, test }: (typeof tests)[number]): Sealed => ({
      ...test,
      name,
      plaintext: test.msg,
      sealed: test.ct + test.tag,
    });
    expectAnswers(
      served.flatMap((test) => (test.valid ? sealAndOpen(sealed(test)) : openOnly(sealed(test)))),
    );
    expectAnswers(others.flatMap((test) => refused(sealed(test))));
  });
});

const acvpFields = {
  group: {
    aadLen: 'number',
    direction: 'string',
    ivGen: 'string',
    ivLen: 'number',
    keyLen: 'number',
    payloadLen: 'number',
    tagLen: 'number',
  },
  prompt: {
    key: 'string',
    iv: 'string',
    aad: 'string',
    pt: 'string?',
    ct: 'string?',
    tag: 'string?',
  },
  answer: { ct: 'string?', tag: 'string?', pt: 'string?', testPassed: 'boolean?' },
} as const;
type AcvpGcmTest = ReturnType<
  typeof readAcvp<typeof acvpFields.group, typeof acvpFields.prompt, typeof acvpFields.answer>
>[number];

function acvpCase({ group, prompt }: AcvpGcmTest): CoreCase {
  const { key, iv, aad } = prompt;
  return group.direction === 'encrypt'
    ? { operation: 'aes_gcm_seal', fields: [key, iv, aad, prompt.pt ?? ''] }
    : { operation: 'aes_gcm_open', fields: [key, iv, aad, `${prompt.ct}${prompt.tag}`] };
}

// A shorter tag is the first bytes of the full one (SP 800-38D §7.1): what the core seals is
// checked against it, and the core opens nothing that carries one.
function isRight({ group, answer }: AcvpGcmTest, got: CoreAnswer | undefined): boolean {
  if (group.direction === 'encrypt') return !!got?.ok?.startsWith(`${answer.ct}${answer.tag}`);
  return got?.ok === (group.tagLen === 128 && answer.testPassed ? answer.pt : undefined);
}

describe('AES-256-GCM: NIST ACVP', () => {
  const set = 'acvp-boringssl/ACVP-AES-GCM';
  itWithVectors([`${set}.vectors`, `${set}.expected`], (...texts) => {
    const tests = readAcvp(...texts, acvpFields);
    const served = tests.filter(({ group }) => group.keyLen === 256);
    for (const cpu of cpuCodes) {
      const answers = runCore(served.map(acvpCase), cpu);
      expect(served.filter((test, i) => !isRight(test, answers[i]))).toEqual([]);
    }
    expect(served.length).toBeGreaterThan(0);
    expectAnswers(
      tests
        .filter(({ group }) => group.keyLen !== 256)
        .map((test) => ({ ...acvpCase(test), name: test.name, expected: invalidArgument })),
    );
  });
});
