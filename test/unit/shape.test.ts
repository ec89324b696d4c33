import { expect, test } from 'vitest';
import { compileShape } from '../../lib/operations/shape.js';

interface Input {
  KeyId: string;
  Name?: string | undefined;
  Plaintext?: Uint8Array | undefined;
  NumberOfBytes?: number | undefined;
  KeySpec?: string | undefined;
  DryRun?: boolean | undefined;
  EncryptionContext?: Record<string, string> | undefined;
}

const validate = compileShape<Input>(
  {
    KeyId: { kind: 'string', min: 1, max: 8, required: true },
    Name: { kind: 'string', min: 2, max: 4, pattern: /^[a-z]+$/ },
    Plaintext: { kind: 'blob', min: 1, max: 4 },
    NumberOfBytes: { kind: 'integer', min: 1, max: 1024 },
    KeySpec: { kind: 'enum', values: ['AES_256', 'AES_128'] },
    DryRun: { kind: 'boolean' },
    EncryptionContext: { kind: 'encryption context' },
  },
  ['GrantTokens', 'Recipient'],
);

const constraint = 'failed to satisfy constraint: Member must';

function expectRefusal(input: object | null, code: string, message: string): void {
  expect(() => validate(input as Input)).toThrow(expect.objectContaining({ code, message }));
}

test('lets a valid request through, context serialized, absent members absent', () => {
  const Plaintext = new Uint8Array(4);
  const input = {
    KeyId: 'k',
    Plaintext,
    KeySpec: 'AES_256',
    EncryptionContext: { a: 'b' },
    DryRun: false,
  };
  const request = validate({ ...input, Name: undefined, NumberOfBytes: null as never });
  const context = Uint8Array.from([0, 1, 0, 1, 97, 0, 1, 98]);
  expect(request).toEqual({
    KeyId: 'k',
    Plaintext,
    KeySpec: 'AES_256',
    EncryptionContext: context,
    DryRun: false,
  });
  expect(validate({ KeyId: 'k', EncryptionContext: {} })).toEqual({ KeyId: 'k' });
});

test('reads each member once', () => {
  let reads = 0;
  const input = {
    get KeyId() {
      reads += 1;
      return `${reads}`;
    },
  };
  expect(validate(input)).toEqual({ KeyId: '1' });
  expect(reads).toBe(1);
});

test.each([
  [{}, `Value null at 'keyId' ${constraint} not be null`],
  [{ KeyId: null }, `Value null at 'keyId' ${constraint} not be null`],
  [{ KeyId: '' }, `Value '' at 'keyId' ${constraint} have length greater than or equal to 1`],
  [
    { KeyId: '123456789' },
    `Value '123456789' at 'keyId' ${constraint} have length less than or equal to 8`,
  ],
  [
    { KeyId: 'k', Name: 'A1' },
    `Value 'A1' at 'name' ${constraint} satisfy regular expression pattern: ^[a-z]+$`,
  ],
  [
    { KeyId: 'k', Plaintext: new Uint8Array() },
    `Value at 'plaintext' ${constraint} have length greater than or equal to 1`,
  ],
  [
    { KeyId: 'k', Plaintext: Buffer.alloc(5) },
    `Value at 'plaintext' ${constraint} have length less than or equal to 4`,
  ],
  [
    { KeyId: 'k', NumberOfBytes: 0 },
    `Value '0' at 'numberOfBytes' ${constraint} have value greater than or equal to 1`,
  ],
  [
    { KeyId: 'k', NumberOfBytes: 1025 },
    `Value '1025' at 'numberOfBytes' ${constraint} have value less than or equal to 1024`,
  ],
  [
    { KeyId: 'k', KeySpec: 'AES' },
    `Value 'AES' at 'keySpec' ${constraint} satisfy enum value set: [AES_256, AES_128]`,
  ],
])('tells one failure as AWS does: %o', (input, failure) => {
  expectRefusal(input, 'ValidationException', `1 validation error detected: ${failure}`);
});

test('tells all failures at once', () => {
  const failures = [
    `Value null at 'keyId' ${constraint} not be null`,
    `Value 'A' at 'name' ${constraint} have length greater than or equal to 2`,
    `Value 'A' at 'name' ${constraint} satisfy regular expression pattern: ^[a-z]+$`,
    `Value '-1' at 'numberOfBytes' ${constraint} have value greater than or equal to 1`,
  ];
  const message = `4 validation errors detected: ${failures.join('; ')}`;
  expectRefusal({ Name: 'A', NumberOfBytes: -1 }, 'ValidationException', message);
});

test.each([
  [null, 'NULL_VALUE can not be converted to a structure'],
  ['k', 'STRING_VALUE can not be converted to a structure'],
  [[], 'OBJECT_VALUE can not be converted to a structure'],
  [{ KeyId: Object.create(null) }, 'OBJECT_VALUE can not be converted to a String'],
  [{ KeyId: 7 }, 'NUMBER_VALUE can not be converted to a String'],
  [{ KeyId: 'k', Plaintext: 'text' }, 'STRING_VALUE can not be converted to a Blob'],
  [{ KeyId: 'k', Plaintext: new ArrayBuffer(4) }, 'OBJECT_VALUE can not be converted to a Blob'],
  [{ KeyId: 'k', NumberOfBytes: 1.5 }, 'NUMBER_VALUE can not be converted to an Integer'],
  [{ KeyId: 'k', NumberOfBytes: '7' }, 'STRING_VALUE can not be converted to an Integer'],
  [{ KeyId: 'k', KeySpec: 7 }, 'NUMBER_VALUE can not be converted to a String'],
  [{ KeyId: 'k', DryRun: 'true' }, 'STRING_VALUE can not be converted to a Boolean'],
  [{ KeyId: 'k', EncryptionContext: 'a=b' }, 'STRING_VALUE can not be converted to a Map'],
])('refuses a wrong type: %o', (input, message) => {
  expectRefusal(input as object, 'SerializationException', message);
});

test.each([Object.create(Uint8Array.prototype), new Proxy(new Uint8Array(4), {})])(
  'refuses what only looks like bytes',
  (Plaintext) => {
    const message = 'OBJECT_VALUE can not be converted to a Blob';
    expectRefusal({ KeyId: 'k', Plaintext }, 'SerializationException', message);
  },
);

test('makes no text of a blob', () => {
  const Plaintext = new Uint8Array(5);
  Plaintext.toString = () => expect.unreachable();
  const failure = `Value at 'plaintext' ${constraint} have length less than or equal to 4`;
  const message = `1 validation error detected: ${failure}`;
  expectRefusal({ KeyId: 'k', Plaintext }, 'ValidationException', message);
});

test('never ignores a member that is not served yet', () => {
  const input = { KeyId: 'k', Recipient: undefined, GrantTokens: [] };
  expect(validate(input as Input)).toEqual({ KeyId: 'k' });
  const refused = { KeyId: 'k', GrantTokens: ['token'] };
  expectRefusal(refused, 'UnsupportedOperationException', 'GrantTokens is not supported yet');
});

test('refuses memory that others can change', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  const resizable = new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }));
  for (const Plaintext of [shared, resizable]) {
    const message = 'plaintext must be neither shared nor resizable';
    expectRefusal({ KeyId: 'k', Plaintext }, 'ERR_INVALID_ARGUMENT', message);
  }
});
