import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readInputJson, readParameter } from '../../lib/cli/parameter.js';
import { parseShorthand } from '../../lib/cli/shorthand.js';
import type { Member } from '../../lib/operations/shape.js';

const folder = mkdtempSync(join(tmpdir(), 'keystead-parameter-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text: Member = { kind: 'string', min: 0, max: 10 };
const bytes: Member = { kind: 'blob', min: 0, max: 10 };
const integer: Member = { kind: 'integer', min: 0, max: 10 };
const pairs: Member = { kind: 'encryption context' };
const structure: Member = { kind: 'structure', members: { A: text, B: integer, C: pairs } };
const texts: Member = { kind: 'list', min: 0, max: 10, of: text };
const structures: Member = { kind: 'list', min: 0, max: 10, of: structure };

const refused = expect.objectContaining({ code: 'ParamValidation', exitCode: 252 });

describe('shorthand', () => {
  test.each([
    ['a=b', { a: 'b' }],
    ['a=b,c=d', { a: 'b', c: 'd' }],
    ['a=', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ["a='x,y',b=1", { a: 'x,y', b: '1' }],
    ['a="x\\"y"', { a: 'x"y' }],
    ['a={b=c,d={e=f}},g=h', { a: { b: 'c', d: { e: 'f' } }, g: 'h' }],
    ['a=[b,c],d=[]', { a: ['b', 'c'], d: [] }],
    ['aws:s3:arn=arn:aws:s3:::b/k', { 'aws:s3:arn': 'arn:aws:s3:::b/k' }],
  ])('%s', (written, expected) => {
    expect(parseShorthand(written)).toEqual(expected);
  });

  test.each(['', 'a', '=b', 'a={b=c', 'a=[b', 'a="b', 'a={b=c}d', ',a=b'])(
    '%j is none',
    (written) => {
      expect(() => parseShorthand(written)).toThrow(refused);
    },
  );
});

describe('values', () => {
  writeFileSync(join(folder, 'text'), 'of a file');
  writeFileSync(join(folder, 'bytes'), Buffer.from([0, 255]));
  writeFileSync(join(folder, 'list'), '["a","b"]');

  test.each([
    [text, 'a', 'a'],
    [text, `file://${join(folder, 'text')}`, 'of a file'],
    [bytes, 'AP8=', Uint8Array.from([0, 255])],
    [bytes, `fileb://${join(folder, 'bytes')}`, Uint8Array.from([0, 255])],
    [integer, '7', 7],
    [{ kind: 'boolean' }, true, true],
    [{ kind: 'boolean' }, false, false],
    [pairs, 'a=b,c=d', { a: 'b', c: 'd' }],
    [pairs, '{"a":"b"}', { a: 'b' }],
    [texts, ['a', 'b'], ['a', 'b']],
    [texts, ['["a","b"]'], ['a', 'b']],
    [texts, [`file://${join(folder, 'list')}`], ['a', 'b']],
    [structure, 'A=x,B=7,C={a=b}', { A: 'x', B: 7, C: { a: 'b' } }],
    [structure, '{"A":"x","B":7}', { A: 'x', B: 7 }],
    [structures, ['A=x', 'A=y,B=1'], [{ A: 'x' }, { A: 'y', B: 1 }]],
    [structures, ['[{"A":"x"}]'], [{ A: 'x' }]],
  ] as [Member, string[] | string | boolean, unknown][])('%j %j', (member, given, expected) => {
    expect(readParameter('--p', member, given)).toEqual(expected);
  });

  test.each([
    [bytes, 'not Base64'],
    [bytes, 'AP8'],
    [integer, '1.5'],
    [integer, 'x'],
    [pairs, '{'],
    [structure, 'D=x'],
    [structure, '{"__proto__":"x"}'],
  ] as [Member, string][])('%j refuses %j', (member, given) => {
    expect(() => readParameter('--p', member, given)).toThrow(refused);
  });

  test('a file that is not there is told of by its name', () => {
    expect(() => readParameter('--p', bytes, `fileb://${join(folder, 'none')}`)).toThrow(
      expect.objectContaining({ code: 'ParamFile', message: expect.stringContaining('none') }),
    );
  });

  test('--cli-input-json stands for all parameters', () => {
    const shape = { A: text, P: bytes, S: structures, Z: { kind: 'boolean' } as Member };
    const json = '{"A":"x","P":"AP8=","S":[{"B":1}],"Z":true}';
    expect(readInputJson(json, shape)).toEqual({
      A: 'x',
      P: Uint8Array.from([0, 255]),
      S: [{ B: 1 }],
      Z: true,
    });
    for (const wrong of [
      '{',
      '[]',
      '7',
      '{"Q":1}',
      '{"constructor":1}',
      '{"__proto__":1}',
      '{"P":"*"}',
    ])
      expect(() => readInputJson(wrong, shape)).toThrow(refused);
  });
});
