import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serializeEncryptionContext } from '../../lib/envelope/encryption_context.js';

type Pairs = [string, string][];

// Every well-formed string, most of them short, many beyond the BMP and around the surrogates'
// place in the order.
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: 'binary-ascii', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('\u{10000}', '\uE000', '\uFFFF', '\uD7FF', 'a', '\0'),
    maxLength: 4,
  }),
);
const pairs = fc.uniqueArray(fc.tuple(text, text), { selector: ([key]) => key, maxLength: 24 });

function toContext(entries: Pairs): Record<string, string> {
  return Object.fromEntries(entries);
}

function serialize(entries: Pairs): Uint8Array {
  return serializeEncryptionContext(toContext(entries)) ?? new Uint8Array();
}

/** The serialization read back, written from the format's description. */
function parse(bytes: Uint8Array): Pairs {
  if (bytes.length === 0) return [];
  const buffer = Buffer.from(bytes);
  let at = 2;
  const next = () => {
    const end = at + 2 + buffer.readUInt16BE(at);
    const entry = buffer.subarray(at + 2, end).toString('utf8');
    at = end;
    return entry;
  };
  const result: Pairs = Array.from({ length: buffer.readUInt16BE(0) }, () => [next(), next()]);
  expect(at).toBe(buffer.length);
  return result;
}

function byKeyBytes(entries: Pairs): Pairs {
  return [...entries].sort((a, b) => Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])));
}

describe('the serialization', () => {
  test('is the AWS Encryption SDK’s', () => {
    const bytes = serialize([
      ['purpose', 'test'],
      ['é', ''],
      ['app', 'x'],
    ]);
    const expected =
      '0003' +
      '0003617070' +
      '000178' +
      '0007707572706f7365' +
      '000474657374' +
      '0002c3a9' +
      '0000';
    expect(Buffer.from(bytes).toString('hex')).toBe(expected);
  });

  test('holds every pair, sorted by the bytes of the key: it is injective', () => {
    fc.assert(
      fc.property(pairs, (entries) => {
        expect(parse(serialize(entries))).toEqual(byKeyBytes(entries));
      }),
      { numRuns: 1000 },
    );
  });

  test('does not depend on the order of the pairs', () => {
    const shuffled = pairs.chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    );
    fc.assert(
      fc.property(shuffled, ([entries, others]) => {
        expect(serialize(others)).toEqual(serialize(entries));
      }),
      { numRuns: 1000 },
    );
  });

  test('does not run keys and values together', () => {
    expect(serialize([['ab', 'c']])).not.toEqual(serialize([['a', 'bc']]));
  });

  test('sorts by bytes where UTF-16 would sort otherwise', () => {
    const keys = parse(
      serialize([
        ['\u{10000}', ''],
        ['\uFFFF', ''],
      ]),
    ).map(([key]) => key);
    expect(keys).toEqual(['\uFFFF', '\u{10000}']);
  });

  test.each([undefined, null, {}])('of an empty context is absent: %s', (context) => {
    expect(serializeEncryptionContext(context)).toBeUndefined();
  });

  test('takes a key named __proto__ as the key that it is', () => {
    const context = JSON.parse('{"__proto__":"x"}');
    expect(parse(serializeEncryptionContext(context) as Uint8Array)).toEqual([['__proto__', 'x']]);
  });

  test('takes objects without prototype and of another realm', () => {
    const bare = Object.assign(Object.create(null), { a: 'b' });
    const foreign = vm.runInNewContext("({ a: 'b' })");
    for (const context of [bare, foreign]) {
      expect(serializeEncryptionContext(context)).toEqual(serialize([['a', 'b']]));
    }
  });

  test('reads each value once', () => {
    let reads = 0;
    const context = Object.defineProperty({}, 'a', {
      enumerable: true,
      get() {
        reads += 1;
        return `${reads}`;
      },
    });
    expect(parse(serializeEncryptionContext(context) as Uint8Array)).toEqual([['a', '1']]);
  });

  test('stays as it is when later ones are made', () => {
    const first = serialize([['a', 'b']]);
    const copy = first.slice();
    for (let i = 0; i < 10_000; i++) serialize([['k', `${i}`]]);
    expect(first).toEqual(copy);
  });
});

describe('refuses', () => {
  class Pair {
    get a() {
      return 'b';
    }
  }
  test.each([['a', 'b'], new Map([['a', 'b']]), new Pair(), 'a=b', 7, true, () => 'x'])(
    'what is no map of strings: %s',
    (context) => {
      expect(() => serializeEncryptionContext(context as never)).toThrow(
        expect.objectContaining({ code: 'SerializationException' }),
      );
    },
  );

  test.each([7, null, undefined, {}, ['b'], new String('b')])(
    'a value that is no string: %s',
    (value) => {
      expect(() => serializeEncryptionContext({ a: value } as never)).toThrow(
        expect.objectContaining({ code: 'SerializationException' }),
      );
    },
  );

  test.each([{ '\uD800': 'x' }, { x: 'a\uDC00b' }, { x: '\uD800', é: '' }])(
    'lone surrogates',
    (context) => {
      expect(() => serializeEncryptionContext(context)).toThrow(
        expect.objectContaining({ code: 'ValidationException' }),
      );
    },
  );

  test('more than 8192 bytes', () => {
    const tooLong = expect.objectContaining({ code: 'ValidationException' });
    expect(serialize([['a', 'x'.repeat(8192 - 7)]]).length).toBe(8192);
    expect(() => serialize([['a', 'x'.repeat(8192 - 6)]])).toThrow(tooLong);
    expect(serialize([['é', 'é'.repeat(4092)]]).length).toBe(8192);
    expect(() => serialize([['é', 'é'.repeat(4093)]])).toThrow(tooLong);
    expect(() => serialize([['a', 'x'.repeat(70_000)]])).toThrow(tooLong);
    expect(() => serialize(Array.from({ length: 100_000 }, (_, i) => [`${i}`, '']))).toThrow(
      tooLong,
    );
  });
});
