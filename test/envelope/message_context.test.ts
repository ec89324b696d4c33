// The encryption context of messages, as callers give it.

import { describe, expect, test } from 'vitest';
import {
  callersPairs,
  readContext,
  requirePairs,
  withPublicKey,
} from '../../lib/envelope/message_context.js';

const invalid = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });

describe('a context', () => {
  test('that is absent, null or empty is no bytes', () => {
    for (const context of [undefined, null, {}]) {
      expect(readContext(context as never)).toEqual({ pairs: {}, bytes: undefined });
    }
  });

  test('is read once: a getter that changes its mind changes nothing', () => {
    let reads = 0;
    const context = {
      get a() {
        reads += 1;
        return reads === 1 ? 'first' : 'later';
      },
    };
    const { pairs, bytes } = readContext(context);
    expect(pairs).toEqual({ a: 'first' });
    expect(Buffer.from(bytes ?? []).includes('first')).toBe(true);
    expect(reads).toBe(1);
  });

  test('that is given again is recognized, whatever object it comes in', () => {
    const read = readContext({ tenant: 'alice', z: '' });
    expect(readContext({ tenant: 'alice', z: '' })).toBe(read);
    expect(readContext({ z: '', tenant: 'alice' })).toEqual(read);
  });

  test.each([
    { tenant: 'alice' },
    { tenant: 'alice', z: '1' },
    { tenant: 'alice', Z: '' },
    { tenant: 'alice', z: '', more: '' },
    { tenant: 'bob', z: '' },
    JSON.parse('{"tenant":"alice","__proto__":""}'),
  ])('%j is told from the one before', (context) => {
    const before = readContext({ tenant: 'alice', z: '' });
    const { pairs, bytes } = readContext(context);
    expect(Object.entries(pairs).sort()).toEqual(Object.entries(context).sort());
    expect(bytes).not.toEqual(before.bytes);
  });

  test('that was changed since it was read is another', () => {
    const context = { tenant: 'alice' };
    readContext(context);
    context.tenant = 'bob';
    expect(readContext(context).pairs).toEqual({ tenant: 'bob' });
  });

  test('is refused in a class although its pairs were read before', () => {
    readContext({ tenant: 'alice' });
    class Context {
      tenant = 'alice';
    }
    expect(() => readContext(new Context() as never)).toThrow(invalid);
    expect(() => readContext('tenant' as never)).toThrow(invalid);
  });

  test('keeps names that objects have themselves', () => {
    const context = JSON.parse('{"__proto__": "a", "constructor": "b"}');
    const { pairs } = readContext(context);
    expect(Object.entries(pairs)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(Object.entries(callersPairs(pairs))).toEqual(Object.entries(pairs));
    expect(() => requirePairs(pairs, context)).not.toThrow();
    expect(() => requirePairs({}, context)).toThrow();
  });

  test.each([
    { 'aws-crypto-public-key': 'x' },
    { 'aws-crypto-': '' },
    { a: 1 },
    { a: undefined },
    { a: '\ud800' },
    { '\udfff': 'a' },
    { a: 'x'.repeat(8192) },
    [],
    new Map(),
    'text',
    1,
  ])('%j is refused', (context) => {
    expect(() => readContext(context as never)).toThrow(invalid);
  });

  test('of a signed message has the signature’s key too, which callers are not told of', () => {
    const { pairs, bytes } = withPublicKey(readContext({ z: '1', A: '2' }), 'Ak==');
    expect(pairs).toEqual({ z: '1', A: '2', 'aws-crypto-public-key': 'Ak==' });
    expect(callersPairs(pairs)).toEqual({ z: '1', A: '2' });
    expect(Buffer.from(bytes ?? []).toString('latin1')).toMatch(/A.*aws-.*z/s);
  });
});

describe('expected pairs', () => {
  const pairs = { a: '1', b: '2' };

  test.each([{}, { a: '1' }, { b: '2', a: '1' }])('%j are there', (expected) => {
    expect(() => requirePairs(pairs, expected)).not.toThrow();
  });

  test.each<Record<string, string>>([
    { a: '2' },
    { c: '1' },
    { a: '1', c: '' },
    { A: '1' },
    { valueOf: '' },
  ])('%j are not', (expected) => {
    expect(() => requirePairs(pairs, expected)).toThrow(
      expect.objectContaining({ code: 'ERR_ENCRYPTION_CONTEXT' }),
    );
  });
});
