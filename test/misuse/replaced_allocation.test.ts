// A program that replaced Buffer.allocUnsafeSlow before the library was loaded: its function runs
// while a call has its arguments in hand, and may do anything to them.

import { beforeAll, beforeEach, expect, it } from 'vitest';

type Hsm = typeof import('../../lib/hsm/index.js');

const large = 128 * 1024;
const original = Buffer.allocUnsafeSlow;
let meanwhile: () => void = () => {};
let hsm: Hsm;
let key: ReturnType<Hsm['DataKey']['generate']>;
let bytes: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  Buffer.allocUnsafeSlow = (size) => {
    meanwhile();
    return original(size);
  };
  hsm = await import('../../lib/hsm/index.js');
});

beforeEach(() => {
  meanwhile = () => {};
  key = hsm.DataKey.generate();
  bytes = new Uint8Array(large).fill(7);
});

const invalid = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
const disposed = expect.objectContaining({ code: 'ERR_DISPOSED' });

function transfer(): void {
  structuredClone(bytes, { transfer: [bytes.buffer] });
}

function writer(): InstanceType<Hsm['MessageWriter']> {
  const encryptedDataKeys = [
    { providerId: 'test', providerInfo: new Uint8Array(1), ciphertext: new Uint8Array(1) },
  ];
  return new hsm.MessageWriter({ dataKey: key, encryptedDataKeys });
}

it('is called for large results', () => {
  let calls = 0;
  meanwhile = () => {
    calls += 1;
  };
  expect(key.decrypt(key.encrypt(bytes))).toEqual(bytes);
  expect(calls).toBe(2);
});

it('takes the plaintext of a box away', () => {
  meanwhile = transfer;
  expect(() => key.encrypt(bytes)).toThrow(invalid);
});

it('takes a box away', () => {
  bytes = key.encrypt(bytes) as Uint8Array<ArrayBuffer>;
  meanwhile = transfer;
  expect(() => key.decrypt(bytes)).toThrow(invalid);
});

it('disposes of the key of a box', () => {
  const box = key.encrypt(bytes);
  meanwhile = () => key.dispose();
  expect(() => key.encrypt(bytes)).toThrow(disposed);
  expect(() => key.decrypt(box)).toThrow(disposed);
});

it('takes the plaintext of a message away', () => {
  meanwhile = transfer;
  expect(() => writer().encrypt(bytes)).toThrow(invalid);
});

it('disposes of the writer of a message', () => {
  const ended = writer();
  meanwhile = () => ended.dispose();
  expect(() => ended.encrypt(bytes)).toThrow(disposed);
});

it('takes a message away, and disposes of its key', () => {
  const message = writer().encrypt(bytes);
  bytes = Uint8Array.from(message);
  meanwhile = transfer;
  expect(() => hsm.decryptMessage(key, bytes)).toThrow(invalid);
  meanwhile = () => key.dispose();
  expect(() => hsm.decryptMessage(key, message)).toThrow(disposed);
});

it('puts another message in the place of one', () => {
  const message = Buffer.from(writer().encrypt(bytes));
  const other = writer().encrypt(bytes.subarray(0, large - 1));
  meanwhile = () => message.set(other);
  expect(() => hsm.decryptMessage(key, message)).toThrow();
});

it('takes the chunk of a stream away, and ends the stream', async () => {
  const stream = writer().encryptor();
  meanwhile = transfer;
  expect(() => stream.update(bytes)).toThrow(invalid);
  bytes = new Uint8Array(large);
  meanwhile = () => stream.dispose();
  expect(() => stream.update(bytes)).toThrow(disposed);
});
