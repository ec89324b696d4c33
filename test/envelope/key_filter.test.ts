// Which keys are asked to open what a message names.

import { describe, expect, test } from 'vitest';
import { isKeyArn, KeyFilter } from '../../lib/envelope/key_filter.js';

const scope = 'arn:aws:kms:eu-central-1:111122223333:';
const id = '0f1e2d3c-0000-4000-8000-000000000001';
const arn = `${scope}key/${id}`;
const other = `${scope}key/0f1e2d3c-0000-4000-8000-000000000002`;

test.each([
  [[arn], [arn]],
  [[other, arn], [arn]],
  [[other], []],
  [[], []],
  [[id], [id]],
  [[other.slice(-36)], []],
  [['alias/a'], ['alias/a']],
  [[`${scope}alias/a`], [`${scope}alias/a`]],
  [['arn:aws:kms:eu-west-1:111122223333:alias/a'], []],
  [['arn:aws-cn:kms:eu-central-1:111122223333:alias/a'], []],
  [['arn:aws:kms:eu-central-1:111122224444:alias/a'], []],
  [[arn, 'alias/a', id], [arn]],
  [
    ['alias/a', 'alias/a', id],
    ['alias/a', id],
  ],
  [[arn.toUpperCase()], []],
])('of %j the names %j may open it', (keyIds, names) => {
  expect(new KeyFilter(keyIds, undefined).namesFor(arn)).toEqual(names);
});

test.each([
  '',
  'alias/a',
  id,
  `${scope}alias/a`,
  `${arn}/more`,
  `${scope}key/`,
  `arn:aws:s3:eu-central-1:111122223333:key/${id}`,
  `arn:aws:kms::111122223333:key/${id}`,
  `${arn}\n`,
])('%j is no key ARN, and opens nothing even when it is named', (text) => {
  expect(isKeyArn(text)).toBe(false);
  expect(new KeyFilter([text], true).namesFor(text)).toEqual([]);
});

describe('discovery', () => {
  test.each([
    [true, [arn]],
    [false, []],
    [undefined, []],
    [{ accounts: ['111122223333'] }, [arn]],
    [{ accounts: ['000000000000', '111122223333'], partition: 'aws' }, [arn]],
    [{ accounts: ['111122224444'] }, []],
    [{ accounts: ['111122223333'], partition: 'aws-us-gov' }, []],
  ])('%j asks for %j, always by its ARN', (discovery, names) => {
    expect(new KeyFilter([], discovery).namesFor(arn)).toEqual(names);
  });

  test('does not take names away', () => {
    const filter = new KeyFilter(['alias/a'], { accounts: ['111122224444'] });
    expect(filter.namesFor(arn)).toEqual(['alias/a']);
  });

  test.each([
    {},
    { accounts: [] },
    { accounts: [''] },
    { accounts: '111122223333' },
    { accounts: ['1111'] },
    { accounts: ['111122223333'], partition: '' },
    { accounts: ['111122223333'], partition: 1 },
    'all',
    null,
  ])('%j matches nothing or is no filter, and is refused', (discovery) => {
    expect(() => new KeyFilter([], discovery as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });
});
