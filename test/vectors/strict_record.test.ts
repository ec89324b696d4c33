// The readers of the vectors let nothing pass that they do not know.

import { describe, expect, it } from 'vitest';
import { readCavp } from './support/cavp.js';
import { strictRecord } from './support/strict_record.js';
import { readWycheproof } from './support/wycheproof.js';

const shape = { key: 'string', flags: 'array?' } as const;

describe('a vector', () => {
  it('is what its shape says', () => {
    expect(strictRecord({ key: '00' }, 'test', shape)).toEqual({ key: '00' });
  });
  const wrong: [string, unknown][] = [
    ['an unknown field', { key: '00', tweak: '01' }],
    ['a missing field', { flags: [] }],
    ['a field of another kind', { key: 0 }],
    ['an optional field of another kind', { key: '00', flags: {} }],
    ['no object', ['00']],
  ];
  it.each(wrong)('with %s fails', (_, value) => {
    expect(() => strictRecord(value, 'test', shape)).toThrow();
  });
});

describe('a vector file', () => {
  const test = { tcId: 1, comment: '', flags: ['F'], result: 'valid', key: '00' };
  const file = (changes: object, testChanges: object = {}) =>
    JSON.stringify({
      algorithm: 'A',
      header: [],
      notes: { F: {} },
      numberOfTests: 1,
      schema: 's',
      testGroups: [{ type: 'T', source: {}, tests: [{ ...test, ...testChanges }] }],
      ...changes,
    });
  const read = (text: string) => readWycheproof(text, 's', {}, { key: 'string' });
  it('is read whole', () => {
    expect(read(file({}))).toHaveLength(1);
  });
  const wrong: [string, string][] = [
    ['an unknown field', file({ generatorVersion: '0' })],
    ['another schema', file({ schema: 't' })],
    ['another number of tests', file({ numberOfTests: 2 })],
    ['an unknown flag', file({ notes: {} })],
    ['an unknown field of a test', file({}, { tweak: '' })],
    ['an unknown result', file({}, { result: 'acceptable' })],
  ];
  it.each(wrong)('with %s fails', (_, text) => {
    expect(() => read(text)).toThrow();
  });
  it('of NIST with an unknown or a missing field fails', () => {
    expect(readCavp('# c\nKEY = 00\nMD =\n', ['KEY', 'MD'])).toHaveLength(1);
    expect(() => readCavp('KEY = 00\nSEED = 1\n', ['KEY'])).toThrow();
    expect(() => readCavp('KEY = 00\n', ['KEY', 'MD'])).toThrow();
  });
});
