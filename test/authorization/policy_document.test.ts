// The grammar of policy documents: each way in which a document can be malformed.

import { describe, expect, test } from 'vitest';
import { type PolicyKind, policySizeMax } from '../../lib/authorization/index.js';
import { documentOf, refusal } from './support/requests.js';

const kinds = Object.keys(policySizeMax) as PolicyKind[];
const malformed = (message: string) => ({ name: 'MalformedPolicyDocumentException', message });
const syntax = (problem: string) => malformed(`Syntax errors in policy: ${problem}`);

const statement = '{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}';
const around = (text: string) => `{"Statement":${text}}`;

describe('accepted', () => {
  test.each([
    around(statement),
    around(`[${statement}]`),
    around(`[${statement},${statement}]`),
    `\n\t{ "Statement" : [ ${statement} ] , "Id" : "any text", "Version" : "2008-10-17" }\r\n`,
    `{"Version":"2012-10-17","Statement":${statement}}`,
    around(
      '{"Sid":"with spaces, twice","Effect":"Deny","NotPrincipal":"*","NotAction":"kms:*","NotResource":"*"}',
    ),
    around('{"Effect":"Allow","Principal":"*"}'),
    around('{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{}}'),
    around('{"Effect":"Allow","Principal":"*","Action":["\\u006bms:*"],"Resource":"*"}'),
    `{"Id":"é\u00ff","Statement":${statement}}`,
  ])('%s', (text) => {
    expect(refusal(text)).toBeUndefined();
  });

  test('a Sid may stand twice in a key policy', () => {
    const twice = documentOf('key policy', [{ Sid: 'a b' }, { Sid: 'a b' }]);
    expect(refusal(twice)).toBeUndefined();
  });
});

describe('not JSON', () => {
  test.each([
    ['', 'character 0: expected a value'],
    ['   ', 'character 3: expected a value'],
    ['{', 'character 1: expected a name'],
    ['{"Statement"', 'character 12: expected :'],
    ['{"Statement":', 'character 13: expected a value'],
    ['{"Statement":[}', 'character 14: expected a value'],
    ['{"Statement":[],}', 'character 16: expected a name'],
    ['{"Statement":[1,]}', 'character 16: expected a value'],
    ['{Statement:[]}', 'character 1: expected a name'],
    ["{'Statement':[]}", 'character 1: expected a name'],
    ['{"Statement":[] "Id":"x"}', 'character 16: expected }'],
    ['{"Id":"x', 'character 8: unterminated string'],
    ['{"Id":"x\\', 'character 9: unterminated string'],
    ['{"Id":"\\x"}', 'character 10: malformed string'],
    ['{"Id":"a\nb"}', 'character 11: malformed string'],
    ['{"Id":01}', 'character 7: expected }'],
    ['{"Id":tru}', 'character 6: expected a value'],
    ['{"Id":NaN}', 'character 6: expected a value'],
    [`${around(statement)} x`, 'character 81: unexpected text after the document'],
    [`${around(statement)}{}`, 'character 80: unexpected text after the document'],
    ['[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]', 'character 17: nested too deeply'],
    [`{"Id":"x","Id":"y"}`, 'character 14: the name "Id" stands twice'],
    [`{"Id":"x","\\u0049d":"y"}`, 'character 19: the name "Id" stands twice'],
  ])('%j', (text, problem) => {
    expect(refusal(text)).toEqual(syntax(problem));
  });
});

describe('not a policy', () => {
  test.each([
    ['[]', 'document: must be an object'],
    ['"x"', 'document: must be an object'],
    ['null', 'document: must be an object'],
    ['{}', 'Statement: must hold a statement'],
    ['{"Statement":[]}', 'Statement: must hold a statement'],
    [`{"statement":${statement}}`, 'document: unknown element "statement"'],
    [`{"Statement":${statement},"Extra":1}`, 'document: unknown element "Extra"'],
    [
      `{"Version":"2012-10-18","Statement":${statement}}`,
      'Version: must be "2012-10-17" or "2008-10-17"',
    ],
    [
      `{"Version":20121017,"Statement":${statement}}`,
      'Version: must be "2012-10-17" or "2008-10-17"',
    ],
    [`{"Id":1,"Statement":${statement}}`, 'document.Id: must be text'],
    ['{"Statement":"x"}', 'Statement[0]: must be an object'],
    [`{"Statement":[${statement},[]]}`, 'Statement[1]: must be an object'],
    [
      around('{"Effect":"Allow","Principal":"*","Actions":"kms:*"}'),
      'Statement[0]: unknown element "Actions"',
    ],
    [around('{"Effect":"Allow","principal":"*"}'), 'Statement[0]: unknown element "principal"'],
    [around('{"Principal":"*"}'), 'Statement[0].Effect: must be Allow or Deny'],
    [around('{"Effect":"allow","Principal":"*"}'), 'Statement[0].Effect: must be Allow or Deny'],
    [around('{"Effect":["Allow"],"Principal":"*"}'), 'Statement[0].Effect: must be Allow or Deny'],
    [around('{"Sid":1,"Effect":"Allow","Principal":"*"}'), 'Statement[0].Sid: must be text'],
    ...['Principal', 'Action', 'Resource'].map((name): [string, string] => [
      around(
        `{"Effect":"Allow","Principal":"*","${name}":"*","Not${name}":"*"}`.replace(
          '"Principal":"*","Principal"',
          '"Principal"',
        ),
      ),
      `Statement[0]: has both ${name} and Not${name}`,
    ]),
  ])('%s', (text, problem) => {
    expect(refusal(text)).toEqual(syntax(problem));
  });

  test('a statement of a key policy without principal', () => {
    expect(refusal(around('{"Effect":"Allow","Action":"kms:*","Resource":"*"}'))).toEqual(
      malformed('Policy contains a statement with no principal.'),
    );
  });
});

