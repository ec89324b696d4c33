import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Member } from '../../lib/operations/shape.js';
import { base64SizeBytes, decodeBase64, writeBase64 } from '../../lib/server/base64.js';
import { writeJsonAnswer } from '../../lib/server/json_answer.js';
import { jsonDepthMax, readJsonRequest } from '../../lib/server/json_request.js';

const text = { kind: 'string', min: 0, max: 100 } as const satisfies Member;
const members: Record<string, Member> = {
  KeyId: text,
  Plaintext: { kind: 'blob', min: 0, max: 4096 },
  NumberOfBytes: { kind: 'integer', min: 1, max: 1024 },
  DryRun: { kind: 'boolean' },
  EncryptionContext: { kind: 'encryption context' },
  GrantTokens: { kind: 'list', min: 0, max: 10, of: text },
  Constraints: { kind: 'structure', members: { EncryptionContextEquals: { kind: 'pairs' } } },
};

function read(body: string | Buffer) {
  return readJsonRequest(Buffer.from(body as string), members);
}

test('blobs of a body that turns out to be none are wiped', () => {
  const wiped = vi.spyOn(Uint8Array.prototype, 'fill');
  const Plaintext = Buffer.alloc(1234, 7).toString('base64');
  expect(() => read(`{"Plaintext":"${Plaintext}","KeyId":}`)).toThrow('expected a value');
  const blobs = wiped.mock.contexts.filter((filled) => (filled as Uint8Array).length === 1234);
  wiped.mockRestore();
  expect(blobs).toEqual([new Uint8Array(1234)]);
});

describe('base64', () => {
  function encode(bytes: Uint8Array): Buffer {
    const out = Buffer.alloc(base64SizeBytes(bytes.length));
    expect(writeBase64(bytes, out, 0)).toBe(out.length);
    return out;
  }

  test('is what Node makes of every byte at every place', () => {
    for (let sizeBytes = 0; sizeBytes < 8; sizeBytes++) {
      for (let byte = 0; byte < 256; byte++) {
        const bytes = Buffer.alloc(sizeBytes, byte);
        expect(encode(bytes).toString()).toBe(bytes.toString('base64'));
      }
    }
  });

  test('comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeBase64(encode(bytes))).toEqual(bytes);
      }),
    );
  });

  test('has 64 characters, at every place', () => {
    for (let byte = 0; byte < 256; byte++) {
      const isDigit = /^[A-Za-z0-9+/]$/.test(String.fromCharCode(byte));
      for (const rest of ['AAAA', '////', 'zz99', '++aa'])
        for (const place of [0, 1, 2, 3]) {
          const encoded = Buffer.from(`${rest}Zm9v`);
          encoded[place] = byte;
          const expected = isDigit ? Buffer.from(encoded.toString(), 'base64') : undefined;
          expect(decodeBase64(encoded)).toEqual(expected && new Uint8Array(expected));
        }
    }
  });

  test('has one form for some bytes', () => {
    const character = fc.constantFrom(...'AZaz09+/=-_. \n\u00e9');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 8 }), (encoded) => {
        const bytes = decodeBase64(Buffer.from(encoded));
        const isCanonical = Buffer.from(encoded, 'base64').toString('base64') === encoded;
        expect(bytes !== undefined).toBe(isCanonical);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(['A', 'AA', 'AAA', 'A===', 'AA=A', '====', 'AB==', 'AAB=', 'AA A', 'AA==AAAA', 'A-_A'])(
    'refuses %s',
    (encoded) => expect(decodeBase64(Buffer.from(encoded))).toBeUndefined(),
  );
});

