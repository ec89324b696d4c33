import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Member } from '../../lib/operations/shape.js';
import { readQueryInput } from '../../lib/server/query_input.js';
import { parseQuery } from '../../lib/server/query_string.js';
import { xmlError, xmlResult } from '../../lib/server/xml_answer.js';

const text = { kind: 'string', min: 0, max: 100 } as const satisfies Member;
const members: Record<string, Member> = {
  UserName: text,
  MaxItems: { kind: 'integer', min: 1, max: 1000 },
  SetAsDefault: { kind: 'boolean' },
  Tags: {
    kind: 'list',
    min: 0,
    max: 50,
    of: { kind: 'structure', members: { Key: text, Value: text } },
  },
  TagKeys: { kind: 'list', min: 0, max: 50, of: text },
};

const read = (form: string) => readQueryInput(parseQuery(form, ' ') ?? [], members);

describe('a form', () => {
  test('becomes what operations take', () => {
    expect(
      read(
        'Action=CreateUser&Version=2010-05-08&UserName=a%2Bb+c&MaxItems=7&SetAsDefault=true' +
          '&Tags.member.2.Key=k2&Tags.member.2.Value=&Tags.member.1.Key=k%C3%A9&Tags.member.1.Value=v' +
          '&TagKeys.member.1=x&TagKeys.member.10=z&TagKeys.member.9=y&Unknown.a.b=c',
      ),
    ).toEqual({
      UserName: 'a+b c',
      MaxItems: 7,
      SetAsDefault: true,
      Tags: [
        { Key: 'ké', Value: 'v' },
        { Key: 'k2', Value: '' },
      ],
      TagKeys: ['x', 'y', 'z'],
    });
  });

  test('has empty lists', () => {
    expect(read('Tags=&TagKeys=')).toEqual({ Tags: [], TagKeys: [] });
  });

  test('gives what is no number and no boolean to the operation as it came', () => {
    expect(read('MaxItems=x&SetAsDefault=yes')).toEqual({ MaxItems: 'x', SetAsDefault: 'yes' });
    expect(read('MaxItems=1e3')).toEqual({ MaxItems: '1e3' });
    expect(read('MaxItems=-1&SetAsDefault=false')).toEqual({ MaxItems: -1, SetAsDefault: false });
  });

  test.each([
    ['UserName=a&UserName=a', 'a parameter stands twice'],
    ['Tags.member.1.Key=a&Tags.member.1.Key=b', 'a parameter stands twice'],
    [`${'a.'.repeat(20)}b=c`, 'a parameter has too many parts'],
  ])('is refused: %s', (form, message) => {
    expect(() => read(form)).toThrow(
      expect.objectContaining({ code: 'MalformedQueryStringException', message }),
    );
  });

  test.each(['a=%', 'a=%f', '%zz=a', 'a=%ff', 'a=%c3'])('is no form: %s', (form) => {
    expect(parseQuery(form, ' ')).toBeUndefined();
  });

  test('is taken apart as URLSearchParams does', () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string()));
    fc.assert(
      fc.property(pairs, (list) => {
        const form = new URLSearchParams(list).toString();
        expect(parseQuery(form, ' ')).toEqual([...new URLSearchParams(form)]);
      }),
    );
  });

  test('does nothing to objects, whatever its parameters are called', () => {
    const input = read('__proto__.polluted=1&constructor=x&UserName.member.1=y');
    expect(input).toEqual({ UserName: undefined });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('an answer in XML', () => {
  const envelope = { namespace: 'urn:n', operation: 'GetUser', requestId: 'r' };

  test('has lists, times and numbers as AWS writes them', () => {
    const output = {
      User: { UserName: 'a<&>"\'', CreateDate: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)) },
      Tags: [{ Key: 'k', Value: '' }],
      Names: ['a', 'b'],
      IsTruncated: false,
      Count: 7,
      Absent: undefined,
      $metadata: {},
    };
    expect(xmlResult(output, envelope).toString()).toBe(
      '<GetUserResponse xmlns="urn:n"><GetUserResult><User><UserName>a&lt;&amp;&gt;&quot;\'</UserName>' +
        '<CreateDate>2026-01-02T03:04:05Z</CreateDate></User><Tags><member><Key>k</Key><Value></Value></member></Tags>' +
        '<Names><member>a</member><member>b</member></Names><IsTruncated>false</IsTruncated><Count>7</Count>' +
        '</GetUserResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetUserResponse>\n',
    );
  });

  test('has a result when there is nothing to say, too', () => {
    expect(xmlResult({}, envelope).toString()).toBe(
      '<GetUserResponse xmlns="urn:n"><GetUserResult></GetUserResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetUserResponse>\n',
    );
  });

  test('has no character that XML cannot have', () => {
    const message = 'a\u0000\u001f\ufffe\ud800b\t\n\r😀';
    const failure = { type: 'Sender', code: 'NoSuchEntity', message } as const;
    expect(xmlError(failure, envelope).toString()).toBe(
      '<ErrorResponse xmlns="urn:n"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>' +
        '<Message>a\ufffd\ufffd\ufffd\ufffdb\t\n&#xD;😀</Message></Error><RequestId>r</RequestId></ErrorResponse>\n',
    );
  });
});
