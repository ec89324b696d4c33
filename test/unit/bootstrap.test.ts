import { expect, test } from 'vitest';
import {
  decodeBootstrap,
  defaultPassphraseCost,
  encodeBootstrap,
} from '../../lib/store/bootstrap.js';

const storeId = Uint8Array.from({ length: 16 }, (_, i) => i);
const salt = new Uint8Array(16).fill(9);
const withPassphrase = { storeId, passphrase: { salt, ...defaultPassphraseCost } };

function damaged(change: object): Uint8Array {
  const record = JSON.parse(Buffer.from(encodeBootstrap(withPassphrase)).toString());
  return Buffer.from(JSON.stringify({ ...record, ...change }));
}

function damagedCost(change: object): Uint8Array {
  const { passphrase } = JSON.parse(Buffer.from(encodeBootstrap(withPassphrase)).toString());
  return damaged({ passphrase: { ...passphrase, ...change } });
}

test('reads what it wrote', () => {
  expect(decodeBootstrap(encodeBootstrap(withPassphrase))).toEqual(withPassphrase);
  const withoutPassphrase = { storeId, passphrase: undefined };
  expect(decodeBootstrap(encodeBootstrap(withoutPassphrase))).toEqual(withoutPassphrase);
});

test.each([
  ['no JSON', Buffer.from('{')],
  ['no object', Buffer.from('7')],
  ['null', Buffer.from('null')],
  ['no format', damaged({ format: undefined })],
  ['format 0', damaged({ format: 0 })],
  ['a short store id', damaged({ storeId: 'AAAA' })],
  ['no store id', damaged({ storeId: 7 })],
  ['a passphrase that is none', damaged({ passphrase: 7 })],
  ['a short salt', damagedCost({ salt: 'AAAA' })],
  // A store that anybody can write must not make its reader allocate 100 GB or work for days.
  ['100 GB', damagedCost({ memoryKiB: 100_000_000 })],
  ['1 GiB and more', damagedCost({ memoryKiB: 1_048_577 })],
  ['too little memory', damagedCost({ memoryKiB: 31 })],
  ['fractional memory', damagedCost({ memoryKiB: 65_536.5 })],
  ['too many passes', damagedCost({ passes: 17 })],
  ['no pass', damagedCost({ passes: 0 })],
  ['too many lanes', damagedCost({ lanes: 17 })],
  ['no lane', damagedCost({ lanes: 0 })],
  ['no cost', damagedCost({ lanes: undefined })],
])('refuses %s', (_, bytes) => {
  expect(() => decodeBootstrap(bytes)).toThrow(
    expect.objectContaining({
      code: 'ERR_STORE_CORRUPT',
      message: expect.stringContaining('bootstrap'),
    }),
  );
});

test('tells a newer store', () => {
  expect(() => decodeBootstrap(damaged({ format: 2 }))).toThrow(
    expect.objectContaining({ code: 'ERR_STORE', message: expect.stringContaining('newer') }),
  );
});
