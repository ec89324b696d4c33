// Wrong kinds, lengths and buffers, for every function that takes bytes: through the library, and
// past it at the addon.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addon, DataKey } from '../../lib/hsm/index.js';
import { codeOf, rejectionCodeOf } from '../hsm/support/thrown.js';
import { badBuffers, detached, noBytes, resizable } from './support/bad_buffers.js';

const invalid = 'ERR_INVALID_ARGUMENT';
const largeBytes = 128 * 1024;
const key = DataKey.generate();
const box = key.encrypt(new Uint8Array(32));
const good = () => new Uint8Array(box);
const out = () => new Uint8Array(2 * largeBytes);

type Call = (bytes: never) => unknown;
const calls: readonly (readonly [string, Call])[] = [
  ['import', (bytes) => DataKey.import(bytes)],
  ['import with wipe', (bytes) => DataKey.import(bytes, { wipe: true })],
  ['adopt', (bytes) => DataKey.adopt(bytes)],
  ['encrypt', (bytes) => key.encrypt(bytes)],
  ['encryptInto, plaintext', (bytes) => key.encryptInto(bytes, out())],
  ['encryptInto, out', (bytes) => key.encryptInto(new Uint8Array(), bytes)],
  ['decrypt', (bytes) => key.decrypt(bytes)],
  ['decryptInto, box', (bytes) => key.decryptInto(bytes, out())],
  ['decryptInto, out', (bytes) => key.decryptInto(good(), bytes)],
  ['encryptAsync', (bytes) => key.encryptAsync(bytes)],
  ['decryptAsync', (bytes) => key.decryptAsync(bytes)],
];
const aadCalls: readonly (readonly [string, Call])[] = [
  ['encrypt', (aad) => key.encrypt(good(), aad)],
  ['encryptInto', (aad) => key.encryptInto(good(), out(), aad)],
  ['decrypt', (aad) => key.decrypt(good(), aad)],
  ['decryptInto', (aad) => key.decryptInto(good(), out(), aad)],
  ['encryptAsync', (aad) => key.encryptAsync(good(), aad)],
  ['encryptAsync of much', (aad) => key.encryptAsync(out(), aad)],
  ['decryptAsync', (aad) => key.decryptAsync(good(), aad)],
  ['decryptAsync of much', (aad) => key.decryptAsync(out(), aad)],
];

/** Of a call that throws, or returns a promise that is rejected. */
async function outcome(call: Call, argument: unknown): Promise<unknown> {
  const results: unknown[] = [];
  const thrown = codeOf(() => results.push(call(argument as never)));
  if (thrown !== 'nothing') return thrown;
  const [result] = results;
  return result instanceof Promise ? rejectionCodeOf(result) : `returned ${result}`;
}

describe.each(calls)('%s', (_, call) => {
  it.each(noBytes)('refuses %s', async (_, value) => {
    expect(await outcome(call, value)).toBe(invalid);
  });

  it.each(badBuffers(100))('refuses %s', async (_, bytes) => {
    expect(await outcome(call, bytes)).toBe(invalid);
  });
});

describe.each(aadCalls)('the aad of %s', (_, call) => {
  it.each(noBytes.filter(([name]) => name !== 'undefined'))('is not %s', async (_, value) => {
    expect(await outcome(call, value)).toBe(invalid);
  });

  it.each(badBuffers(100))('is not %s', async (_, bytes) => {
    expect(await outcome(call, bytes)).toBe(invalid);
  });
});

describe.each(['encryptAsync', 'decryptAsync'] as const)('%s of much', (name) => {
  it.each(badBuffers(largeBytes))('refuses %s', async (_, bytes) => {
    expect(await rejectionCodeOf(key[name](bytes))).toBe(invalid);
  });
});

describe('a length that cannot be', () => {
  it.each([0, 1, 31, 33, 64, 1_000_000])('import refuses %d bytes', (size) => {
    const bytes = new Uint8Array(size).fill(1);
    expect(codeOf(() => DataKey.import(bytes, { wipe: true }))).toBe(invalid);
    expect(bytes.every((byte) => byte === 1)).toBe(true);
  });

  it.each([0, 15, 17, 32])('adopt refuses a token of %d bytes', (size) => {
    expect(codeOf(() => DataKey.adopt(new Uint8Array(size)))).toBe(invalid);
  });

  it('encryptInto needs room for the box, and touches nothing without it', () => {
    const memory = new Uint8Array(49).fill(0xee);
    expect(codeOf(() => key.encryptInto(new Uint8Array(10), memory))).toBe(invalid);
    expect(memory.every((byte) => byte === 0xee)).toBe(true);
    expect(key.encryptInto(new Uint8Array(9), memory)).toBe(49);
  });

  it('decryptInto needs room for the plaintext, and touches nothing without it', () => {
    const memory = new Uint8Array(31).fill(0xee);
    expect(codeOf(() => key.decryptInto(good(), memory))).toBe(invalid);
    expect(memory.every((byte) => byte === 0xee)).toBe(true);
  });
});

