// KBKDF of the core against published answers.

import { describe, expect, it } from 'vitest';
import { invalidArgument, number, runCore } from './support/core_driver.js';
import { expectAnswers } from './support/expect_answers.js';

// NIST CAVP, KBKDF counter mode (KDFCTR_gen.rsp), PRF=HMAC_SHA256, CTRLOCATION=BEFORE_FIXED,
// RLEN=32_BITS: outputs of 128, 256 and 320 bits. What is asked beyond a block boundary is the
// first bytes of the next block (SP 800-108r1 §4.1).
const knownAnswers = [
  {
    key: 'dd1d91b7d90b2bd3138533ce92b272fbf8a369316aefe242e659cc0ae238afe0',
    fixedInput:
      '01322b96b30acd197979444e468e1c5c6859bf1b1cf951b7e725303e237e46b864a145fab25e517b' +
      '08f8683d0315bb2911d80a0e8a' +
      'ba17f3b413faac',
    output: '10621342bfb0fd40046c0e29f2cfdbf0',
  },
  {
    key: 'e204d6d466aad507ffaf6d6dab0a5b26152c9e21e764370464e360c8fbc765c6',
    fixedInput:
      '7b03b98d9f94b899e591f3ef264b71b193fba7043c7e953cde23bc5384bc1a6293580115fae3495f' +
      'd845dadbd02bd6455cf48d0f62' +
      'b33e62364a3a80',
    output: '770dfab6a6a4a4bee0257ff335213f78d8287b4fd537d5c1fffa956910e7c779',
  },
  {
    key: '1d9209183e557d3aac7e2ab53d26ec659df2a745fe56a53818ef5853a42ce194',
    fixedInput:
      'c01a431a32833930a22abee5c6ea34db459316def3b241529ece7e39e2069a1e6b942946132eebc9' +
      '679801d2cefef4bbb6a1b84ef8' +
      '53325b7bc498fd',
    output: 'dabcffa16a7589deee6c768aaf01e0813de909005526da54700083ef068f854d49941279689a1726',
  },
];

describe('KBKDF: known answers', () => {
  it.each(knownAnswers)('NIST CAVP, $output.length digits', ({ key, fixedInput, output }) => {
    const size = Math.ceil(output.length / 64) * 32;
    const [answer] = runCore([
      { operation: 'kbkdf_hmac_sha256', fields: [key, fixedInput, number(size)] },
    ]);
    expect(answer?.ok?.slice(0, output.length)).toBe(output);
  });
  it('gives whole blocks only', () => {
    const fields = [knownAnswers[0]?.key ?? '', '', number(33)];
    expectAnswers([
      { name: '33 bytes', operation: 'kbkdf_hmac_sha256', fields, expected: invalidArgument },
    ]);
  });
});
