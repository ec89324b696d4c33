// Headers as they came, and what is kept of the names that a client repeats.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeaderList } from '../../lib/server/header_list.js';
import { headerNamesOf } from '../../lib/server/header_names.js';

const same = (value: string) => value;

describe('headers', () => {
  test('are found by their names in lower case', () => {
    const headers = new HeaderList(['Host', 'a', 'X-Amz-Date', 'b', '__proto__', 'c']);
    expect(headers.count).toBe(3);
    expect(['host', 'x-amz-date', '__proto__'].map((name) => headers.get(name))).toEqual([
      'a',
      'b',
      'c',
    ]);
    for (const name of ['Host', 'toString', 'a', '']) {
      expect(headers.get(name)).toBeUndefined();
      expect(headers.join(name, same)).toBe('');
    }
    expect(headers.names.twice).toEqual([]);
    expect(headers.names.ofAws).toEqual(['x-amz-date']);
  });

  test('that stand there more than once keep their order', () => {
    const headers = new HeaderList(['A', '1', 'b', '2', 'a', '3', 'B', '', 'a', '4']);
    expect(headers.get('a')).toBe('1');
    expect(headers.join('a', (value) => `<${value}>`)).toBe('<1>,<3>,<4>');
    expect(headers.join('b', same)).toBe('2,');
    expect(headers.names.twice).toEqual(['a', 'b']);
  });
});

test('a name may stand there again and again', () => {
  const raw = Array.from({ length: 10_000 }, (_, i) => ['a', String(i)]).flat();
  const headers = new HeaderList(raw);
  expect(headers.names.places('a')).toEqual(Array.from({ length: 10_000 }, (_, i) => 2 * i + 1));
  expect(headers.get('a')).toBe('0');
});

describe('the names of headers', () => {
  test('are worked out once for requests that differ in values alone', () => {
    const raw = ['Host', 'one', 'Accept', 'x'];
    const first = new HeaderList(raw);
    const second = new HeaderList(['Host', 'two', 'Accept', '']);
    expect(second.names).toBe(first.names);
    expect([first.get('host'), second.get('host')]).toEqual(['one', 'two']);
    expect([first.get('accept'), second.get('accept')]).toEqual(['x', '']);
  });

  test.each<readonly [string, readonly string[]]>([
    ['in another order', ['Accept', 'x', 'Host', 'one']],
    ['written otherwise', ['host', 'one', 'Accept', 'x']],
    ['with one more', ['Host', 'one', 'Accept', 'x', 'Via', 'y']],
    ['with one less', ['Host', 'one']],
    ['none', []],
    ['with names and values in each others place', ['one', 'Host', 'x', 'Accept']],
  ])('are others %s', (_, raw) => {
    const known = new HeaderList(['Host', 'one', 'Accept', 'x']);
    expect(new HeaderList(raw).names).not.toBe(known.names);
  });

  test('are kept for a few kinds of clients', () => {
    const client = ['Host', '', 'X-Kind', ''];
    const names = headerNamesOf(client);
    const others = Array.from({ length: 16 }, (_, i) => headerNamesOf([`X-Other-${i}`, '']));
    const again = headerNamesOf(client);
    expect(again).not.toBe(names);
    expect(again.places('x-kind')).toEqual([3]);
    expect(headerNamesOf(['X-Other-15', ''])).toBe(others[15]);
  });

  test('are not kept when they are more than are served', () => {
    const many = Array.from({ length: 258 }, (_, i) => (i % 2 === 0 ? `X-Many-${i}` : ''));
    expect(headerNamesOf(many)).not.toBe(headerNamesOf(many));
    const few = many.slice(2);
    expect(headerNamesOf(few)).toBe(headerNamesOf(few));
  });

  test('are never taken for those of another request', () => {
    const name = fc.constantFrom('Host', 'host', 'X-Amz-Date', 'A', 'B');
    const list = fc.array(fc.tuple(name, fc.string({ maxLength: 3 })), { maxLength: 6 });
    fc.assert(
      fc.property(list, (pairs) => {
        const headers = new HeaderList(pairs.flat());
        for (const asked of ['host', 'x-amz-date', 'a', 'b']) {
          const values = pairs.filter(([own]) => own.toLowerCase() === asked);
          expect(headers.get(asked)).toBe(values[0]?.[1]);
          expect(headers.join(asked, same)).toBe(values.map(([, value]) => value).join(','));
          expect(headers.names.twice.includes(asked)).toBe(values.length > 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