describe('options of import', () => {
  it.each([null, 1, 'wipe', [], { Wipe: true }, { wipe: 1 }, { wipe: null }, { wipe: 'yes' }])(
    'are not %j',
    (options) => {
      const bytes = new Uint8Array(32).fill(1);
      expect(codeOf(() => DataKey.import(bytes, options as never))).toBe(invalid);
      expect(bytes.every((byte) => byte === 1)).toBe(true);
    },
  );
});

describe('overlapping buffers', () => {
  const memory = new Uint8Array(1000);
  const view = (start: number, size: number) => memory.subarray(start, start + size);

  it.each([
    ['the same start', 0, 0],
    ['the output behind', 0, 50],
    ['the output before', 50, 0],
    ['one byte in common', 139, 0],
    ['the input inside', 20, 0],
  ])('are refused by encryptInto: %s', (_, input, output) => {
    memory.fill(3);
    const call = () => key.encryptInto(view(input, 100), view(output, 140));
    expect(codeOf(call)).toBe(invalid);
    expect(
      codeOf(() => key.encryptInto(new Uint8Array(100), view(output, 140), view(input, 100))),
    ).toBe(invalid);
    expect(memory.every((byte) => byte === 3)).toBe(true);
  });

  it('are refused by decryptInto', () => {
    const wrapped = key.encrypt(new Uint8Array(100));
    memory.set(wrapped, 200);
    expect(codeOf(() => key.decryptInto(view(200, 140), view(224, 100)))).toBe(invalid);
    expect(codeOf(() => key.decryptInto(view(200, 140), view(101, 100)))).toBe(invalid);
    expect(codeOf(() => key.decryptInto(wrapped, view(0, 100), view(99, 10)))).toBe(invalid);
  });

  it('that only touch are fine, and so is room beyond what is written', () => {
    expect(key.encryptInto(view(140, 100), view(0, 140))).toBe(140);
    expect(key.encryptInto(view(140, 100), view(0, 1000))).toBe(140);
    expect(key.decryptInto(view(0, 140), view(140, 100))).toBe(100);
  });
});

describe('liars', () => {
  it.each([
    ['resizable', resizable(100)],
    ['detached', detached(100)],
  ])('a view that hides that its buffer is %s is refused all the same', async (_, bytes) => {
    const liar = hiding(bytes, 'buffer', new ArrayBuffer(100));
    expect(codeOf(() => key.encrypt(liar))).toBe(invalid);
    expect(await rejectionCodeOf(key.encryptAsync(liar))).toBe(invalid);
  });

  it.each([1, 39, 100, 5000, 100_000, 2 ** 40, -1, Number.NaN])(
    'a byteLength of %d changes nothing or is refused',
    async (length) => {
      const bytes = hiding(new Uint8Array(64).fill(1), 'byteLength', length);
      const boxes: Uint8Array[] = [];
      const thrown = codeOf(() => boxes.push(key.encrypt(bytes)));
      if (thrown !== 'nothing') expect(thrown).toBe(invalid);
      boxes.push(
        ...(await key.encryptAsync(bytes).then(
          (made) => [made],
          () => [],
        )),
      );
      for (const made of boxes) expect(key.decrypt(made)).toEqual(new Uint8Array(64).fill(1));
    },
  );

  function hiding(bytes: Uint8Array, name: string, value: unknown): Uint8Array {
    return Object.defineProperty(bytes, name, { value });
  }
});

describe('the addon itself', () => {
  const functions = addon() as unknown as Record<string, (...args: unknown[]) => unknown>;
  const folder = mkdtempSync(path.join(tmpdir(), 'keystead-arguments-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const values = [
    undefined,
    null,
    0,
    -1,
    2 ** 64,
    path.join(folder, 'x'),
    {},
    [],
    () => 0,
    Symbol('x'),
    1n,
    addon().dataKeyGenerate(),
    new Uint8Array(3),
  ];
  const known =
    /^ERR_(INVALID_ARGUMENT|INVALID_HANDLE|DECRYPTION_FAILED|DISPOSED|ROOT_KEY|SECURE_MEMORY)$/;

  it.each(Object.keys(functions))('%s survives arguments of every kind', async (name) => {
    const call = functions[name] as (...args: unknown[]) => unknown;
    if (name === 'dataKeyDispose') return;
    for (const first of values) {
      for (const second of values) {
        for (const third of [undefined, 1, new Uint8Array(144)]) {
          const code = codeOf(() => Promise.resolve(call(first, second, third)).catch(() => {}));
          if (code !== 'nothing') expect(code).toMatch(known);
        }
      }
    }
  });
});