const ofIdentities = kinds.filter((kind) => kind !== 'key policy' && kind !== 'trust policy');
describe.each(ofIdentities)('a %s', (kind) => {
  test.each([
    [
      '{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}',
      'Policy document should not specify a principal.',
    ],
    [
      '{"Effect":"Allow","NotPrincipal":"*","Action":"kms:*","Resource":"*"}',
      'Policy document should not specify a principal.',
    ],
    ['{"Effect":"Allow","Resource":"*"}', 'Policy statement must contain actions.'],
    ['{"Effect":"Allow","Action":"kms:*"}', 'Policy statement must contain resources.'],
    [
      '{"Sid":"a b","Effect":"Allow","Action":"kms:*","Resource":"*"}',
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
  ])('%s', (text, message) => {
    expect(refusal(around(text), kind)).toEqual(malformed(message));
  });

  test('has no Id, and no Sid twice', () => {
    expect(refusal('{"Id":"x","Statement":[]}', kind)).toEqual(
      syntax('document: unknown element "Id"'),
    );
    const twice = documentOf(kind, [{ Sid: 'a' }, { Sid: 'a' }]);
    expect(refusal(twice, kind)).toEqual(
      malformed('Statement IDs (SID) in a single policy must be unique.'),
    );
    const empty = documentOf(kind, [{ Sid: '' }, { Sid: '' }]);
    expect(refusal(empty, kind)).toBeUndefined();
  });

  test('speaks of other services, too', () => {
    const others = documentOf(kind, [{ Action: 's3:*', Resource: 'arn:aws:s3:::bucket/*' }]);
    expect(refusal(others, kind)).toBeUndefined();
  });
});

describe('characters', () => {
  test.each(['Ā', '😀', '\u0000', '\u001f', '\u2028', '\ufeff'])('%j is refused', (character) => {
    const text = `{"Id":"${character}"}`;
    expect(refusal(text)).toEqual(syntax('document: character 7 is not allowed'));
    const escaped =
      [...character].length === 1
        ? JSON.stringify({ Id: 'x' }).replace('x', escapeOf(character))
        : '';
    expect(refusal(escaped)).toEqual(syntax('text: character 0 is not allowed'));
  });

  test('escapes are looked at wherever they stand', () => {
    const hidden = around(
      '{"Effect":"Allow","Principal":"*","Action":["kms:*"],"Condition":{"Bool":{"\\u0100":"x"}}}',
    );
    expect(refusal(hidden)).toEqual(syntax('text: character 0 is not allowed'));
  });

  test.each(['\t', '\n', '\r', ' ', '~', '\u007f', '\u0080', '\u00ff'])(
    '%j is taken',
    (character) => {
      expect(
        refusal(`{"Id":${JSON.stringify(character)},"Statement":${statement}}`),
      ).toBeUndefined();
    },
  );
});

function escapeOf(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
}

describe('sizes', () => {
  const filled = (kind: PolicyKind, size: number, filler: string) => {
    const sid = kind === 'key policy' ? filler : 'x';
    const empty = documentOf(kind, [{ Sid: '' }]);
    return empty.replace('"Sid":""', `"Sid":"${sid.repeat(size - empty.length)}"`);
  };

  test.each(kinds)('of a %s', (kind) => {
    const sizeMax = policySizeMax[kind];
    expect(refusal(filled(kind, sizeMax, 'x'), kind)).toBeUndefined();
    expect(refusal(filled(kind, sizeMax + 1, 'x'), kind)).toEqual({
      name: 'LimitExceededException',
      message: `The ${kind} is larger than ${sizeMax} bytes.`,
    });
  });

  test('of a key policy are bytes, of the others characters that are no white space', () => {
    expect(policySizeMax['key policy']).toBe(32_768);
    const latin = filled('key policy', 20_000, 'é');
    expect(new TextEncoder().encode(latin).length).toBeGreaterThan(32_768);
    expect(refusal(latin)?.name).toBe('LimitExceededException');
    const spaces = ' '.repeat(32_768);
    expect(refusal(around(statement) + spaces)?.name).toBe('LimitExceededException');
    expect(refusal(documentOf('session policy', [{}]) + spaces, 'session policy')).toBeUndefined();
  });
});
