// Argon2id of the core against published answers.

import { describe, it } from 'vitest';
import { invalidArgument, number } from './support/core_driver.js';
import { expectAnswers } from './support/expect_answers.js';

const passphrase = '01'.repeat(32);
const salt = '02'.repeat(16);

function fields(
  secret: string,
  associatedData: string,
  cost: readonly [number, number, number],
  size = 32,
) {
  return [passphrase, salt, secret, associatedData, ...cost.map(number), number(size)];
}

describe('Argon2id: known answers', () => {
  it('RFC 9106 §5.3', () => {
    expectAnswers([
      {
        name: '§5.3',
        operation: 'argon2id',
        fields: fields('03'.repeat(8), '04'.repeat(12), [32, 3, 4]),
        expected: { ok: '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659' },
      },
    ]);
  });
});

describe('Argon2id: limits', () => {
  const outOfRange: [string, [number, number, number], number][] = [
    ['less than 8 KiB a lane', [31, 1, 4], 32],
    ['no pass', [32, 0, 1], 32],
    ['no lane', [32, 1, 0], 32],
    ['too many lanes', [8 * 65, 1, 65], 32],
    ['too many passes', [32, 1001, 1], 32],
    ['more than 4 GiB', [4 * 1024 * 1024 + 1, 1, 1], 32],
    ['an output of 3 bytes', [32, 1, 1], 3],
  ];
  it.each(outOfRange)('refuses %s', (name, cost, size) => {
    const check = { name, operation: 'argon2id', fields: fields('', '', cost, size) };
    expectAnswers([{ ...check, expected: invalidArgument }]);
  });
});
