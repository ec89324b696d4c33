// A program that replaced Buffer.allocUnsafeSlow before the library was loaded: its function may do
// anything to the arguments of the boxes, the sealed records and the messages that are being made.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataKey, MessageWriter } from '../../lib/hsm/index.js';
import { codeOf } from '../hsm/support/thrown.js';
import { duringAllocation, hsm, resetAllocation, transfer } from './support/replaced_allocation.js';

const large = 128 * 1024;
const storeId = new Uint8Array(16);
let key: DataKey;
let bytes: Uint8Array<ArrayBuffer>;

beforeEach(() => {
  key = hsm.DataKey.generate();
  bytes = new Uint8Array(large).fill(7);
});
afterEach(resetAllocation);

const invalid = expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' });
const disposed = expect.objectContaining({ code: 'ERR_DISPOSED' });

function writer(encryptedKeyBytes = 1): MessageWriter {
  const ciphertext = new Uint8Array(encryptedKeyBytes);
  const encryptedDataKeys = [{ providerId: 'test', providerInfo: new Uint8Array(1), ciphertext }];
  return new hsm.MessageWriter({ dataKey: key, encryptedDataKeys });
}

it('is called for large results', () => {
  let calls = 0;
  duringAllocation(() => {
    calls += 1;
  });
  const box = key.encrypt(bytes);
  expect(calls).toBe(1);
  duringAllocation(() => {
    calls += 1;
  });
  expect(key.decrypt(box)).toEqual(bytes);
  expect(calls).toBe(2);
});

describe('a box', () => {
  it('whose plaintext is taken away', () => {
    duringAllocation(() => transfer(bytes));
    expect(() => key.encrypt(bytes)).toThrow(invalid);
  });

  it('that is taken away itself', () => {
    bytes = key.encrypt(bytes) as Uint8Array<ArrayBuffer>;
    duringAllocation(() => transfer(bytes));
    expect(() => key.decrypt(bytes)).toThrow(invalid);
  });

  it('whose associated data is taken away', () => {
    const [first, second] = [new Uint8Array(large), new Uint8Array(large)];
    const box = key.encrypt(bytes, second);
    duringAllocation(() => transfer(first));
    expect(() => key.encrypt(bytes, first)).toThrow(invalid);
    duringAllocation(() => transfer(second));
    expect(() => key.decrypt(box, second)).toThrow(invalid);
  });

  it('whose key is disposed of while it is made', () => {
    duringAllocation(() => key.dispose());
    expect(() => key.encrypt(bytes)).toThrow(disposed);
  });

  it('whose key is disposed of while it is opened', () => {
    const box = key.encrypt(bytes);
    duringAllocation(() => key.dispose());
    expect(() => key.decrypt(box)).toThrow(disposed);
  });
});

describe('a record', () => {
  const { rootKeyDispose, rootKeyFromBytes, rootKeySeal, rootKeyUnseal } = hsm.addon();
  const newRoot = () => rootKeyFromBytes(new Uint8Array(32).fill(1), storeId);
  const aad = new Uint8Array(8);

  it('whose root key is disposed of while it is sealed', () => {
    const root = newRoot();
    duringAllocation(() => rootKeyDispose(root));
    expect(() => rootKeySeal(root, bytes, aad)).toThrow(disposed);
  });

  it('whose root key is disposed of while it is unsealed', () => {
    const root = newRoot();
    const sealed = rootKeySeal(root, bytes, aad);
    duringAllocation(() => rootKeyDispose(root));
    expect(() => rootKeyUnseal(root, sealed, aad)).toThrow(disposed);
  });

  it('whose bytes are taken away', () => {
    const root = newRoot();
    const sealed = rootKeySeal(root, bytes, aad) as Uint8Array<ArrayBuffer>;
    duringAllocation(() => transfer(bytes));
    expect(() => rootKeySeal(root, bytes, aad)).toThrow(invalid);
    duringAllocation(() => transfer(sealed));
    expect(() => rootKeyUnseal(root, sealed, aad)).toThrow(invalid);
  });

  it('whose associated data is taken away', () => {
    const root = newRoot();
    const sealed = rootKeySeal(root, bytes, aad);
    const [first, second] = [new Uint8Array(large), new Uint8Array(large)];
    duringAllocation(() => transfer(first));
    expect(() => rootKeySeal(root, bytes, first)).toThrow(invalid);
    duringAllocation(() => transfer(second));
    expect(() => rootKeyUnseal(root, sealed, second)).toThrow(invalid);
  });
});

it('is not called for a wrapped secret, however long', () => {
  const root = hsm.addon().rootKeyFromBytes(new Uint8Array(32).fill(1), storeId);
  let calls = 0;
  duringAllocation(() => {
    calls += 1;
    hsm.addon().rootKeyDispose(root);
  });
  const rewrap = () => hsm.addon().accessKeyRewrap(root, root, 'AKIA2345ABCDEFGHIJKL', bytes);
  expect(codeOf(rewrap)).toBe('ERR_DECRYPTION_FAILED');
  expect(calls).toBe(0);
});

describe('a message', () => {
  it('whose plaintext is taken away', () => {
    duringAllocation(() => transfer(bytes));
    expect(() => writer().encrypt(bytes)).toThrow(invalid);
  });

  it('whose writer is disposed of', () => {
    const ended = writer();
    duringAllocation(() => ended.dispose());
    expect(() => ended.encrypt(bytes)).toThrow(disposed);
  });

  it('that is taken away itself', () => {
    const message = Uint8Array.from(writer().encrypt(bytes));
    duringAllocation(() => transfer(message));
    expect(() => hsm.decryptMessage(key, message)).toThrow(invalid);
  });

  it('whose key is disposed of', () => {
    const message = writer().encrypt(bytes);
    duringAllocation(() => key.dispose());
    expect(() => hsm.decryptMessage(key, message)).toThrow(disposed);
  });

  it('whose unstored context is taken away', () => {
    const message = writer().encrypt(bytes);
    const unstoredContext = new Uint8Array(large);
    duringAllocation(() => transfer(unstoredContext));
    expect(() => hsm.decryptMessage(key, message, { unstoredContext })).toThrow(invalid);
  });

  it('that becomes a shorter one', () => {
    const message = Buffer.from(writer().encrypt(bytes));
    const other = writer().encrypt(bytes.subarray(1));
    duringAllocation(() => message.set(other));
    expect(codeOf(() => hsm.decryptMessage(key, message))).toBe('ERR_INVALID_MESSAGE');
  });

  it.each([
    ['less', 1, 2, large - 1],
    ['more', 2, 1, large],
  ])('that becomes one of its length with %s plaintext', (_, before, after, size) => {
    const message = Buffer.from(writer(before).encrypt(bytes.subarray(0, 2 * large - 1 - size)));
    const other = writer(after).encrypt(bytes.subarray(0, size));
    expect(other.byteLength).toBe(message.byteLength);
    duringAllocation(() => message.set(other));
    expect(() => hsm.decryptMessage(key, message)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message: 'an argument changed while the result was allocated',
      }),
    );
    expect(hsm.decryptMessage(key, other)).toHaveLength(size);
  });
});
