import { expect, test } from 'vitest';
import { addon, DataKey } from '../../lib/hsm/index.js';

const text = new TextEncoder().encode('find all the doggos');

test('a handle that is filled again does not bring its old data key back to life', () => {
  const old = DataKey.generate();
  const box = old.encrypt(text);
  old.dispose();
  const next = DataKey.generate();
  expect(old.disposed).toBe(true);
  expect(next.disposed).toBe(false);
  expect(() => old.encrypt(text)).toThrow(expect.objectContaining({ code: 'ERR_DISPOSED' }));
  expect(() => next.decrypt(box)).toThrow(
    expect.objectContaining({ code: 'ERR_DECRYPTION_FAILED' }),
  );
  old.dispose();
  expect(next.decrypt(next.encrypt(text))).toEqual(text);
  next.dispose();
});

test('more keys than handles are kept live and die independently', () => {
  const keys = Array.from({ length: 200 }, () => DataKey.generate());
  for (const key of keys) key.dispose();
  const again = Array.from({ length: 200 }, () => DataKey.generate());
  const boxes = again.map((key) => key.encrypt(text));
  for (const [i, key] of again.entries()) {
    expect(key.decrypt(boxes[i] as Uint8Array)).toEqual(text);
    key.dispose();
    expect(key.disposed).toBe(true);
  }
});

test('work in flight outlives its handle', async () => {
  const key = DataKey.generate();
  const large = new Uint8Array(1024 * 1024).fill(7);
  const copy = DataKey.adopt(key.share());
  const pending = key.encryptAsync(large);
  key.dispose();
  const other = DataKey.generate();
  expect(copy.decrypt(await pending)).toEqual(large);
  other.dispose();
  copy.dispose();
});

test('a handle that holds a key is not filled again', () => {
  const live = addon().dataKeyGenerate();
  expect(() => addon().dataKeyGenerate(live)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_HANDLE' }),
  );
  expect(addon().dataKeyIsDisposed(live)).toBe(false);
  addon().dataKeyDispose(live);
  expect(addon().dataKeyGenerate(live)).toBe(live);
});