describe('a request', () => {
  test('becomes what operations take', () => {
    const input = read(
      ' {"KeyId" : "alias/\\u0061","Plaintext":"aGk=","NumberOfBytes":32,"DryRun":false,\r\n' +
        '"EncryptionContext":{"a":"b","é":"😀"},"GrantTokens":["x","y"],' +
        '"Constraints":{"EncryptionContextEquals":{"c":"d"}}}\t',
    );
    expect(input).toEqual({
      KeyId: 'alias/a',
      Plaintext: new Uint8Array(Buffer.from('hi')),
      NumberOfBytes: 32,
      DryRun: false,
      EncryptionContext: Object.assign(Object.create(null), { a: 'b', é: '😀' }),
      GrantTokens: ['x', 'y'],
      Constraints: {
        EncryptionContextEquals: Object.assign(Object.create(null), { c: 'd' }),
      },
    });
  });

  test('may be empty', () => {
    expect(read('')).toEqual({});
    expect(read('{}')).toEqual({});
  });

  test('has blobs in memory of their own', () => {
    const { Plaintext } = read('{"Plaintext":"aGk="}') as { Plaintext: Uint8Array };
    expect(Plaintext.buffer.byteLength).toBe(2);
  });

  test('may escape what base64 is full of', () => {
    const bytes = Uint8Array.of(0xfb, 0xff, 0xfe);
    for (const encoded of ['+//+', '\\u002b\\/\\u002F\\u002B']) {
      expect(read(`{"Plaintext":"${encoded}"}`)).toEqual({ Plaintext: bytes });
    }
  });

  test('skips members that the shape does not have, and null ones', () => {
    const unknown = '"A":1,"B":{"C":[{"D":null,"E":[]},-1.5e-3,true,"x"]}';
    expect(read(`{${unknown},"KeyId":null,"toString":"x","constructor":{}}`)).toEqual({});
  });

  test('keeps __proto__ where it is a name like any other, and lets it do nothing elsewhere', () => {
    const { EncryptionContext } = read('{"EncryptionContext":{"__proto__":"x"}}');
    expect(Object.entries(EncryptionContext as object)).toEqual([['__proto__', 'x']]);
    const input = read('{"__proto__":{"KeyId":"x"},"KeyId":"y"}');
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(input).toEqual({ KeyId: 'y' });
  });

  test.each([
    '{"KeyId":"x","KeyId":"x"}',
    '{"KeyId":null,"KeyId":"x"}',
    '{"KeyId":"x","\\u004beyId":"x"}',
    '{"Unknown":1,"Unknown":1}',
    '{"EncryptionContext":{"a":"x","\\u0061":"x"}}',
  ])('refuses the name that stands twice in %s', (text) => {
    expect(() => read(text)).toThrow(/a name stands twice/);
  });

  test('knows a name however it is written, and no other', () => {
    expect(read('{"\\u004beyId":"x"}')).toEqual({ KeyId: 'x' });
    expect(read('{"KeyI":"x","KeyIdd":"x","keyId":"x","KeyI\\u0044":"x","":"x"}')).toEqual({});
  });

  test('gives what has another type to the operation, empty', () => {
    expect(read('{"KeyId":{"a":"x"},"Plaintext":7,"GrantTokens":"x","DryRun":[1]}')).toEqual({
      KeyId: {},
      Plaintext: 7,
      GrantTokens: 'x',
      DryRun: [],
    });
    expect(read('{"GrantTokens":[null,1]}')).toEqual({ GrantTokens: [null, 1] });
  });

  const deep = (count: number) => `{"A":${'['.repeat(count)}${']'.repeat(count)}}`;

  test('may be as deep as any request of AWS', () => {
    expect(read(deep(jsonDepthMax - 1))).toEqual({});
  });

  test.each([
    ['no object', '[]', 'expected an object'],
    ['no object', '"x"', 'expected an object'],
    ['no object', ' ', 'expected an object'],
    ['deep JSON', deep(jsonDepthMax), 'nested deeper than 16'],
    ['very deep JSON', deep(200_000), 'nested deeper than 16'],
    ['very deep JSON', '{"A":'.repeat(200_000), 'nested deeper than 16'],
    ['a name twice', '{"KeyId":"a","KeyId":"b"}', 'a name stands twice'],
    ['a name twice', '{"KeyId":null,"KeyId":"b"}', 'a name stands twice'],
    ['a name twice, escaped', '{"KeyId":"a","Key\\u0049d":"b"}', 'a name stands twice'],
    ['a name twice', '{"EncryptionContext":{"a":"b","a":"b"}}', 'a name stands twice'],
    ['a name twice', '{"X":{"__proto__":1,"__proto__":1}}', 'a name stands twice'],
    ['text behind', '{}{}', 'unexpected text after the document'],
    ['a comma too many', '{"A":1,}', 'expected "'],
    ['a comma too many', '{"A":[1,]}', 'expected a value'],
    ['no comma', '{"A":1 "B":2}', 'expected }'],
    ['no colon', '{"A" 1}', 'expected :'],
    ['no end', '{"A":1', 'expected }'],
    ['no end', '{"A":"', 'unterminated string'],
    ['no end', '{"A":"\\', 'unterminated string'],
    ['no value', '{"A":}', 'expected a value'],
    ['no name', '{1:2}', 'expected "'],
    ['a word', '{"A":nul}', 'expected a value'],
    ['a word', '{"A":truetrue}', 'expected }'],
    ['NaN', '{"A":NaN}', 'expected a value'],
    ['a number', '{"A":01}', 'expected a value'],
    ['a number', '{"A":+1}', 'expected a value'],
    ['a number', '{"A":.5}', 'expected a value'],
    ['a number', '{"A":1.}', 'expected a value'],
    ['a number', '{"A":1e}', 'expected a value'],
    ['a number', '{"A":0x10}', 'expected }'],
    ['a huge number', '{"NumberOfBytes":1e999}', 'a number out of range'],
    ['a huge number', `{"A":${'9'.repeat(10_000)}}`, 'a number out of range'],
    ['a control character', '{"A":"\n"}', 'a control character in a string'],
    ['an escape', '{"A":"\\x41"}', 'a malformed escape in a string'],
    ['an escape', '{"A":"\\u12"}', 'a malformed escape in a string'],
    ['a lone surrogate', '{"KeyId":"\\ud800"}', 'a lone surrogate in a string'],
    ['a comment', '{/**/}', 'expected "'],
    ['no base64', '{"Plaintext":"aGk"}', 'a blob that is not base64'],
    ['no base64', '{"Plaintext":"a\\nGk"}', 'a blob that is not base64'],
    ['no base64', '{"Plaintext":"aGk\\u0x3d"}', 'a blob that is not base64'],
    ['no base64', '{"Plaintext":"aGk\\u013d"}', 'a blob that is not base64'],
    ['base64url', '{"Plaintext":"-_-_"}', 'a blob that is not base64'],
  ])('is refused for %s: %#', (_, body, problem) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({
        code: 'SerializationException',
        message: expect.stringMatching(/^the body is not JSON: .*, byte \d+$/),
      }),
    );
    expect(() => read(body)).toThrow(`the body is not JSON: ${problem}, byte`);
  });

  test.each([
    [[0xff]],
    [[0xc0, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xf5, 0x80, 0x80, 0x80]],
    [[0xe2, 0x82]],
  ])('is refused for the bytes %s', (bytes) => {
    const body = Buffer.concat([Buffer.from('{"A":"'), Buffer.from(bytes), Buffer.from('"}')]);
    expect(() => read(body)).toThrow('the body is not UTF-8');
  });

  test('is read as JSON.parse reads it, or refused', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const body = fc.oneof(
      value.map((any) => JSON.stringify({ X: any })),
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\/u0019eE+-.truefalsn \n'), maxLength: 30 }),
    );
    fc.assert(
      fc.property(body, (text) => {
        let isJson = true;
        try {
          isJson = JSON.parse(text) instanceof Object && text.trimStart().startsWith('{');
        } catch {
          isJson = false;
        }
        let refusal: unknown;
        try {
          read(text);
        } catch (error) {
          refusal = error;
        }
        if (refusal === undefined) expect(isJson || text === '').toBe(true);
        else expect(refusal).toMatchObject({ code: 'SerializationException' });
        // What is refused although JSON.parse takes it:
        if (isJson && refusal !== undefined) {
          expect(String(refusal)).toMatch(/stands twice|lone surrogate/);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe('an answer', () => {
  const write = (output: object) => writeJsonAnswer(output).toString();

  test('has blobs in base64, times in seconds, and nothing of what is absent', () => {
    const output = {
      CiphertextBlob: Uint8Array.of(1, 2, 3, 4),
      KeyId: 'a"\n😀',
      CreationDate: new Date(1_789_202_468_602),
      Whole: new Date(5000),
      Absent: undefined,
      List: [{ A: 1 }, { B: true, C: [] }],
      Empty: {},
      Null: null,
      $metadata: { httpStatusCode: 200 },
    };
    expect(write(output)).toBe(
      '{"CiphertextBlob":"AQIDBA==","KeyId":"a\\"\\n😀","CreationDate":1789202468.602,"Whole":5,' +
        '"List":[{"A":1},{"B":true,"C":[]}],"Empty":{},"Null":null}',
    );
    expect(write({})).toBe('{}');
  });

  test('writes every text as JSON.stringify does', () => {
    const units = [...Array(0x100).keys(), 0x2028, 0xd800, 0xdc00, 0xfeff, 0xffff];
    for (const unit of units) {
      const character = String.fromCharCode(unit);
      for (const Text of [character, `a${character}b`])
        expect(write({ Text, [Text]: 1 })).toBe(JSON.stringify({ Text, [Text]: 1 }));
    }
  });

  test('grows with what stands in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 20 }),
        fc.uint8Array({ maxLength: 3000 }),
        (Texts, Blob) => {
          const parsed = JSON.parse(write({ Texts, Blob }));
          expect(parsed.Blob).toBe(Buffer.from(Blob).toString('base64'));
          expect(parsed.Texts).toEqual(Texts);
        },
      ),
    );
  });
});
