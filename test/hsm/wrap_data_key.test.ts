// A data key under a further KMS key: the same key comes out, and nothing but a data key goes in.

import { afterAll, describe, expect, it } from 'vitest';
import { addon, DataKey, handleOfDataKey } from '../../lib/hsm/index.js';
import { testAddon } from './support/test_addon.js';
import { codeOf } from './support/thrown.js';

const hsm = addon();
const root = hsm.rootKeyFromBytes(new Uint8Array(32).fill(1), new Uint8Array(16));
const first = hsm.kmsKeyCreate(root, 0, new Uint8Array(16).fill(1)).handle;
const second = hsm.kmsKeyCreate(root, 0, new Uint8Array(16).fill(2)).handle;
const context = Uint8Array.of(0, 1, 2);
const box = (key: DataKey) => key.encrypt(Uint8Array.of(1, 2, 3));

afterAll(() => {
  for (const key of [first, second]) hsm.kmsKeyDispose(key);
  hsm.rootKeyDispose(root);
});

describe('kmsKeyWrapDataKey', () => {
  it.each([undefined, context])('gives a blob that opens under that key alone', (context) => {
    const key = DataKey.generate();
    const blob = hsm.kmsKeyWrapDataKey(second, handleOfDataKey(key), context);
    expect(blob).toHaveLength(144);
    const again = hsm.kmsKeyOpenDataKey(second, blob, context);
    expect(hsm.dataKeyDecrypt(again, box(key), undefined)).toEqual(Uint8Array.of(1, 2, 3));
    const other = context === undefined ? Uint8Array.of(0) : undefined;
    expect(codeOf(() => hsm.kmsKeyOpenDataKey(second, blob, other))).toBe('ERR_DECRYPTION_FAILED');
    expect(codeOf(() => hsm.kmsKeyOpenDataKey(first, blob, context))).toBe('ERR_DECRYPTION_FAILED');
    hsm.dataKeyDispose(again);
    key.dispose();
  });

  it('gives another blob each time', () => {
    const key = DataKey.generate();
    const wrap = () => hsm.kmsKeyWrapDataKey(first, handleOfDataKey(key), context);
    expect(wrap()).not.toEqual(wrap());
    key.dispose();
    expect(codeOf(wrap)).toBe('ERR_DISPOSED');
  });

  it('refuses strangers in either place, and contexts that are none', () => {
    const key = DataKey.generate();
    const handle = handleOfDataKey(key);
    for (const stranger of [root, {}, undefined, testAddon().external(true)]) {
      const calls = [
        () => hsm.kmsKeyWrapDataKey(stranger as never, handle, context),
        () => hsm.kmsKeyWrapDataKey(first, stranger as never, context),
      ];
      for (const call of calls) expect(codeOf(call)).toBe('ERR_INVALID_HANDLE');
    }
    for (const bad of [new Uint8Array(8193), 'text', new Uint8Array(new SharedArrayBuffer(3))]) {
      const call = () => hsm.kmsKeyWrapDataKey(first, handle, bad as never);
      expect(codeOf(call)).toBe('ERR_INVALID_ARGUMENT');
    }
    key.dispose();
  });
});
