import { expect, test } from 'vitest';
import { formatAnswer } from '../../lib/cli/output.js';
import { formatText } from '../../lib/cli/text_format.js';

test.each([
  ['a text', 'a text\n'],
  [7, '7\n'],
  [true, 'True\n'],
  [false, 'False\n'],
  [null, 'None\n'],
  [[], ''],
  [['a', 'b'], 'a\tb\n'],
  [{ b: 1, a: 'x' }, 'x\t1\n'],
  [
    {
      Keys: [
        { KeyId: '1', KeyArn: 'a' },
        { KeyId: '2', KeyArn: 'b' },
      ],
      Truncated: false,
    },
    'False\nKEYS\ta\t1\nKEYS\tb\t2\n',
  ],
  // All items of a list show the same columns.
  [
    { Aliases: [{ AliasName: 'a', TargetKeyId: 'k' }, { AliasName: 'b' }] },
    'ALIASES\ta\tk\nALIASES\tb\t\n',
  ],
  [{ PolicyNames: ['default'] }, 'POLICYNAMES\tdefault\n'],
  [{ KeyMetadata: { Enabled: true, Algorithms: ['S'] } }, 'KEYMETADATA\tTrue\nALGORITHMS\tS\n'],
  [
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    'a\tb\nc\td\n',
  ],
])('%j', (value, expected) => {
  expect(formatText(value)).toBe(expected);
});

test('answers: bytes as Base64, times in ISO 8601, no metadata, nothing for nothing', () => {
  const answer = {
    Plaintext: Uint8Array.from([1, 2, 3]),
    CreationDate: new Date(0),
    Absent: undefined,
    $metadata: { httpStatusCode: 200 },
  };
  expect(JSON.parse(formatAnswer(answer, { output: 'json' }))).toEqual({
    Plaintext: 'AQID',
    CreationDate: '1970-01-01T00:00:00.000Z',
  });
  expect(formatAnswer(answer, { output: 'text', query: 'Plaintext' })).toBe('AQID\n');
  expect(formatAnswer(answer, { output: 'json', query: 'None' })).toBe('null\n');
  expect(formatAnswer({ $metadata: {} }, { output: 'json' })).toBe('');
  expect(() => formatAnswer(answer, { output: 'json', query: '[' })).toThrow(
    expect.objectContaining({ code: 'ParamValidation', exitCode: 252 }),
  );
});
